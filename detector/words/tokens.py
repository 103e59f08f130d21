"""The words of a text with what stands between them: how a buyer reads a title."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from detector.words.scripts import is_cjk
from detector.words.word_lists import in_dictionary, is_local

LONGEST_WORD = 40
"""Characters beyond which no word is looked up."""

_TOKEN = re.compile(r"[^\W_](?:[\w\u0300-\u036f]|['’.+/-](?=[^\W_]))*")
_EDGE = re.compile(
    r"[.+/-]|(?<=[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3])(?=[A-Za-z0-9])"
    r"|(?<=[A-Za-z0-9])(?=[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3])"
)
_MEASURE = re.compile(
    r"[0-9]+(?:[.,/x×-][0-9]+)*-?(?:[kmg]b|tb|[kmc]?m|mm|[km]?g|[mc]?l|oz|lbs?|ft|in|inch|cm|[km]?w"
    r"|[km]?hz|v|volts?|watts?|mah|ah|k|p|d|x|er|pc|pcs|pk|pack|ct|count|st|nd|rd|th|gal|qt|mp|dpi"
    r"|h|hrs?|days?|yrs?|years?|mois|stk|stück|шт|см|мм|мл|л|г|кг|м)?",
    re.IGNORECASE,
)
_DIGITAL_MEASURE = re.compile(
    r"[0-9]+(?:[.,][0-9]+)?-?(?:[kmgt]b|mah|[mg]hz|mp|dpi)", re.IGNORECASE
)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


@dataclass(frozen=True, eq=False)
class Token:
    """A word as written, at `[start, end)` of its text; `gap` is what stands before it."""

    text: str
    start: int
    end: int
    gap: str

    @cached_property
    def is_word(self) -> bool:
        """Whether it is a word of a language: not a name, however well known, nor a number."""
        if len(self.text) > LONGEST_WORD or not any(map(str.isalpha, self.text)):
            return False
        return (self.text.isascii() and in_dictionary(self.text)) or is_local(self.text)

    @property
    def is_model_number(self) -> bool:
        """Whether it looks like the number of a model: letters and digits, and no measure."""
        digits = any(map(str.isdigit, self.text))
        if not digits or _MEASURE.fullmatch(self.text):
            return self.text.isdecimal() and len(self.text) >= 3 and not _YEAR.fullmatch(self.text)
        return any(map(str.isalpha, self.text))

    @property
    def is_digital_measure(self) -> bool:
        """Whether it is a measure of electronics: 8GB, 2000mAh."""
        return bool(_DIGITAL_MEASURE.fullmatch(self.text))


def tokens_of(text: str) -> list[Token]:
    """The words of a text in order.

    A hyphen joins the parts of a model number alone; Latin letters beside Chinese ones are words
    of their own.
    """
    found, after = list[Token](), 0
    for match in _TOKEN.finditer(text):
        for start, end in _parts(text, *match.span()):
            word = unicodedata.normalize("NFC", text[start:end])
            found.append(Token(word, start, end, text[after:start]))
            after = end
    return found


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """(start, end) of every word in one match of the pattern."""
    is_number = any(map(str.isdigit, text[start:end]))
    for edge in _EDGE.finditer(text, start, end):
        if edge[0] and is_number:
            continue
        yield start, edge.start()
        start = edge.end()
    yield start, end


def is_run(token: Token) -> bool:
    """Whether a token is a run of Chinese, Japanese or Korean, of which nobody knows the words."""
    return not token.text.isascii() and is_cjk(token.text)
