"""Words as outlines, so that a mark looks the same where its font is not installed.

The fonts are free ones from the Debian packages listed in drawing/fonts.txt.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from drawing.shapes import Point, group, num, path, polar

FONT_ROOT = Path("/usr/share/fonts")
DEGREES = 57.296  # per radian; the shipped drawings were made with it rounded like this


@cache
def open_font(font: str) -> Any:
    """The font whose file is called `font`; raises `FileNotFoundError` where it is missing."""
    from fontTools.ttLib import TTFont

    files = sorted(FONT_ROOT.rglob(f"{font}.?tf"))
    if not files:
        raise FileNotFoundError(f"no font {font}: install the packages in drawing/fonts.txt")
    return TTFont(files[0])


@cache
def glyph(font: str, letter: str) -> tuple[str, float]:
    """Path data of a letter, y down and 1000 units per em, and its advance width."""
    from fontTools.pens.svgPathPen import SVGPathPen
    from fontTools.pens.transformPen import TransformPen

    opened = open_font(font)
    scale = 1000 / opened["head"].unitsPerEm
    glyphs, name = opened.getGlyphSet(), opened.getBestCmap()[ord(letter)]
    pen = SVGPathPen(glyphs, ntos=num)
    glyphs[name].draw(TransformPen(pen, (scale, 0, 0, -scale, 0, 0)))
    return pen.getCommands(), glyphs[name].width * scale


def word_width(text: str, font: str, size: float, tracking: float = 0) -> float:
    """Width of a word; `tracking` is extra space between letters as a fraction of `size`."""
    widths = sum(glyph(font, letter)[1] for letter in text)
    return size * (widths / 1000 + tracking * (len(text) - 1))


def word(
    text: str,
    font: str,
    size: float,
    fill: str,
    at: Point,
    *,
    tracking: float = 0,
    anchor: float = 0.5,
    stroke: str = "",
    width: float = 0,
) -> str:
    """A word on the baseline through `at`, centred there or, with `anchor` 0, starting there."""
    x, scale = at[0] - anchor * word_width(text, font, size, tracking), size / 1000
    letters = []
    for letter in text:
        outline, advance = glyph(font, letter)
        if outline:
            shape = path(outline, fill, stroke, width / scale)
            letters.append(group(shape, f"translate({num(x)} {num(at[1])}) scale({scale:.4f})"))
        x += size * (advance / 1000 + tracking)
    return "".join(letters)


def word_on_circle(
    text: str,
    font: str,
    size: float,
    fill: str,
    *,
    centre: Point,
    radius: float,
    tracking: float,
    below: bool = False,
) -> str:
    """A word along the top of a circle, or along its bottom with the letters upright."""
    sign, baseline = (-1, radius + size * 0.72) if below else (1, radius)
    degrees = sign * DEGREES * size / radius
    angle = sign * -90 - degrees * word_width(text, font, 1, tracking) / 2
    letters = []
    for letter in text:
        outline, advance = glyph(font, letter)
        half = degrees * advance / 2000
        x, y = polar(centre, baseline, angle + half)
        place = (
            f"translate({num(x)} {num(y)}) rotate({num(angle + half + sign * 90)})"
            f" scale({size / 1000:.4f}) translate({num(-advance / 2)} 0)"
        )
        if outline:
            letters.append(group(path(outline, fill), place))
        angle += 2 * half + degrees * tracking
    return "".join(letters)
