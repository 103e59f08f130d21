"""How alike words are spelled: all pairs at once, roughly, or one pair closely."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detector.errors import MissingExtra
from detector.records import Floats
from detector.words.changes import compare
from detector.words.folding import fold, skeleton

BONES = 0.97
"""What the likeness of two skeletons is worth: a little less than that of the letters."""

_LOOSE = 2  # words are at all alike where at most one in so many letters of their skeletons differs


@dataclass(frozen=True, slots=True, eq=False)
class Spellings:
    """How N words are spelled, each spelling once: its letters, its skeleton, and their lengths.

    `of` (N,) int is the spelling of each word.
    """

    letters: tuple[str, ...]
    bones: tuple[str, ...]
    lengths: NDArray[np.uint16]
    of: NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Rows of known and of seen spellings (P,) with their likeness (P,)."""

    known: NDArray[np.intp]
    seen: NDArray[np.intp]
    alike: Floats


def plain(text: str) -> str:
    """The letters and digits of a text without case, accents, blanks and signs, folded by look.

    Those of a script that cannot be folded stay as they are.
    """
    lower = text.casefold()
    folded = "".join(one for one in fold(lower).letters if one.isalnum())
    return folded or "".join(filter(str.isalnum, unicodedata.normalize("NFKD", lower)))


def spellings(words: Iterable[str]) -> Spellings:
    """How words, as `plain` gives them, are spelled."""
    numbers: dict[str, int] = {}
    of = [numbers.setdefault(word, len(numbers)) for word in words]
    bones = tuple(map(skeleton, numbers))
    lengths = np.array([max(len(one), 1) for one in bones], np.uint16)
    return Spellings(tuple(numbers), bones, lengths, np.array(of, np.intp))


def near_pairs(known: Spellings, seen: Spellings) -> Pairs:
    """All pairs of spellings that are at all alike, and how much, 0..1.

    That is one less the share of edits (Levenshtein 1966) in the letters, or in the skeletons,
    where letters that look alike are one, if these are nearer.
    """
    try:
        from rapidfuzz.distance import Levenshtein
        from rapidfuzz.process import cdist, cpdist
    except ImportError as error:
        raise MissingExtra("rapidfuzz", "words") from error
    longer = np.maximum.outer(known.lengths, seen.lengths)
    apart = cdist(known.bones, seen.bones, scorer=Levenshtein.distance, dtype=np.uint16)
    near = np.flatnonzero(_LOOSE * apart <= longer)
    rows, columns = np.divmod(near, max(len(seen.bones), 1))
    words = [known.letters[row] for row in rows.tolist()]
    readings = [seen.letters[column] for column in columns.tolist()]
    letters = cpdist(words, readings, scorer=Levenshtein.normalized_similarity, dtype=np.float32)
    bones = 1 - apart.flat[near] / longer.flat[near]
    return Pairs(rows, columns, np.maximum(letters, BONES * bones.astype(np.float32)))


def difference(word: str, reading: str) -> tuple[float, float, tuple[str, ...]]:
    """How alike two words are, 0..1, what the changes between them cost, and these in words.

    Words are as `plain` gives them. Of lengths that are too far apart only the edits are counted.
    """
    from rapidfuzz.distance import Levenshtein

    edits = float(Levenshtein.distance(word, reading))
    cost, changes = compare(word, reading, edits)
    cost = min(cost, edits)
    return max(0.0, 1 - cost / max(len(word), len(reading), 1)), cost, changes
