"""Ordinary words, which prove nothing by their letters alone: their frequency and score ceiling.

No frequency separates `adidas` from `puma`, because the frequency lists hold famous names too; a
spelling dictionary does, because it writes names with a capital.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from detector.words.word_lists import (
    LANGUAGES,
    LOWEST,
    in_dictionary,
    is_local,
    languages_of,
    zipf,
)

MAX_SHORT = 3
"""Words of up to so many letters are always ordinary: they are also sizes, units and initials."""

MAX_CEILING = 0.08
"""The highest score of an ordinary word by its letters alone: below any threshold for review."""

MIN_CEILING = 0.05
"""The highest score of the commonest words."""

# On the Zipf scale:
_COLLOCATION = 1.0  # added to the frequency of adjacent words, which are not independent
_PHRASE = 3.0  # from which a phrase is ordinary
_FREQUENT = 4.0  # in one language, from which a word of that one is ordinary
_EVERYDAY_CJK = 4.6  # of a Chinese, Japanese or Korean word; famous names are below


@lru_cache(maxsize=1 << 14)
def frequency(words: tuple[str, ...], language: str = "") -> float:
    """Zipf frequency of adjacent words in a language, or in the one where it is highest.

    The words are taken as independent but for a constant. Raises `MissingExtra`.
    """
    languages = (language,) if language else languages_of("".join(words))
    levels = ([zipf(word, each) for word in words] for each in languages)
    return max(sum(level) - (9 - _COLLOCATION) * (len(level) - 1) for level in levels)


def is_ordinary_phrase(words: tuple[str, ...]) -> bool:
    """Whether adjacent words are a frequent phrase. Raises `MissingExtra`."""
    return frequency(words) >= _PHRASE


def ceilings(words: Iterable[tuple[str, ...]]) -> list[float]:
    """The highest score of each mark's word by its letters alone; 1 if it is not ordinary.

    Words are given as their parts, `("Red", "Bull")`. Raises `MissingExtra`.
    """
    return [ceiling(word) if is_ordinary(word) else 1.0 for word in words]


@lru_cache(maxsize=1 << 14)
def is_ordinary(word: tuple[str, ...]) -> bool:
    """Whether a word, given as its parts, is ordinary.

    Ordinary are short names, entries of the dictionary, words of one language, frequent phrases.
    Raises `MissingExtra`.
    """
    letters = "".join(word)
    if letters.isascii() and len(letters) <= MAX_SHORT:  # two Chinese characters are no short name
        return True
    if len(word) > 1:
        return is_ordinary_phrase(word)
    if languages_of(letters) != LANGUAGES:
        return frequency(word) >= _EVERYDAY_CJK
    return is_local(letters, _FREQUENT) or in_dictionary(letters)


def ceiling(words: tuple[str, ...]) -> float:
    """The highest score of ordinary words; it falls with their frequency."""
    return max(MIN_CEILING, MAX_CEILING - 0.01 * max(0.0, frequency(words) - LOWEST))
