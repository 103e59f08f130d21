"""Colours, lengths and numbers of CSS in the terms that the renderer reads.

Every function takes tokens of tinycss2 and returns None for what has no such terms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import tinycss2
from coloraide import Color
from tinycss2.ast import Node

PIXELS = {
    "": 1.0,
    "px": 1.0,
    "in": 96.0,
    "cm": 96 / 2.54,
    "mm": 96 / 25.4,
    "q": 96 / 101.6,
    "pt": 96 / 72,
    "pc": 16.0,
    "rem": 16.0,
}
"""Pixels per unit, at 96 dots per inch."""

READ_UNITS = ("", "px", "in", "cm", "mm", "pt", "pc", "em")
"""Units that the renderer reads as a browser does. (Without a font it takes another `ex`.)"""

Tokens = Sequence[Node]

COLOUR_FUNCTIONS = frozenset(
    (
        *(
            "color",
            "color-mix",
            "contrast-color",
            "device-cmyk",
            "hsl",
            "hsla",
            "hwb",
            "lab",
            "lch",
        ),
        *("lch", "light-dark", "oklab", "oklch", "rgb", "rgba"),
    )
)
_KEYWORDS = frozenset(
    ("none", "currentcolor", "inherit", "initial", "unset", "context-fill", "context-stroke")
)


def tokens_of(text: str) -> list[Node]:
    """The tokens of a value, without white space at its ends."""
    return trimmed(tinycss2.parse_component_value_list(text, skip_comments=True))


def trimmed(tokens: Sequence[Node]) -> list[Node]:
    """Tokens without white space at their ends."""
    inner = [number for number, token in enumerate(tokens) if token.type != "whitespace"]
    return list(tokens[inner[0] : inner[-1] + 1]) if inner else []


def words_of(tokens: Sequence[Node]) -> list[Node]:
    """Tokens without white space and comments."""
    return [token for token in tokens if token.type not in ("whitespace", "comment")]


def keyword(token: Node) -> str:
    """A word in lower case, "" for any other token."""
    return str(token.lower_value) if token.type == "ident" else ""


def text_of(tokens: Sequence[Node]) -> str:
    """The text of tokens."""
    return str(tinycss2.serialize(tokens)).strip()


def paint(tokens: Sequence[Node]) -> str | None:
    """A paint: none, a colour in hex, or a reference with its fallback."""
    words = words_of(tokens)
    if not words:
        return None
    if words[0].type == "url" or _is_function(words[0], "url"):
        fallback = paint(words[1:]) if words[1:] else ""
        return None if fallback is None else f"{text_of(words[:1])} {fallback}".strip()
    if len(words) == 1 and keyword(words[0]) in _KEYWORDS:
        return keyword(words[0])
    return colour(text_of(tokens))


def is_colour_function(tokens: Sequence[Node]) -> bool:
    """Whether a value is a function of colours, known or not."""
    words = words_of(tokens)
    return len(words) == 1 and _is_function(words[0], *COLOUR_FUNCTIONS)


@lru_cache(maxsize=4096)
def colour(text: str) -> str | None:
    """A colour as `#rrggbb` or `#rrggbbaa`; those that sRGB does not have are clipped."""
    light = _first_of_light_dark(text)
    try:
        shown = Color(light).convert("srgb").clip()
    except ValueError:
        return None
    return str(shown.to_string(hex=True, fit=False))


def number(tokens: Sequence[Node]) -> str | None:
    """A number; a percentage is a share, as opacities are given."""
    words = words_of(tokens)
    if len(words) != 1:
        return None
    if words[0].type == "percentage":
        return f"{words[0].value / 100:g}"
    if words[0].type == "number":
        return str(words[0].representation)
    value = _operand(words[0], lambda token: token.value if token.type == "number" else None)
    return None if value is None else f"{value:g}"


def length(tokens: Sequence[Node]) -> str | None:
    """A length, or several: as it is where the renderer reads its unit, else in pixels."""
    parts = [_length(token) for token in words_of(tokens)]
    return None if None in parts or not parts else " ".join(filter(None, parts))


def pixels(tokens: Sequence[Node]) -> float | None:
    """One absolute length in pixels."""
    words = words_of(tokens)
    return _operand(words[0], _absolute) if len(words) == 1 else None


def _length(token: Node) -> str | None:
    if token.type in ("ident", "number", "percentage") or token == ",":
        return str(token.serialize())
    if token.type == "dimension" and token.lower_unit in READ_UNITS:
        return str(token.serialize())
    value = _operand(token, _absolute)
    return None if value is None else f"{value:.6g}"


def _absolute(token: Node) -> float | None:
    """A number or an absolute length in pixels."""
    unit = token.lower_unit if token.type == "dimension" else ""
    if token.type not in ("number", "dimension") or unit not in PIXELS:
        return None
    return float(token.value) * PIXELS[unit]


def _operand(token: Node, unit: Callable[[Node], float | None]) -> float | None:
    """A value, or what `calc()` and brackets hold; `unit` converts a single value."""
    if _is_function(token, "calc"):
        return _sum(token.arguments, unit)
    if token.type == "() block":
        return _sum(token.content, unit)
    return unit(token)


def _sum(tokens: Sequence[Node], unit: Callable[[Node], float | None]) -> float | None:
    """The sum of products that `calc()` holds; None where an operand has no value."""
    total, product, sign, divides = 0.0, 1.0, 1.0, False
    for token in words_of(tokens):
        if token in ("+", "-"):
            total, product, sign = total + sign * product, 1.0, 1.0 if token == "+" else -1.0
        elif token in ("*", "/"):
            divides = token == "/"
        else:
            value = _operand(token, unit)
            if value is None or (divides and value == 0):
                return None
            product, divides = product / value if divides else product * value, False
    return total + sign * product


def _is_function(token: Node, *names: str) -> bool:
    return token.type == "function" and token.lower_name in names


def _first_of_light_dark(text: str) -> str:
    """The first colour of `light-dark(a, b)`: pictures are shown on a light page."""
    words = words_of(tokens_of(text))
    if len(words) != 1 or not _is_function(words[0], "light-dark"):
        return text
    arguments = list(words[0].arguments)
    comma = next((n for n, token in enumerate(arguments) if token == ","), len(arguments))
    return text_of(arguments[:comma])
