"""How ordinary words are: a word that many texts hold proves nothing by its letters alone.

Two packaged lists. wordfreq (Speer 2022) says how often a word is used in each of several
languages, on the Zipf scale: 3 is once in a million words, 6 once in a thousand. It holds famous
names too, and no frequency tells `adidas` from `puma`; a spelling dictionary does, for it writes
names with a capital. spylls carries the English one of Hunspell.
"""

from __future__ import annotations

import math
import statistics
import warnings
from collections.abc import Callable, Iterable
from functools import lru_cache

from detector.errors import MissingExtra

LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "tr", "ru")

SHORT = 3
"""Words of so few letters are ordinary whatever they are: they are sizes, units and initials too"""

MOST = 0.08
"""The most an ordinary word may score by its letters alone: below any threshold for review."""

LEAST = 0.05
"""The most that the commonest words may score."""

_RARE = 3.0  # the wordfreq lists begin here
_TIED = 1.0  # words that are found side by side are so much more frequent than chance has it
_PHRASE = 3.0  # a phrase as frequent as this stands in texts that mean no mark
_FREQUENT, _LOCAL = 4.0, 1.5  # frequent in one language and rarer in most: a word of that language


@lru_cache(maxsize=1)
def _lists() -> tuple[dict[str, float], ...]:
    try:
        from wordfreq import get_frequency_dict
    except ImportError as error:
        raise MissingExtra("wordfreq", "words") from error
    return tuple(get_frequency_dict(language, wordlist="small") for language in LANGUAGES)


def _zipf(word: str, words: dict[str, float]) -> float:
    """Frequency in one list on the Zipf scale: log10 of uses in a billion words; 0 is not there."""
    share = words.get(word, 0.0)
    return math.log10(share) + 9 if share else 0.0


def is_known(word: str) -> bool:
    """Whether a lower-case word as it stands is a number, or in the list of any language.

    One letter is a word of its own. Raises `MissingExtra`.
    """
    return len(word) < 2 or word.isdecimal() or any(word in words for words in _lists())


@lru_cache(maxsize=1 << 14)
def frequency(words: tuple[str, ...]) -> float:
    """Zipf frequency of lower-case words in a row, in the language where it is highest.

    Words in a row are taken as independent but for a constant. Raises `MissingExtra`.
    """
    rows = [[_zipf(word, one) for word in words] for one in _lists()]
    return max(sum(row) - (9 - _TIED) * (len(row) - 1) for row in rows)


def is_ordinary_phrase(words: tuple[str, ...]) -> bool:
    """Whether several lower-case words often stand side by side. Raises `MissingExtra`."""
    return frequency(words) >= _PHRASE


def ceilings(words: Iterable[tuple[str, ...]]) -> list[float]:
    """The most that each mark's word may score by its letters alone, 1 where it is not ordinary.

    Each is given as its lower-case parts, `("red", "bull")`. Raises `MissingExtra`.
    """
    return [ceiling(word) if is_ordinary(word) else 1.0 for word in words]


@lru_cache(maxsize=1 << 14)
def is_ordinary(word: tuple[str, ...]) -> bool:
    """Whether a word, given as its lower-case parts, is no mark's own.

    Ordinary are short names, entries of the dictionary, words of one language, frequent phrases.
    Raises `MissingExtra`.
    """
    letters = "".join(word)
    if letters.isascii() and len(letters) <= SHORT:  # two Chinese characters are no short name
        return True
    if len(word) > 1:
        return is_ordinary_phrase(word)
    return _is_local(word[0]) or _dictionary()(word[0])


def ceiling(words: tuple[str, ...]) -> float:
    """The most that ordinary lower-case words may score: less, the more frequent they are."""
    return max(LEAST, MOST - 0.01 * max(0.0, frequency(words) - _RARE))


def _is_local(word: str) -> bool:
    """Whether a word is frequent in one language and clearly rarer, or absent, in most others."""
    levels = [_zipf(word, words) for words in _lists()]
    return max(levels) >= _FREQUENT and max(levels) - statistics.median(levels) >= _LOCAL


@lru_cache(maxsize=1)
def _dictionary() -> Callable[[str], bool]:
    """Whether Hunspell's English dictionary has a word in lower case, with its inflections."""
    try:
        from spylls.hunspell import Dictionary
    except ImportError as error:
        raise MissingExtra("spylls", "words") from error
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # spylls leaves its files to Python
        lookup: Callable[[str], bool] = Dictionary.from_files("en_US").lookup
    return lookup
