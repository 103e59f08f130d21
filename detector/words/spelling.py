"""Similarity of spellings: roughly for all pairs at once, or exactly for one pair."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detector.errors import MissingExtra
from detector.records import Floats
from detector.words.changes import weighted_edits
from detector.words.folding import fold, fold_case, skeleton

SKELETON_WEIGHT = 0.97
"""Factor of the similarity of two skeletons, a weaker sign than that of two words."""

_LETTERS_PER_EDIT = 2  # of the longer skeleton, at least, in a similar pair


@dataclass(frozen=True, slots=True, eq=False)
class Spellings:
    """The distinct spellings of N words: letters, skeletons, and lengths of the skeletons.

    `of` (N,) int is the row of each word's spelling.
    """

    letters: tuple[str, ...]
    skeletons: tuple[str, ...]
    lengths: NDArray[np.uint16]
    of: NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """P pairs: rows of known and of read spellings, and their similarity, 0..1; all (P,)."""

    known: NDArray[np.intp]
    read: NDArray[np.intp]
    similarity: Floats


def plain(text: str) -> str:
    """The letters and digits of a text without case, accents, blanks and signs, folded by look.

    Letters of a script that cannot be folded stay unchanged.
    """
    lower = fold_case(text)
    folded = "".join(filter(str.isalnum, fold(lower).letters))
    return folded or "".join(filter(str.isalnum, unicodedata.normalize("NFKD", lower)))


def spellings(words: Iterable[str]) -> Spellings:
    """The spellings of words, which are results of `plain`."""
    rows: dict[str, int] = {}
    of = [rows.setdefault(word, len(rows)) for word in words]
    skeletons = tuple(map(skeleton, rows))
    lengths = np.array([max(len(letters), 1) for letters in skeletons], np.uint16)
    return Spellings(tuple(rows), skeletons, lengths, np.array(of, np.intp))


def near_pairs(known: Spellings, read: Spellings) -> Pairs:
    """All pairs of similar spellings, with their similarity.

    That is one minus the normalised edit distance (Levenshtein 1966), of the letters or of the
    skeletons (in which look-alike letters are one), whichever gives more. Raises `MissingExtra`.
    """
    try:
        from rapidfuzz.distance import Levenshtein
        from rapidfuzz.process import cdist, cpdist
    except ImportError as error:
        raise MissingExtra("rapidfuzz", "words") from error
    lengths = np.maximum.outer(known.lengths, read.lengths)
    edits = cdist(known.skeletons, read.skeletons, scorer=Levenshtein.distance, dtype=np.uint16)
    near = np.flatnonzero(_LETTERS_PER_EDIT * edits <= lengths)
    rows, columns = np.divmod(near, max(len(read.skeletons), 1))
    words = [known.letters[row] for row in rows.tolist()]
    readings = [read.letters[column] for column in columns.tolist()]
    letters = cpdist(words, readings, scorer=Levenshtein.normalized_similarity, dtype=np.float32)
    skeletons = 1 - edits.flat[near] / lengths.flat[near]
    return Pairs(rows, columns, np.maximum(letters, SKELETON_WEIGHT * skeletons.astype(np.float32)))


def difference(word: str, reading: str) -> tuple[float, float, tuple[str, ...]]:
    """Similarity 0..1 of two words, the cost of the changes between them, and the changes.

    Words are results of `plain`. The cost is at most the plain edit distance.
    """
    from rapidfuzz.distance import Levenshtein

    edits = float(Levenshtein.distance(word, reading))
    cost, changes = weighted_edits(word, reading, edits)
    cost = min(cost, edits)
    return max(0.0, 1 - cost / max(len(word), len(reading), 1)), cost, changes
