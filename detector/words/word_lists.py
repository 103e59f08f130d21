"""Packaged word lists: how often a word is used in a language, and an English dictionary.

wordfreq (Speer 2022) says how often a word is used, on the Zipf scale: 3 is once in a million
words, 6 once in a thousand. Its small lists begin at 3. It also holds famous names, in lower case
like all else. The English dictionary of Hunspell, contained in spylls, writes names with a capital.
Words are given as they are written; both lists are asked with one folding of case.
"""

from __future__ import annotations

import math
import statistics
import warnings
from functools import lru_cache
from typing import Any

from detector.errors import MissingExtra
from detector.words.folding import fold_case, fold_turkish_case
from detector.words.scripts import is_cjk

LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "tr", "ru")
CJK_LANGUAGES = ("zh", "ja", "ko")
"""Languages whose lists are asked for words in their own scripts alone."""

LOWEST = 3.0
"""The Zipf frequency from which the lists have a word."""


_LOCAL = 1.5  # Zipf frequency above the median of all languages: a word of one of them


@lru_cache(maxsize=len(LANGUAGES + CJK_LANGUAGES))
def _shares(language: str) -> dict[str, float]:
    try:
        from wordfreq import get_frequency_dict
    except ImportError as error:
        raise MissingExtra("wordfreq", "words") from error
    shares: dict[str, float] = get_frequency_dict(language, wordlist="small")
    return shares


@lru_cache(maxsize=1 << 16)
def zipf(word: str, language: str) -> float:
    """Zipf frequency of a word in one language; 0 if it is not in the list.

    Raises `MissingExtra`.
    """
    folded = fold_turkish_case(word) if language == "tr" else fold_case(word)
    share = _shares(language).get(folded, 0.0)
    return math.log10(share) + 9 if share else 0.0


def languages_of(word: str) -> tuple[str, ...]:
    """The languages whose lists are asked for a word."""
    return CJK_LANGUAGES if not word.isascii() and is_cjk(word) else LANGUAGES


@lru_cache(maxsize=1 << 16)
def is_known(word: str) -> bool:
    """Whether a word is a number, one letter, or in the list of any language.

    Raises `MissingExtra`.
    """
    if len(word) < 2 or word.isdecimal():
        return True
    return any(zipf(word, language) for language in languages_of(word))


@lru_cache(maxsize=1 << 16)
def is_local(word: str, least: float = 3.7) -> bool:
    """Whether a word reaches a Zipf frequency in one language and is much rarer in most others.

    Names are about as frequent in all. Raises `MissingExtra`.
    """
    levels = [zipf(word, language) for language in languages_of(word)]
    return max(levels) >= least and max(levels) - statistics.median(levels) >= _LOCAL


@lru_cache(maxsize=1 << 14)
def in_dictionary(word: str) -> bool:
    """Whether the English dictionary has a word in lower case, with its inflections.

    Raises `MissingExtra`.
    """
    return bool(_dictionary().lookup(fold_case(word)))


@lru_cache(maxsize=1 << 14)
def is_name_in_dictionary(word: str) -> bool:
    """Whether the English dictionary also has a word with a capital, as a name: Dell, Canon.

    Raises `MissingExtra`.
    """
    return bool(_dictionary().dic.homonyms(fold_case(word).capitalize()))


@lru_cache(maxsize=1)
def _dictionary() -> Any:
    """Hunspell's English dictionary."""
    try:
        from spylls.hunspell import Dictionary
    except ImportError as error:
        raise MissingExtra("spylls", "words") from error
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # spylls leaves its files to Python
        return Dictionary.from_files("en_US")
