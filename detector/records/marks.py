"""Marks, the rights in them, and their views."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from detector.records.vocabulary import Kind, Part, Pixels


@dataclass(frozen=True, slots=True)
class Rights:
    """The rights in a mark: owner, registration, expiry, and authorised sellers.

    `nice_classes` are the classes of goods, `vienna_codes` those of figurative elements, such as
    `26.01.18`, and `locarno_classes` those of designs, such as `08-05`.
    """

    owner: str = ""
    nice_classes: tuple[int, ...] = ()
    vienna_codes: tuple[str, ...] = ()
    registration: str = ""
    valid_until: date | None = None
    authorised_sellers: tuple[str, ...] = ()
    locarno_classes: tuple[str, ...] = ()

    def authorises(self, seller: str) -> bool:
        """Whether a seller may use the mark; never for "".

        Ids that differ only in case, blanks around them or their form in Unicode are the same.
        """
        name = _plain(seller)
        return bool(name) and name in _plain_sellers(self.authorised_sellers)

    def has_expired(self, day: date) -> bool:
        """Whether the protection ended before `day`; it includes `valid_until` itself."""
        return self.valid_until is not None and self.valid_until < day


def _plain(seller: str) -> str:
    """An id of a seller as it is compared."""
    folded = unicodedata.normalize("NFKC", seller).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


@lru_cache(maxsize=1024)
def _plain_sellers(sellers: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(_plain, sellers))


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """A protected logo, word, design or pattern, and the rights in it.

    `words` are its words as people read them; none where the name is its word. A mark of kind
    `ignore` is a sign that nobody protects: it explains places in photos and is never reported.
    """

    id: str
    name: str
    kind: Kind = "logo"
    words: tuple[str, ...] = ()
    rights: Rights = field(default_factory=Rights)

    @property
    def protected(self) -> bool:
        """Whether it can be a finding: any mark that is not of kind `ignore`."""
        return self.kind != "ignore"


@dataclass(frozen=True, slots=True)
class WordMatch:
    """A mark's word, or a spelling deceptively like it, in a text: `reading` is `text[start:end]`.

    `likeness` is how likely the letters mean the word, 0..1. `score` is the same with a ceiling
    where the word or the reading is `ordinary`, because then letters alone prove nothing. `changes`
    says in words how the reading differs; `exact` is True where it differs at most in case.
    """

    mark: str
    word: str
    reading: str
    start: int
    end: int
    score: float
    likeness: float
    changes: tuple[str, ...]
    ordinary: bool = False
    exact: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One picture of a mark as the index stores it, derived from a source picture.

    `pixels` (H, W, 3) uint8 RGB, trimmed to the content with a margin; `content` (H, W) bool is
    True on the mark. `part` is the part of the mark that is shown, `inverted` whether it is
    the negative of the source, `mirrored` whether it is flipped left to right.
    """

    mark: str
    source: str
    pixels: Pixels
    content: NDArray[np.bool_]
    part: Part = "whole"
    inverted: bool = False
    mirrored: bool = False
