"""Words as outlines, so that a mark looks the same where its typeface is not installed.

The typefaces are free ones from Debian's fonts-* packages (see drawing/README.md).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from drawing.shapes import Point, group, num, path, polar

FONT_ROOT = Path("/usr/share/fonts")


@cache
def typeface(name: str) -> Any:
    """The font whose file is called `name`; FileNotFoundError says which one to install."""
    from fontTools.ttLib import TTFont

    found = sorted(FONT_ROOT.rglob(f"{name}.?tf"))
    if not found:
        raise FileNotFoundError(f"no font {name}; drawing/README.md lists the packages to install")
    return TTFont(found[0])


@cache
def outline(name: str, letter: str) -> tuple[str, float]:
    """Path data of one letter with y down and 1000 units an em, and its advance."""
    from fontTools.pens.svgPathPen import SVGPathPen
    from fontTools.pens.transformPen import TransformPen

    font = typeface(name)
    scale = 1000 / font["head"].unitsPerEm
    glyphs, glyph = font.getGlyphSet(), font.getBestCmap()[ord(letter)]
    pen = SVGPathPen(glyphs, ntos=num)
    glyphs[glyph].draw(TransformPen(pen, (scale, 0, 0, -scale, 0, 0)))
    return pen.getCommands(), glyphs[glyph].width * scale


def advance(text: str, name: str, size: float, track: float = 0) -> float:
    """Width of a word; `track` is extra space between letters in parts of the size."""
    widths = sum(outline(name, c)[1] for c in text)
    return size * (widths / 1000 + track * (len(text) - 1))


def word(
    text: str,
    name: str,
    size: float,
    fill: str,
    at: Point,
    *,
    track: float = 0,
    anchor: float = 0,
    kern: dict[str, float] | None = None,
    stroke: str = "",
    width: float = 0,
) -> str:
    """A word on the base line `at`; `anchor` 0 starts there, .5 centres, 1 ends there.

    `kern` maps letter pairs to extra space in parts of the size; `width` is in user units.
    """
    pairs = kern or {}
    total = advance(text, name, size, track) + size * sum(
        pairs.get(text[i : i + 2], 0) for i in range(len(text))
    )
    x, letters = at[0] - anchor * total, []
    scale = size / 1000
    for i, letter in enumerate(text):
        data, step = outline(name, letter)
        place = f"translate({num(x)} {num(at[1])}) scale({scale:.4f})"
        if data:
            letters.append(group(path(data, fill, stroke, width / scale), place))
        x += size * (step / 1000 + track + pairs.get(text[i : i + 2], 0))
    return "".join(letters)


def ring_word(
    text: str,
    name: str,
    size: float,
    fill: str,
    *,
    centre: Point,
    radius: float,
    middle: float,
    track: float = 0.06,
    below: bool = False,
) -> str:
    """A word on a circle, centred at angle `middle`; `below` reads along the lower half."""
    sign, foot = (-1, radius + size * 0.72) if below else (1, radius)
    total = advance(text, name, size, track)
    angle = middle - sign * total / radius * 28.648
    letters = []
    for letter in text:
        data, step = outline(name, letter)
        half = sign * size * step / 1000 / radius * 28.648
        x, y = polar(centre, foot, angle + half)
        turn = angle + half + sign * 90
        place = f"translate({num(x)} {num(y)}) rotate({num(turn)}) scale({size / 1000:.4f})"
        if data:
            letters.append(group(path(data, fill), f"{place} translate({num(-step / 2)} 0)"))
        angle += 2 * half + sign * size * track / radius * 57.296
    return "".join(letters)
