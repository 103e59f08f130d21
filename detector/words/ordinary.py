"""Ordinary words, which prove nothing by their letters alone: their frequency and score ceiling.

Two packaged word lists. wordfreq (Speer 2022) says how often a word is used in each of several
languages, on the Zipf scale: 3 is once in a million words, 6 once in a thousand. It also
holds famous names, and no frequency separates `adidas` from `puma`; a spelling dictionary does,
because it writes names with a capital. spylls contains the English one of Hunspell.
"""

from __future__ import annotations

import math
import statistics
import warnings
from collections.abc import Callable, Iterable
from functools import lru_cache

from detector.errors import MissingExtra

LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "tr", "ru")

MAX_SHORT = 3
"""Words of up to so many letters are always ordinary: they are also sizes, units and initials."""

MAX_CEILING = 0.08
"""The highest score of an ordinary word by its letters alone: below any threshold for review."""

MIN_CEILING = 0.05
"""The highest score of the commonest words."""

# On the Zipf scale:
_LOWEST = 3.0  # of the wordfreq lists
_COLLOCATION = 1.0  # added to the frequency of adjacent words, which are not independent
_PHRASE = 3.0  # from which a phrase is ordinary
_FREQUENT, _LOCAL = 4.0, 1.5  # in one language, and above the median of all: a word of that one


@lru_cache(maxsize=1)
def _lists() -> tuple[dict[str, float], ...]:
    try:
        from wordfreq import get_frequency_dict
    except ImportError as error:
        raise MissingExtra("wordfreq", "words") from error
    return tuple(get_frequency_dict(language, wordlist="small") for language in LANGUAGES)


def _zipf(word: str, words: dict[str, float]) -> float:
    """Zipf frequency in one list: log10 of uses in a billion words; 0 if it is not in the list."""
    share = words.get(word, 0.0)
    return math.log10(share) + 9 if share else 0.0


def is_known(word: str) -> bool:
    """Whether an unfolded lower-case word is a number, one letter, or in the list of any language.

    Raises `MissingExtra`.
    """
    return len(word) < 2 or word.isdecimal() or any(word in words for words in _lists())


@lru_cache(maxsize=1 << 14)
def frequency(words: tuple[str, ...]) -> float:
    """Zipf frequency of adjacent lower-case words, in the language where it is highest.

    The words are taken as independent but for a constant. Raises `MissingExtra`.
    """
    levels = ([_zipf(word, language) for word in words] for language in _lists())
    return max(sum(level) - (9 - _COLLOCATION) * (len(level) - 1) for level in levels)


def is_ordinary_phrase(words: tuple[str, ...]) -> bool:
    """Whether adjacent lower-case words are a frequent phrase. Raises `MissingExtra`."""
    return frequency(words) >= _PHRASE


def ceilings(words: Iterable[tuple[str, ...]]) -> list[float]:
    """The highest score of each mark's word by its letters alone; 1 if it is not ordinary.

    Words are given as their lower-case parts, `("red", "bull")`. Raises `MissingExtra`.
    """
    return [ceiling(word) if is_ordinary(word) else 1.0 for word in words]


@lru_cache(maxsize=1 << 14)
def is_ordinary(word: tuple[str, ...]) -> bool:
    """Whether a word, given as its lower-case parts, is ordinary.

    Ordinary are short names, entries of the dictionary, words of one language, frequent phrases.
    Raises `MissingExtra`.
    """
    letters = "".join(word)
    if letters.isascii() and len(letters) <= MAX_SHORT:  # two Chinese characters are no short name
        return True
    if len(word) > 1:
        return is_ordinary_phrase(word)
    return _is_local(word[0]) or _dictionary()(word[0])


def ceiling(words: tuple[str, ...]) -> float:
    """The highest score of ordinary lower-case words; it falls with their frequency."""
    return max(MIN_CEILING, MAX_CEILING - 0.01 * max(0.0, frequency(words) - _LOWEST))


def _is_local(word: str) -> bool:
    """Whether a word is frequent in one language and much rarer, or absent, in most others."""
    levels = [_zipf(word, words) for words in _lists()]
    return max(levels) >= _FREQUENT and max(levels) - statistics.median(levels) >= _LOCAL


@lru_cache(maxsize=1)
def _dictionary() -> Callable[[str], bool]:
    """A lookup in Hunspell's English dictionary of words in lower case, with their inflections."""
    try:
        from spylls.hunspell import Dictionary
    except ImportError as error:
        raise MissingExtra("spylls", "words") from error
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # spylls leaves its files to Python
        lookup: Callable[[str], bool] = Dictionary.from_files("en_US").lookup
    return lookup
