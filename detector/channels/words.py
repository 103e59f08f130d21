"""Channel `words`: words recognised in the photo, compared with the words of each mark.

A pair of words gives a pose, from the word's box in the view to its box in the photo, so that pose
refinement can distinguish the mark's own lettering from the same word in another type face.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from detector import geometry, score_terms
from detector.channels import ocr
from detector.channels.base import ChannelSpec, StoredFeatures, ViewRows
from detector.channels.word_features import (
    NO_WORDS,
    WordBox,
    WordTable,
    joined,
    letters,
    packed,
    unpacked,
    with_sounds,
)
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
VIEW_BORDER = 0.25  # added around a view before it is read, as a share of its longest side
VIEW_SIDE = 480  # pixels of the longest side at which a view is read
VIEW_CONFIDENCE = 0.7  # of the recogniser, from which a view's text is one of its words
COMMON_ZIPF = 5.0  # Zipf frequency of a word without rarity: once in 10,000 words
MAX_ORDINARY_RARITY = 0.08  # of a word that a dictionary has
FULL_LENGTH = 8  # letters from which length makes a word no rarer
READ_SIMILARITY = 0.8  # from which a further word of a view counts as read
CLEAR_CONFIDENCE = 0.9  # of the recogniser, from which differing letters are no misreading
POSE_SIMILARITY = 0.6  # of two words, from which their boxes give a pose


class WordChannel:
    """Recognises words if `settings.read` is True, or None and the extra `ocr` is installed.

    Raises `MissingExtra` if it is True and the extra is missing.
    """

    name = NAME

    def __init__(self, settings: WordSettings | None = None) -> None:
        self.settings = settings or WordSettings()
        if self.settings.read and not ocr.is_installed():
            raise MissingExtra("rapidocr", "ocr")
        self.reads = ocr.is_installed() if self.settings.read is None else self.settings.read

    def describe(self, picture: Picture) -> Features:
        """The words of a photo, in photo pixels; none where a quick test, if set, sees no text."""
        quick_side = self.settings.glance
        if not self.reads or (quick_side and not ocr.has_text(picture.pixels, quick_side)):
            return packed(())
        lines = ocr.read_lines(picture.pixels, self.settings.side, every_script=True)
        return packed(with_sounds(lines))

    def describe_view(self, view: View) -> Features:
        """The words of a view as it was given; an inverted or mirrored one has none of its own."""
        if not self.reads or view.inverted or view.mirrored:
            return packed(())
        return packed(x for x in _read_view(view.pixels) if x.confidence >= VIEW_CONFIDENCE)

    def prepare(self, stored: StoredFeatures) -> WordSearcher:
        """See `Channel.prepare`. The searcher finds nothing unless words are read."""
        references = with_mark_words(stored) if self.reads else NO_WORDS
        return WordSearcher(references, stored.views.marks[references.view])


class WordSearcher:
    """Compares the words of a photo with stored ones; `marks` (M,) are the marks of their rows."""

    def __init__(self, references: References, marks: NDArray[np.int32]) -> None:
        self._views, self._known = references.view, unpacked(references.features)
        self._by_mark: dict[int, set[str]] = defaultdict(set)
        for row, mark in enumerate(marks.tolist()):
            self._by_mark[mark].add(self._known.letters(row))

    def search(self, photo: Features, views: ViewRows | None = None) -> list[Proposal]:
        """The strongest word of each view and the pose it gives, strongest view first."""
        read, known = unpacked(photo), self._known
        if not read.texts or not len(self._views):
            return []
        similarity, best = _best_matches(known, read)
        near = similarity >= POSE_SIMILARITY
        rows = np.flatnonzero(near if views is None else near & np.isin(self._views, views))
        strength = np.array([_strength(known, row, similarity) for row in rows.tolist()])
        ranked = rows[np.lexsort((self._views[rows], -strength))].tolist()
        return [
            _proposal(view, known, words, read, int(best[words[0]]))
            for view, words in _by_view(self._views, known, ranked, similarity).items()
        ]

    def similarity(self, mark: int, readings: Iterable[str]) -> float:
        """Highest similarity of a word of a mark with one of some readings, NaN without either.

        `readings` are results of `plain`.
        """
        known = self._by_mark.get(mark, ())
        pairs = [difference(word, reading)[0] for word in known for reading in readings]
        return max(pairs, default=float("nan"))


def with_mark_words(stored: StoredFeatures) -> References:
    """Stored words and the words of every mark, each as wide as the mark's whole view.

    So words are found that no picture of the mark shows.
    """
    added = []
    for mark, view in zip(stored.marks, stored.views.wholes, strict=True):
        quad = geometry.quad_of(np.eye(3), stored.views.size_of(view))
        added += [(view, packed([ocr.Line(word, quad, 1.0)])) for word in words_of(mark)]
    return joined(stored.references, added)


def pose_of_boxes(view: WordBox, photo: WordBox) -> Matrix:
    """The pose (3, 3) that maps a word's box in a view to one in the photo.

    It rotates, and scales width and height. Heights of boxes are less reliable than widths, so the
    two scales differ by a factor of 1.5 at most.
    """
    (x, y, height, angle), wide = view[0].tolist(), view[1]
    (to_x, to_y, to_height, to_angle), to_wide = photo[0].tolist(), photo[1]
    across = to_wide / wide
    down = min(max(to_height / max(height, 1.0), across / 1.5), across * 1.5)
    cos, sin, to_cos, to_sin = (trig(a) for a in (angle, to_angle) for trig in (math.cos, math.sin))
    # rotation(to_angle) @ zoom(across, down) @ rotation(-angle), written out because it is hot.
    a, b = to_cos * across * cos + to_sin * down * sin, to_cos * across * sin - to_sin * down * cos
    c, d = to_sin * across * cos - to_cos * down * sin, to_sin * across * sin + to_cos * down * cos
    return np.array([[a, b, to_x - a * x - b * y], [c, d, to_y - c * x - d * y], [0, 0, 1]])


@lru_cache(maxsize=100_000)
def rarity(text: str) -> float:
    """How rare a word is in ordinary language, 0 (everyday) to 1 (in no word list)."""
    parts = tuple(re.findall(r"\w+", unicodedata.normalize("NFC", text)))
    rare = float(np.clip((COMMON_ZIPF - frequency(parts)) / 3, 0, 1))
    rare *= min(len(letters(text)), FULL_LENGTH) / FULL_LENGTH
    return min(rare, MAX_ORDINARY_RARITY) if is_ordinary(parts) else rare


def _best_matches(known: WordTable, read: WordTable) -> tuple[Floats, NDArray[np.intp]]:
    """For each known word (K,) the similarity of the photo's best matching word, and its row.

    That of the spellings, weighted by the recogniser's confidence.
    """
    order = np.argsort(read.confidences, kind="stable")
    surest = np.zeros(len(order), np.intp)  # row of each spelling with the highest confidence
    surest[read.spellings.of[order]] = order
    pairs = near_pairs(known.spellings, read.spellings)
    similarity = pairs.similarity * _confidence_weight(read)[surest[pairs.read]]
    order = np.argsort(similarity, kind="stable")
    rows = pairs.known[order]  # assigned in rising order, so that the highest similarity remains
    highest = np.zeros(len(known.spellings.letters), np.float32)
    best = np.zeros(len(highest), np.intp)
    highest[rows], best[rows] = similarity[order], surest[pairs.read[order]]
    return highest[known.spellings.of], best[known.spellings.of]


def _confidence_weight(read: WordTable) -> Floats:
    return 0.5 + 0.5 * read.confidences


def _strength(known: WordTable, row: int, similarity: Floats) -> float:
    share, rare = float(known.shares[row]), rarity(known.texts[row])
    return float(similarity[row]) ** 2 * share * (0.5 + rare)


def _by_view(
    views: NDArray[np.int32], known: WordTable, ranked: Iterable[int], similarity: Floats
) -> dict[int, list[int]]:
    """The rows of each view that were read, strongest first, without overlapping ones.

    A name that is the only text of its view covers all of it; one word of many does not.
    """
    by_view: dict[int, list[int]] = {}
    for row in ranked:
        rows = by_view.setdefault(int(views[row]), [])
        if not rows or (
            similarity[row] >= READ_SIMILARITY
            and not any(_overlap(known, row, other) for other in rows)
        ):
            rows.append(row)
    return by_view


def _overlap(known: WordTable, row: int, other: int) -> bool:
    (x, y, height, _), (to_x, to_y, to_height, _) = known.frames[[row, other]].tolist()
    width = float(known.widths[row] + known.widths[other])
    return bool(abs(x - to_x) <= 0.45 * width and abs(y - to_y) <= 0.45 * (height + to_height))


def _proposal(
    view: int, known: WordTable, words: Sequence[int], read: WordTable, row: int
) -> Proposal:
    """The proposal of a view's strongest word; `share` is that of all `words` that were read."""
    word, text = known.texts[words[0]], read.texts[row]
    similarity, cost, changes = difference(known.letters(words[0]), read.letters(row))
    measures = Measures(
        reading=similarity * float(_confidence_weight(read)[row]),
        edits=cost if not cost or read.confidences[row] >= CLEAR_CONFIDENCE else float("nan"),
        share=min(1.0, float(known.shares[list(words)].sum())),
        rarity=rarity(word),
    )
    pose = pose_of_boxes(known.box(words[0]), read.box(row))
    note = f"the photo reads “{text}”, the mark “{word}”" + ": " * bool(changes)
    return Proposal(NAME, view, measures, pose, note=note + ", ".join(changes))


