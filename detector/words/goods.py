"""The goods that texts name, as classes of the Nice Classification.

The terms are those of `goods_terms.toml`, which cites their source.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from detector.words.folding import fold_case
from detector.words.tokens import LONGEST_WORD, Token, is_run, tokens_of
from detector.words.word_lists import in_dictionary

_MIN_HEAD = 5  # letters of a term that counts at the end of a compound: Laptoptasche
_MIN_MODIFIER = 3  # letters before it
_MAX_WORDS = 4  # of a term
_MAX_CHARACTERS = 4  # of a term in a script without blanks
COMPOUNDING = ("de", "nl", "sv")
"""Languages that write compounds as one word, with the goods at the end."""

_PLURALS = ("s", "es", "n", "en", "e")


@dataclass(frozen=True, slots=True)
class Goods:
    """Nice classes of goods with the term that names each, such as {9: "printer"}."""

    classes: dict[int, str]

    def __bool__(self) -> bool:
        return bool(self.classes)


def goods_in(tokens: Sequence[Token], language: str = "") -> Goods:
    """The goods that a text in a language ("" if unknown) names; of each class the first term."""
    classes: dict[int, str] = {}
    for term in _terms_in(tokens, language):
        for number in _table()[term]:
            classes.setdefault(number, term)
    return Goods(classes)


def _terms_in(tokens: Sequence[Token], language: str) -> Iterator[str]:
    words = [fold_case(token.text) for token in tokens]
    at = 0
    while at < len(words):
        term, length = _longest_term(words, at, language)
        if term:
            yield term
        elif is_run(tokens[at]):
            yield from _terms_in_run(words[at])
        at += length


def _longest_term(words: list[str], at: int, language: str) -> tuple[str, int]:
    """The term that begins at a word, and its number of words; ("", 1) for none."""
    for length in range(min(_MAX_WORDS, len(words) - at), 0, -1):
        if term := _term(" ".join(words[at : at + length]), language):
            return term, length
    return "", 1


@lru_cache(maxsize=1 << 14)
def _term(phrase: str, language: str) -> str:
    """The term that a phrase is: as it stands, in the plural, or as the end of a compound."""
    if len(phrase) > _MAX_WORDS * LONGEST_WORD:
        return ""
    singulars = [phrase.removesuffix(ending) for ending in _PLURALS]
    heads = (phrase[start:] for start in range(_MIN_MODIFIER, len(phrase) - _MIN_HEAD + 1))
    compounds = (head for head in heads if head in _compound_heads())
    asked = (term for term in (phrase, *singulars, *compounds) if _is_term(term, language))
    return next(asked, "")


def _is_term(phrase: str, language: str) -> bool:
    """Whether a phrase names goods in a language; an English word does in English unless told."""
    spoken = _languages().get(phrase, frozenset())
    if language:
        return bool(spoken & {language, "en"})
    return "en" in spoken or (bool(spoken) and not (phrase.isascii() and in_dictionary(phrase)))


def _terms_in_run(run: str) -> Iterator[str]:
    for start in range(len(run)):
        for stop in range(start + 2, min(start + _MAX_CHARACTERS, len(run)) + 1):
            if run[start:stop] in _table():
                yield run[start:stop]


@lru_cache(maxsize=1)
def _compound_heads() -> frozenset[str]:
    """The terms that end compounds, of the languages that write them as one word."""
    spoken = _languages()
    long = (term for term in spoken if len(term) >= _MIN_HEAD and term.isalpha())
    return frozenset(term for term in long if not spoken[term].isdisjoint(COMPOUNDING))


@lru_cache(maxsize=1)
def _table() -> dict[str, tuple[int, ...]]:
    """The classes of every term."""
    table: dict[str, set[int]] = {}
    for term, number, _ in _terms():
        table.setdefault(term, set()).add(number)
    return {term: tuple(sorted(classes)) for term, classes in table.items()}


@lru_cache(maxsize=1)
def _languages() -> dict[str, frozenset[str]]:
    """The languages of every term."""
    spoken: dict[str, set[str]] = {}
    for term, _, language in _terms():
        spoken.setdefault(term, set()).add(language)
    return {term: frozenset(languages) for term, languages in spoken.items()}


@lru_cache(maxsize=1)
def _terms() -> tuple[tuple[str, int, str], ...]:
    """Every term, its words apart, with its class and language."""
    source = files("detector.words").joinpath("goods_terms.toml").read_text(encoding="utf-8")
    return tuple(
        (" ".join(fold_case(token.text) for token in tokens_of(term)), int(number), language)
        for number, by_language in tomllib.loads(source).items()
        for language, terms in by_language.items()
        for term in terms.split(", ")
    )
