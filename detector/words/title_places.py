"""What the place of a word in a text says: where titles carry a brand, and how it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from detector.words.folding import fold_case
from detector.words.scripts import lacks_blanks
from detector.words.title_words import listed
from detector.words.tokens import Token

_FIRST, _MODEL, _PRODUCT, _SIZE = 1.4, 2.0, 0.8, 1.0
_BY, _SAYS_BRAND, _SIGN = 2.0, 4.0, 5.0
_MIN_PRODUCT_NAME = 3  # letters
NEIGHBOURS = 20
"""Words before and after a reading that say in which language and case it stands."""

_CAPITALS, _CAPITAL, _LOWER_CASE = 2.0, 1.5, -1.0
_AS_REGISTERED = 3.0
_PART_OF_PHRASE, _PART_OF_COMPOUND = -1.5, -3.0

_REGISTERED = re.compile(r"\s?[®™℠]")
_UNUSUAL = re.compile(r"[^\W_][-.&+'’][^\W_]|[a-z][A-Z]")


@dataclass(frozen=True, slots=True)
class Hint:
    """What speaks for a mark, or against it where the weight (log-odds) is below 0."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Place:
    """A reading in a text: `tokens[first:after]` of the text, at `[start, end)` of `text`."""

    text: str
    tokens: Sequence[Token]
    first: int
    after: int
    start: int
    end: int

    @property
    def reading(self) -> str:
        """The text of the reading."""
        return self.text[self.start : self.end]

    @property
    def around(self) -> list[Token]:
        """The words beside the reading: those of a title, or of a sentence."""
        before = self.tokens[max(0, self.first - NEIGHBOURS) : self.first]
        return [*before, *self.tokens[self.after : self.after + NEIGHBOURS]]


def is_first(place: Place) -> bool:
    """Whether nothing but words like "new" stands before a reading."""
    before = place.tokens[: place.first]
    return all(fold_case(token.text) in listed("leading") for token in before)


def place_hints(place: Place, word: str, *, title: bool) -> Iterator[Hint]:
    """What the place in a text says: where titles carry a brand, and how it is written."""
    before, after = place.tokens[: place.first], place.tokens[place.after :]
    if title and is_first(place):
        yield Hint("first word of the title", _FIRST)
    if after and _joins(after[0].gap):
        if after[0].is_model_number:
            yield Hint(f"before a model number: {after[0].text}", _MODEL)
        elif title and _is_product_name(after[0]):
            yield Hint(f"before a product name: {after[0].text}", _PRODUCT)
        elif after[0].is_digital_measure:
            yield Hint(f"before a size: {after[0].text}", _SIZE)
        elif fold_case(after[0].text) in listed("in_phrases") | listed("and"):
            yield Hint(f"part of a phrase: {place.reading} {after[0].text}", _PART_OF_PHRASE)
    if before:
        yield from _before_hints(place, before[-1])
    if _REGISTERED.match(place.text, place.end):
        yield Hint("marked as registered", _SIGN)
    if _UNUSUAL.search(word) and characters_of(word) == characters_of(place.reading):
        yield Hint("written as registered", _AS_REGISTERED)
    if _is_part_of_compound(place):
        yield Hint("part of a compound", _PART_OF_COMPOUND)


def _joins(gap: str) -> bool:
    return gap in (" ", "-", " - ", "")


def _is_product_name(token: Token) -> bool:
    return token.text.isalpha() and len(token.text) >= _MIN_PRODUCT_NAME and not token.is_word


def _before_hints(place: Place, previous: Token) -> Iterator[Hint]:
    word, gap = fold_case(previous.text), place.tokens[place.first].gap
    if _says_brand(word) and gap.strip(" :：") == "":
        yield Hint(f"after “{previous.text}”", _SAYS_BRAND)
    elif gap != " ":
        return
    elif word in listed("by"):
        yield Hint(f"after “{previous.text}”", _BY)
    elif word in listed("in_phrases"):
        yield Hint(f"part of a phrase: {previous.text} {place.reading}", _PART_OF_PHRASE)


def _says_brand(word: str) -> bool:
    """Whether a word, or the end of a run of Chinese or Japanese, says that a brand follows."""
    spoken = listed("says_brand")
    return word in spoken or any(word.endswith(end) for end in spoken if lacks_blanks(end[0]))


def _is_part_of_compound(place: Place) -> bool:
    """Whether a hyphen joins the reading to another word: cutting-edge."""
    before = place.first > 0 and place.tokens[place.first].gap == "-"
    after = place.after < len(place.tokens) and place.tokens[place.after].gap == "-"
    neighbours = [place.tokens[place.first - 1]] if before else []
    neighbours += [place.tokens[place.after]] if after else []
    return any(token.is_word for token in neighbours)


def characters_of(word: str) -> str:
    """A word without case and typographic apostrophes."""
    return fold_case(word).replace("’", "'")


def case_hints(place: Place) -> Iterator[Hint]:
    """That the reading stands out by its capitals, or does not where other words have some."""
    words = [one.text for one in place.around if one.text.isalpha() and len(one.text) >= 3]
    reading = place.reading
    if len(words) < 2 or not reading[:1].isalpha():
        return
    capitals = sum(word.isupper() for word in words) / len(words)
    initials = sum(word[0].isupper() for word in words[place.first == 0 :]) / len(words)
    if reading.isupper() and len(reading) > 1 and capitals <= 0.25:
        yield Hint("in capitals", _CAPITALS)
    elif reading[0].isupper() and not reading.isupper() and place.first and initials <= 0.25:
        yield Hint("with a capital", _CAPITAL)
    elif reading.islower() and initials >= 0.75:
        yield Hint("in lower case", _LOWER_CASE)