def _read_view(pixels: Pixels) -> list[ocr.Line]:
    """The lines of a view, or of its negative if that is read with more confidence."""
    border = round(VIEW_BORDER * max(pixels.shape[:2]))
    framed = np.asarray(cv2.copyMakeBorder(pixels, *(border,) * 4, cv2.BORDER_REPLICATE), np.uint8)
    scale = VIEW_SIDE / max(pixels.shape[:2])
    large = resize(framed, scale)
    side = min(large.shape[:2])
    readings = [ocr.read_lines(polarity, side) for polarity in (large, 255 - large)]
    best = max(readings, key=lambda lines: sum(len(letters(x.text)) * x.confidence for x in lines))
    return [replace(line, quad=line.quad / np.float32(scale) - border) for line in best]


def _stored(settings: WordSettings) -> Mapping[str, object]:
    models = ocr.MODELS if WordChannel(settings).reads else None
    return {"version": 1, "models": models, "side": VIEW_SIDE, "rim": VIEW_BORDER}


def _word(measures: Measures) -> float:
    """Score term: cubic in the similarity, times share and rarity, 0..1.

    So slightly similar words count for little, and no word proves a mark by its letters alone
    unless it is rare.
    """
    reading, share, rare = (
        score_terms.measure(name, 0)(measures) for name in ("reading", "share", "rarity")
    )
    similarity = float(np.clip((reading - 0.6) / 0.4, 0, 1))
    return similarity**3 * share * rare


WORDS = ChannelSpec(
    name=NAME,
    settings=lambda settings: settings.words,
    factory=WordChannel,
    stored=_stored,
    budget=Budget(poses=15),
    terms={"word": _word},
    position_free=True,
)
