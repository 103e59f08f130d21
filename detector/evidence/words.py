"""Channel `words`: words read in the photo beside the words of each mark.

A word proposes a pose, from where it stands in the view to where it stands in the photo, so that
the dense check can tell the mark's own lettering from the same word in other letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from detector import geometry
from detector.errors import MissingExtra
from detector.evidence import ocr
from detector.evidence.gradients import resize
from detector.evidence.word_features import NONE, Place, Words, joined, letters, packed, unpacked
from detector.records import (
    Evidence,
    Features,
    Floats,
    Mark,
    Matrix,
    Measures,
    Picture,
    Pixels,
    References,
    View,
)
from detector.settings import WordSettings
from detector.words.matcher import words_of
from detector.words.ordinary import is_ordinary

NAME = "words"
RIM = 0.25  # ground added round a view before it is read, as a share of its longest side
READ_SIDE = 480  # pixels a view is read at
SURE = 0.7  # reader's confidence from which a view's text is one of its words
EVERYDAY = 5.0  # Zipf frequency of a word that says nothing: once in 10,000 words
ORDINARY = 0.08  # rarity of a word that a dictionary has, at most
LONG = 8  # letters from which length makes a word no rarer
SAME = 0.8  # likeness from which a further word of a view counts as read
CLEAR = 0.9  # reader's confidence from which other letters are other letters
NEAR = 0.6  # likeness of two words that are worth a pose


class WordChannel:
    """Reads where the extra `ocr` is installed; `settings.read` True or False says it outright."""

    name = NAME

    def __init__(self, settings: WordSettings | None = None) -> None:
        self.settings = settings or WordSettings()
        if self.settings.read and not ocr.is_installed():
            raise MissingExtra("rapidocr", "ocr")
        self.reads = ocr.is_installed() if self.settings.read is None else self.settings.read
        self._known: tuple[References, Words] = (NONE, unpacked(NONE.features))

    def describe(self, picture: Picture) -> Features:
        """Every word of a photo, in photo pixels; none where nothing looks like text."""
        glance = self.settings.glance
        if not self.reads or (glance and not ocr.has_text(picture.pixels, glance)):
            return packed(())
        return packed(ocr.read_lines(picture.pixels, self.settings.side))

    def describe_view(self, view: View) -> Features:
        """The words of a view as it was given; a turned or mirrored one has none of its own."""
        if not self.reads or view.inverted or view.mirrored:
            return packed(())
        return packed(line for line in _read_view(view.pixels) if line.confidence >= SURE)

    def compare(self, photo: Features, references: References) -> list[Evidence]:
        """The most telling word of each view and the pose it gives, most telling first."""
        if not len(photo) or not len(references.features):
            return []
        if self._known[0] is not references:  # the same for all photos of a scan
            self._known = references, unpacked(references.features)
        seen, known = unpacked(photo), self._known[1]
        alike = likeness(known.plain, seen.plain) * (0.5 + 0.5 * seen.confidences)
        best = alike.argmax(axis=1)
        nearest = alike[np.arange(len(best)), best]
        rows = np.flatnonzero(nearest >= NEAR)
        telling = np.array([_telling(known, row, float(nearest[row])) for row in rows.tolist()])
        ranked = rows[np.lexsort((references.view[rows], -telling))].tolist()
        return [
            _evidence(view, known, read, seen, int(best[read[0]]), alike=float(nearest[read[0]]))
            for view, read in _by_view(references.view, known, ranked, nearest).items()
        ]


def with_names(
    references: References,
    marks: Sequence[Mark],
    wholes: Sequence[int],
    sizes: Sequence[geometry.Size],
) -> References:
    """References and for every mark the words it goes by, each as wide as the mark's whole.

    `wholes` are the views' rows, `sizes` their widths and heights. So words are looked for that no
    picture shows.
    """
    named = []
    for mark, view, size in zip(marks, wholes, sizes, strict=True):
        place = geometry.quad_of(np.eye(3), size)
        named += [(view, packed([ocr.Line(word, place, 1.0)])) for word in words_of(mark)]
    return joined(references, named)


def pose_between(known: Place, seen: Place) -> Matrix:
    """The pose (3, 3) that lays one word's box on another's: turned, and scaled in each direction.

    Heights of boxes are less sure than widths, so the scales differ by a half at most.
    """
    (x, y, height, angle), wide = known[0].astype(np.float64).tolist(), known[1]
    (to_x, to_y, to_height, to_angle), to_wide = seen[0].astype(np.float64).tolist(), seen[1]
    across = to_wide / wide
    down = float(np.clip(to_height / max(height, 1.0), across / 1.5, across * 1.5))
    there = geometry.shift(to_x, to_y) @ geometry.rotation(to_angle)
    return there @ geometry.zoom(across, down) @ geometry.rotation(-angle) @ geometry.shift(-x, -y)


def likeness(known: Sequence[str], seen: Sequence[str]) -> Floats:
    """(known, seen) 0..1: one less the share of edits from one to the other (Levenshtein 1966).

    Of words as `letters` gives them; below `NEAR` it is 0.
    """
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.process import cdist

    alike = cdist(known, seen, scorer=Levenshtein.normalized_similarity, score_cutoff=NEAR)
    return np.asarray(alike, np.float32)


@lru_cache(maxsize=100_000)
def rarity(text: str) -> float:
    """How seldom a word is met in ordinary language, 0 (everyday) to 1 (in no dictionary)."""
    from wordfreq import zipf_frequency

    zipf = max(zipf_frequency(text, language) for language in ("en", "de", "fr", "es"))
    rare = float(np.clip((EVERYDAY - zipf) / 3, 0, 1)) * min(len(letters(text)), LONG) / LONG
    parts = tuple(re.findall(r"\w+", text.casefold()))
    return min(rare, ORDINARY) if is_ordinary(parts) else rare


def _telling(known: Words, row: int, alike: float) -> float:
    return alike**2 * float(known.shares[row]) * (0.5 + rarity(known.texts[row]))


def _by_view(
    views: NDArray[np.int32], known: Words, ranked: Iterable[int], nearest: Floats
) -> dict[int, list[int]]:
    """The rows of each view that were read, the most telling first, and others beside it.

    A name that stands alone in its view is all of it; one of many words needs the others.
    """
    found: dict[int, list[int]] = {}
    for row in ranked:
        mine = found.setdefault(int(views[row]), [])
        if not mine or (
            nearest[row] >= SAME and all(_stand_apart(known, row, other) for other in mine)
        ):
            mine.append(row)
    return found


def _stand_apart(known: Words, one: int, other: int) -> bool:
    (x, y, height, _), (to_x, to_y, to_height, _) = known.frames[[one, other]].tolist()
    wide = float(known.widths[one] + known.widths[other])
    return bool(abs(x - to_x) > 0.45 * wide or abs(y - to_y) > 0.45 * (height + to_height))


def _evidence(
    view: int, known: Words, read: Sequence[int], seen: Words, at: int, *, alike: float
) -> Evidence:
    """Of the most telling word of a view; `share` is that of all its words that were `read`."""
    from rapidfuzz.distance import Levenshtein

    word, text = known.texts[read[0]], seen.texts[at]
    apart = Levenshtein.distance(known.plain[read[0]], seen.plain[at])
    measures = Measures(
        reading=alike,
        edits=float(apart if not apart or seen.confidences[at] >= CLEAR else "nan"),
        share=min(1.0, float(known.shares[list(read)].sum())),
        rarity=rarity(word),
    )
    pose = pose_between(known.place(read[0]), seen.place(at))
    told = f"the photo reads “{text}”, the mark “{word}”"
    return Evidence(NAME, view, measures, pose, np.zeros((0, 4), np.float32), told)


def _read_view(pixels: Pixels) -> list[ocr.Line]:
    """The lines of a view with ground round it; in negative where that is read more surely."""
    rim = round(RIM * max(pixels.shape[:2]))
    framed = np.asarray(cv2.copyMakeBorder(pixels, *(rim,) * 4, cv2.BORDER_REPLICATE), np.uint8)
    scale = READ_SIDE / max(pixels.shape[:2])
    large = resize(framed, scale)
    side = min(large.shape[:2])
    read = [ocr.read_lines(one, side) for one in (large, 255 - large)]
    best = max(read, key=lambda lines: sum(len(letters(x.text)) * x.confidence for x in lines))
    return [
        ocr.Line(line.text, line.quad / np.float32(scale) - rim, line.confidence) for line in best
    ]
