"""The scripts of letters, where words end without a blank."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_WITHOUT_BLANKS = frozenset(
    ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "LAO", "KHMER", "MYANMAR")
)
_CJK = frozenset(("CJK", "HIRAGANA", "KATAKANA", "HANGUL"))
_STYLES = frozenset(("FULLWIDTH", "HALFWIDTH"))


@lru_cache(maxsize=1 << 14)
def script(char: str) -> str:
    """The script of a letter by its Unicode name, such as LATIN; "" of any other character."""
    if not char.isalpha():
        return ""
    words = unicodedata.name(char, "").split()
    first = words[1] if words[:1] and words[0] in _STYLES else words[0] if words else ""
    return first.partition("-")[0]


def lacks_blanks(char: str) -> bool:
    """Whether a letter is of a script that puts no blanks, or few, between words."""
    return script(char) in _WITHOUT_BLANKS


def is_cjk(text: str) -> bool:
    """Whether all letters of a text are Chinese, Japanese or Korean."""
    scripts = {script(char) for char in text} - {""}
    return bool(scripts) and scripts <= _CJK


def script_runs(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of every longest part of a text whose letters are of one script.

    What is no letter (a digit, an accent) belongs to the letters before it; Han, kana and Hangul
    are taken as one script.
    """
    start, current = 0, ""
    for position, char in enumerate(text):
        own = "CJK" if (found := script(char)) in _CJK else found
        if own and current and own != current:
            yield start, position
            start = position
        current = own or current
    if text:
        yield start, len(text)
