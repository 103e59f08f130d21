"""Whether an ordinary word in a text means a mark: log-odds from evidence that a buyer would use.

An ordinary word begins with odds by how common it is in the language of the text. Every hint adds
to its log-odds, as independent evidence does (naive Bayes). The weights are rounded and set by hand
on the development titles of tools/measure_titles.py.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator

from detector.words.changes import DRAWN_LETTERS
from detector.words.compatibility import says_little
from detector.words.folding import fold_case
from detector.words.goods import Goods
from detector.words.languages import NAMES
from detector.words.ordinary import MAX_SHORT, frequency
from detector.words.title_places import Hint
from detector.words.title_words import listed
from detector.words.word_lists import LOWEST, is_known, is_name_in_dictionary, zipf

TECHNICAL, OFFICE = (2, 7, 9), (16,)
"""Nice classes of goods of which titles begin with the maker."""

UNLIKE, SURE_LIKENESS = 0.07, 0.85
"""Likenesses between which the letters of a changed name leave it to the hints."""

MAX_WITHOUT_STRONG_HINT = 0.89
"""The score of an ordinary word that only its place, its goods or its rarity speak for."""

DISGUISES = ("digit for letter", "sign for letter", "look-alike character", DRAWN_LETTERS)
"""Changes that nobody makes by mistake."""

_RARE, _BASE, _PER_ZIPF, _COMMONEST = 0.4, 1.0, 2.0, -5.0  # log-odds: at most, at 3, by Zipf
_STRONG = 2.0  # weight of a hint that seldom misleads
_SHORT, _SHORT_UNKNOWN = -2.5, -0.8  # log-odds of short names: also words, or in no list
_DESCRIPTIVE = -1.5
_ALSO_NAME = 0.5
_LANGUAGE = 0.7  # Zipf frequency by which a word is rarer in the language of its text
_BORROWED = 1.0  # Zipf frequency by which English words are rarer in other languages
_CLASSES_GIVEN, _CLASSES_OF_CATEGORY, _CLASSES_OF_TEXT, _OTHER_GOODS = 4.0, 2.5, 1.9, -2.0
_MAKER_OF_TECHNICAL, _MAKER_OF_OFFICE = 1.9, 0.8
_MISSPELT, _DISGUISED = 1.5, 3.0
_COMPATIBLE, _FOR = 4.0, 1.0
_BRAND_FIELD, _OTHER_BRAND = 6.0, -3.0


def log_odds(word: str, language: str) -> float:
    """Log-odds that an ordinary word means the mark, by how common it is in a language.

    `language` is a code of `LANGUAGES`, or "" where it is not known.
    """
    parts = tuple(re.split(r"[\s-]+", word.strip()))
    letters = "".join(parts)
    odds = _BASE - _PER_ZIPF * (_commonness(parts, language) - LOWEST)
    odds = max(min(odds, _RARE), _COMMONEST)
    if is_name_in_dictionary(letters):
        odds += _ALSO_NAME
    if fold_case(letters) in listed("describing"):
        odds += _DESCRIPTIVE
    if len(letters) <= MAX_SHORT and letters.isascii():
        known = zipf(letters, language or "en") or zipf(letters, "en")
        return min(odds, _SHORT if known else _SHORT_UNKNOWN)
    return odds


def _commonness(parts: tuple[str, ...], language: str) -> float:
    """Zipf frequency in a language; English words are borrowed by others, but are rarer there."""
    if not language or language not in NAMES:
        return frequency(parts)
    return max(frequency(parts, language), frequency(parts, "en") - _BORROWED * (language != "en"))


def language_hints(word: str, language: str) -> Iterator[Hint]:
    """That the rest of the text is of a language in which the word is rare; already in the odds."""
    parts = tuple(re.split(r"[\s-]+", word.strip()))
    if language and frequency(parts) - _commonness(parts, language) >= _LANGUAGE:
        yield Hint(f"the text is {NAMES[language]}", 0.0)


def goods_hints(
    registered: Iterable[int], given: Iterable[int], category: Goods, named: Goods
) -> Iterator[Hint]:
    """Whether goods are of a mark's classes: as given, else by category or by the text."""
    classes, asked = set(registered), set(given)
    if shared := classes & asked:
        yield Hint(f"in its class of goods: {', '.join(map(str, sorted(shared)))}", _CLASSES_GIVEN)
    elif classes and asked:
        yield Hint("goods of other classes", _OTHER_GOODS)
    elif shared := classes & set(category.classes):
        number = min(shared)
        yield Hint(f"category of class {number}: {category.classes[number]}", _CLASSES_OF_CATEGORY)
    elif shared := classes & set(named.classes):
        number = min(shared)
        yield Hint(f"goods of class {number}: {named.classes[number]}", _CLASSES_OF_TEXT)
    elif classes and (category or named):
        yield Hint("goods of other classes", _OTHER_GOODS)


def maker_hints(word: str, category: Goods, named: Goods) -> Iterator[Hint]:
    """That the first word of a title of technical or office goods is nearly always their maker.

    Of a mark without classes, and of a word that does not describe goods.
    """
    classes = category.classes | named.classes
    if fold_case(word) in listed("describing"):
        return
    for numbers, weight in ((TECHNICAL, _MAKER_OF_TECHNICAL), (OFFICE, _MAKER_OF_OFFICE)):
        if shared := set(numbers) & set(classes):
            yield Hint(f"before technical or office goods: {classes[min(shared)]}", weight)
            return


def spelling_hints(changes: Iterable[str], reading: str, *, exact: bool) -> Iterator[Hint]:
    """That nobody spells an ordinary word like this."""
    if any(change.startswith(DISGUISES) for change in changes):
        yield Hint("letters in disguise", _DISGUISED)
    elif not exact and not is_known(reading):
        yield Hint("misspelt", _MISSPELT)


def compatibility_hints(phrase: str) -> Iterator[Hint]:
    """That a phrase after which names stand says what goods fit."""
    if phrase:
        yield Hint(f"named as compatible: {phrase}", _FOR if says_little(phrase) else _COMPATIBLE)


def brand_hints(named: bool, other: bool) -> Iterator[Hint]:
    """Whether the brand field names the mark, or another brand."""
    if named:
        yield Hint("named in the brand field", _BRAND_FIELD)
    elif other:
        yield Hint("the brand field names another", _OTHER_BRAND)


def odds_of(likeness: float) -> float:
    """The log-odds of a likeness between 0 and 1."""
    return math.log(likeness / (1 - likeness))


def probability(odds: float, hints: Iterable[Hint]) -> float:
    """The probability that a word means the mark, from its log-odds and its hints.

    Without a strong hint a case for review, not for block.
    """
    weighed = list(hints)
    found = 1 / (1 + math.exp(-odds - sum(hint.weight for hint in weighed)))
    is_strong = any(hint.weight >= _STRONG for hint in weighed)
    return found if is_strong else min(found, MAX_WITHOUT_STRONG_HINT)
