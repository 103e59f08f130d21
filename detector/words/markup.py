"""What a reader sees of a text with HTML: without tags, with entities decoded.

Shops export descriptions as HTML, often escaped once more. A tag inside a word (`Nord<wbr>husk`)
would hide the word from a search of the raw text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

_MARKUP = re.compile(
    r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
    r"|<!--[^<>]*>|</?([A-Za-z][A-Za-z0-9]*)(?:[\s/][^<>]*)?>"
)
_INSIDE_WORDS = re.compile(
    "a|abbr|b|bd[io]|big|cite|em|font|i|ins|kbd|mark|s|small|span|strong|su[bp]|tt|u|wbr", re.I
)
_ROUNDS = 2  # a text that was escaped twice is decoded twice


@dataclass(frozen=True, slots=True)
class VisibleText:
    """The visible characters; character n comes from `[starts[n], ends[n])` of the source."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The part of the source that shows the visible characters from `start` to `end`."""
        return self.starts[start], self.ends[end - 1]


def visible_text(source: str) -> VisibleText:
    """Decode the entities of a text and remove its tags; those between words leave a blank."""
    positions = tuple(range(len(source) + 1))
    visible = VisibleText(source, positions[:-1], positions[1:])
    for _ in range(_ROUNDS):
        if "&" not in visible.text and "<" not in visible.text:
            break
        visible = _decoded(visible)
    return visible


def _decoded(visible: VisibleText) -> VisibleText:
    chars, starts, ends = list[str](), list[int](), list[int]()
    after = 0
    for match in _MARKUP.finditer(visible.text):
        _extend(chars, starts, ends, visible, (after, match.start()))
        shown = _shown(match)
        first, last = visible.span(*match.span())
        chars += shown
        starts += [first] * len(shown)
        ends += [last] * len(shown)
        after = match.end()
    _extend(chars, starts, ends, visible, (after, len(visible.text)))
    return VisibleText("".join(chars), tuple(starts), tuple(ends))


def _extend(
    chars: list[str],
    starts: list[int],
    ends: list[int],
    visible: VisibleText,
    span: tuple[int, int],
) -> None:
    part = slice(*span)
    chars += visible.text[part]
    starts += visible.starts[part]
    ends += visible.ends[part]


def _shown(match: re.Match[str]) -> str:
    """What an entity or a tag shows."""
    if match[0].startswith("&"):
        return unescape(match[0])
    tag = match[1]  # None of a comment
    return "" if tag is None or _INSIDE_WORDS.fullmatch(tag) else " "
