"""Channel `words`: words read in the photo beside the words of each mark.

A word proposes a pose, from where it stands in the view to where it stands in the photo, so that
the dense check can tell the mark's own lettering from the same word in other letters.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from detector import geometry, score_terms
from detector.channels import ocr
from detector.channels.base import ChannelSpec, StoredFeatures, ViewRows
from detector.channels.word_features import NONE, Place, Words, joined, letters, packed, unpacked
from detector.errors import MissingExtra
from detector.pictures.gradients import resize
from detector.records import (
    ChannelName,
    Features,
    Floats,
    Matrix,
    Measures,
    Picture,
    Pixels,
    Proposal,
    References,
    View,
)
from detector.settings import Budget, WordSettings
from detector.words.matcher import words_of
from detector.words.ordinary import frequency, is_ordinary
from detector.words.spelling import difference, near_pairs

NAME: ChannelName = "words"
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

    def prepare(self, stored: StoredFeatures) -> WordSearcher:
        """See `Channel.prepare`. Finds nothing where `reads` is off."""
        return WordSearcher(with_names(stored) if self.reads else NONE)


class WordSearcher:
    """Stored words, compared with those of a photo."""

    def __init__(self, references: References) -> None:
        self._views, self._known = references.view, unpacked(references.features)

    def search(self, photo: Features, views: ViewRows | None = None) -> list[Proposal]:
        """The most telling word of each view and the pose it gives, most telling first."""
        if not len(photo) or not len(self._views):
            return []
        seen, known = unpacked(photo), self._known
        nearest, best = _nearest(known, seen)
        near = nearest >= NEAR
        rows = np.flatnonzero(near if views is None else near & np.isin(self._views, views))
        telling = np.array([_telling(known, row, float(nearest[row])) for row in rows.tolist()])
        ranked = rows[np.lexsort((self._views[rows], -telling))].tolist()
        return [
            _proposal(view, known, read, seen, int(best[read[0]]))
            for view, read in _by_view(self._views, known, ranked, nearest).items()
        ]


def with_names(stored: StoredFeatures) -> References:
    """Stored words and for every mark those it goes by, each as wide as the mark's whole.

    So words are looked for that no picture shows.
    """
    named = []
    for mark, view in zip(stored.marks, stored.views.wholes, strict=True):
        place = geometry.quad_of(np.eye(3), stored.views.size_of(view))
        named += [(view, packed([ocr.Line(word, place, 1.0)])) for word in words_of(mark)]
    return joined(stored.references, named)


def pose_between(known: Place, seen: Place) -> Matrix:
    """The pose (3, 3) that lays one word's box on another's: turned, and scaled in each direction.

    Heights of boxes are less sure than widths, so the scales differ by a half at most.
    """
    (x, y, height, angle), wide = known[0].tolist(), known[1]
    (to_x, to_y, to_height, to_angle), to_wide = seen[0].tolist(), seen[1]
    across = to_wide / wide
    down = min(max(to_height / max(height, 1.0), across / 1.5), across * 1.5)
    cos, sin, to_cos, to_sin = (trig(a) for a in (angle, to_angle) for trig in (math.cos, math.sin))
    # Turned back by the one angle, scaled, and turned by the other, written out: it is done often.
    a, b = to_cos * across * cos + to_sin * down * sin, to_cos * across * sin - to_sin * down * cos
    c, d = to_sin * across * cos - to_cos * down * sin, to_sin * across * sin + to_cos * down * cos
    return np.array([[a, b, to_x - a * x - b * y], [c, d, to_y - c * x - d * y], [0, 0, 1]])


@lru_cache(maxsize=100_000)
def rarity(text: str) -> float:
    """How seldom a word is met in ordinary language, 0 (everyday) to 1 (in no dictionary)."""
    parts = tuple(re.findall(r"\w+", text.casefold()))
    rare = float(np.clip((EVERYDAY - frequency(parts)) / 3, 0, 1))
    rare *= min(len(letters(text)), LONG) / LONG
    return min(rare, ORDINARY) if is_ordinary(parts) else rare


def _nearest(known: Words, seen: Words) -> tuple[Floats, NDArray[np.intp]]:
    """(known,) how near the nearest word of a photo is to each known one, and (known,) which it is.

    A likeness of spellings, less where the reader was unsure.
    """
    sure, spelled = _sureness(seen), np.argsort(seen.confidences, kind="stable")
    surest = np.zeros(len(spelled), np.intp)  # of each spelling; of equal places the last is kept
    surest[seen.spellings.of[spelled]] = spelled
    pairs = near_pairs(known.spellings, seen.spellings)
    alike = pairs.alike * sure[surest[pairs.seen]]
    order = np.argsort(alike, kind="stable")
    nearest = np.zeros(len(known.spellings.letters), np.float32)
    best = np.zeros(len(nearest), np.intp)
    nearest[pairs.known[order]], best[pairs.known[order]] = alike[order], surest[pairs.seen[order]]
    return nearest[known.spellings.of], best[known.spellings.of]


def _sureness(seen: Words) -> Floats:
    return 0.5 + 0.5 * seen.confidences


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


def _proposal(view: int, known: Words, read: Sequence[int], seen: Words, at: int) -> Proposal:
    """Of the most telling word of a view; `share` is that of all its words that were `read`."""
    word, text = known.texts[read[0]], seen.texts[at]
    alike, cost, changes = difference(known.letters(read[0]), seen.letters(at))
    measures = Measures(
        reading=alike * float(_sureness(seen)[at]),
        edits=cost if not cost or seen.confidences[at] >= CLEAR else float("nan"),
        share=min(1.0, float(known.shares[list(read)].sum())),
        rarity=rarity(word),
    )
    pose = pose_between(known.place(read[0]), seen.place(at))
    note = f"the photo reads “{text}”, the mark “{word}”" + ": " * bool(changes)
    return Proposal(NAME, view, measures, pose, note=note + ", ".join(changes))


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


def _stored(settings: WordSettings) -> Mapping[str, object]:
    reads = WordChannel(settings).reads
    return {"version": 1, "models": ocr.MODELS if reads else None, "side": READ_SIDE, "rim": RIM}


def _word(measures: Measures) -> float:
    """Words that only begin to be alike say little: cubic. So do everyday words, and one of many.

    Therefore no word is proof by its letters alone unless it is rare: 0..1.
    """
    reading, share, rare = (
        score_terms.measure(name, 0)(measures) for name in ("reading", "share", "rarity")
    )
    alike = float(np.clip((reading - 0.6) / 0.4, 0, 1))
    return alike**3 * share * rare


WORDS = ChannelSpec(
    name=NAME,
    settings=lambda settings: settings.words,
    factory=WordChannel,
    stored=_stored,
    budget=Budget(poses=4),
    terms={"word": _word},
    anywhere=True,
)
