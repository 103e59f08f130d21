"""The demonstration word marks, in letters of a font or of our own.

The parameters are the details in which a look-alike sign differs (drawing/marks.py).
"""

from __future__ import annotations

from drawing.letters import word, word_width
from drawing.shapes import (
    circle,
    clip,
    clipped,
    ellipse,
    gradient,
    group,
    path,
    polygon,
    rect,
    rotated,
    star,
    svg,
)

CANDY = ("#ff3d7f", "#ff9f1c", "#ffd60a", "#2ec4b6", "#3a86ff", "#8338ec")


def velloria(name: str = "Velloria") -> str:
    """Slanted brush script over a tapering swash and a dot."""
    ink = "#c01f3c"
    text = word(name, "KaushanScript-Regular", 190, ink, (40, 178), anchor=0)
    swash = path(
        "M96 226C250 196 470 190 640 214C480 206 300 214 128 244C108 248 84 238 96 226Z", ink
    )
    dot = circle((672, 214), 12, ink)
    return svg(720, 270, text + swash + dot)


def druxo(name: str = "DRUXO", lower: str = "#e4002b") -> str:
    """Slanted black capitals cut by a diagonal, the lower part shifted and coloured."""
    width = word_width(name, "LeagueSpartan-Black", 200, -0.02)
    slanted = group(
        word(name, "LeagueSpartan-Black", 200, "{}", (0, 0), tracking=-0.02, anchor=0),
        "translate(70 190) skewX(-12)",
    )
    above = clip("dt", '<path d="M0 0H900V96L0 136Z"/>')
    below = clip("dl", '<path d="M0 150L900 110V260H0Z"/>')
    body = clipped(slanted.replace("{}", "#16181d"), "dt")
    body += clipped(group(slanted.replace("{}", lower), "translate(-12 0)"), "dl")
    return svg(width + 90, 220, body, above + below)


def oonalu() -> str:
    """Letters of rings and stems of one weight, in five colours."""
    w, y, r = 30, 150, 52
    rings = circle((90, y), r, "none", "#ef476f", w) + circle((220, y), r, "none", "#ffb703", w)
    dots = circle((90, y), 14, "#ef476f") + circle((220, y), 14, "#ffb703")
    n = path(f"M308 {y + 52}V{y}A50 50 0 0 1 408 {y}V{y + 52}", stroke="#2a9d8f", width=w)
    a = circle((504, y), r, "none", "#118ab2", w)
    a += path(f"M556 {y - 52}V{y + 52}", stroke="#118ab2", width=w)
    l_ = path(f"M618 {y - 118}V{y + 52}", stroke="#ef476f", width=w)
    u = path(f"M680 {y - 52}V{y}A50 50 0 0 0 780 {y}V{y - 52}", stroke="#8338ec", width=w)
    return svg(860, 240, rings + dots + n + a + l_ + u)


def zephyrix() -> str:
    """Wide letters of single strokes with open joints, in a blue gradient."""
    strokes = (
        "M40 60H140L46 160H146",
        "M246 60H180V160H246M186 110H236",
        "M280 160V60H340Q366 60 366 86T340 112H296",
        "M402 60V160M478 60V160M408 110H472",
        "M512 60L552 108L592 60M552 114V160",
        "M626 160V60H686Q712 60 712 84T686 108H642M670 114L716 160",
        "M752 60V160",
        "M788 60L868 160M868 60L836 98M820 121L788 160",
    )
    defs = gradient("zx", ["#0f2a5f", "#1f6fc4", "#46c2e8"], (40, 0), (870, 0))
    lines = "".join(path(d, stroke="url(#zx)", width=17) for d in strokes)
    rule = path("M40 196H610", stroke="#46c2e8", width=5)
    rule += path("M640 196H700", stroke="#46c2e8", width=5)
    return svg(914, 220, lines + rule, defs)


def grannik(name: str = "Grannik", background: str = "#b4151f", rim: str = "#f2c14e") -> str:
    """A heavy serif word on an oval with a rim, under five grains of wheat."""
    oval = ellipse((320, 170), (306, 154), background)
    oval += ellipse((320, 170), (286, 136), "none", rim, 8)
    text = word(name, "Vollkorn-Black", 868 / len(name), "#fff5e0", (320, 204))
    small = word("SINCE HARVEST ONE", "Lato-Bold", 27, rim, (320, 256), tracking=0.16)
    wheat = "".join(
        rotated(path("M320 84Q306 64 320 46Q334 64 320 84Z", rim), a, (320, 100))
        for a in (-44, -22, 0, 22, 44)
    )
    return svg(640, 340, oval + text + small + wheat)


def tarnwick() -> str:
    """Serif capitals between thin rules, with a diamond in the upper one."""
    ink = "#1d1d1f"
    text = word("TARNWICK", "Vollkorn-Medium", 120, ink, (400, 170), tracking=0.14)
    lines = path("M40 56H372M428 56H760M40 206H760", stroke=ink, width=3)
    diamond = polygon([(400, 40), (416, 56), (400, 72), (384, 56)], "#9a7b3f")
    small = word(
        "TAILORED IN SMALL NUMBERS", "Lato-Medium", 26, "#9a7b3f", (400, 250), tracking=0.26
    )
    return svg(800, 274, lines + text + diamond + small)


def bizzlepop() -> str:
    """Script letters in many colours, tilted left and right, with a thick outline and two stars."""
    pink, orange, yellow, teal, blue, violet = CANDY
    colours = (pink, orange, yellow, teal, blue, violet, pink, orange, teal)
    font, size = "LeckerliOne-Regular", 150
    x, outlines, letters = 60.0, "", ""
    for i, (letter, colour) in enumerate(zip("Bizzlepop", colours, strict=True)):
        advance = word_width(letter, font, size)
        dy, angle = (-12, 7) if i % 2 else (12, -8)
        at = (x + advance / 2, 170.0 + dy)
        outline = word(letter, font, size, "#3b0f4f", at, stroke="#3b0f4f", width=26)
        outlines += rotated(outline, angle, (at[0], 130))
        inside = word(letter, font, size, colour, at, stroke=colour, width=3)
        letters += rotated(inside, angle, (at[0], 130))
        x += advance * 0.98
    stars = star((x + 26, 66), 26, 9, 4, yellow) + star((38, 66), 20, 7, 4, teal)
    return svg(x + 64, 260, outlines + letters + stars)


def nordhusk() -> str:
    """Narrow capitals and a thin rule on an arrow-shaped bar."""
    bar = path("M20 20H700L740 110L700 200H20L56 110Z", "#0d3b2e")
    text = word("NORDHUSK", "BebasNeue-Bold", 176, "#f4e9cd", (384, 170), tracking=0.02)
    return svg(760, 220, bar + text + rect((84, 178, 600, 5), "#e3a62f"))
