"""The demonstration word marks, all invented; letters are typeface outlines or own strokes.

Parameters with defaults are the details that drawing/similar_signs.py changes.
"""

from __future__ import annotations

from drawing.letters import advance, word
from drawing.shapes import circle, ellipse, gradient, group, path, polygon, rect, star, svg, turned


def velloria(name: str = "Velloria", ink: str = "#c01f3c", underline: bool = True) -> str:
    """A slanted brush script with a tapering swash below."""
    text = word(name, "KaushanScript-Regular", 190, ink, (40, 178))
    swash = path(
        "M96 226C250 196 470 190 640 214C480 206 300 214 128 244C108 248 84 238 96 226Z", ink
    )
    dot = circle((672, 214), 12, ink)
    return svg(720, 270, text + (swash + dot if underline else ""))


def druxo(name: str = "DRUXO", ink: str = "#16181d", cut: str = "#e4002b") -> str:
    """Leaning black capitals sliced by a diagonal, with one slice shifted and coloured."""
    width = advance(name, "LeagueSpartan-Black", 200, -0.02)
    slanted = group(
        word(name, "LeagueSpartan-Black", 200, "{}", (0, 0), track=-0.02),
        "translate(70 190) skewX(-12)",
    )
    top = '<clipPath id="dt"><path d="M0 0H900V96L0 136Z"/></clipPath>'
    low = '<clipPath id="dl"><path d="M0 150L900 110V260H0Z"/></clipPath>'
    body = group(slanted.replace("{}", ink), more='clip-path="url(#dt)"')
    body += group(
        group(slanted.replace("{}", cut), "translate(-12 0)"), more='clip-path="url(#dl)"'
    )
    return svg(width + 90, 220, body, top + low)


def oonalu() -> str:
    """Round letters from rings and stems in five colours, strokes of one weight."""
    w, y, r = 30, 150, 52
    ring = [
        circle((90 + 130 * i, y), r, "none", c, w) for i, c in enumerate(("#ef476f", "#ffb703"))
    ]
    n = path(f"M308 {y + 52}V{y}A50 50 0 0 1 408 {y}V{y + 52}", stroke="#2a9d8f", width=w)
    a = circle((504, y), r, "none", "#118ab2", w) + path(
        f"M556 {y - 52}V{y + 52}", stroke="#118ab2", width=w
    )
    ell = path(f"M618 {y - 118}V{y + 52}", stroke="#ef476f", width=w)
    u = path(f"M680 {y - 52}V{y}A50 50 0 0 0 780 {y}V{y - 52}", stroke="#8338ec", width=w)
    eyes = circle((90, y), 14, "#ef476f") + circle((220, y), 14, "#ffb703")
    return svg(860, 240, "".join(ring) + eyes + n + a + ell + u)


def zephyrix() -> str:
    """Wide open strokes with cut joints: own letterforms, one weight, cold gradient."""
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
    # A vertical stroke alone has no width of its own, so its gradient must be in user units.
    trail = path("M40 196H610", stroke="#46c2e8", width=5) + path(
        "M640 196H700", stroke="#46c2e8", width=5
    )
    return svg(914, 220, lines + trail, defs)


def grannik(name: str = "Grannik", ground: str = "#b4151f", rim: str = "#f2c14e") -> str:
    """A creamy slab word arched on a double oval with a small crown of wheat."""
    oval = ellipse((320, 170), (306, 154), ground) + ellipse((320, 170), (286, 136), "none", rim, 8)
    text = word(name, "Vollkorn-Black", 868 / len(name), "#fff5e0", (320, 204), anchor=0.5)
    small = word("SINCE HARVEST ONE", "Lato-Bold", 27, rim, (320, 256), anchor=0.5, track=0.16)
    wheat = "".join(
        turned(path("M320 84Q306 64 320 46Q334 64 320 84Z", rim), a, (320, 100))
        for a in (-44, -22, 0, 22, 44)
    )
    return svg(640, 340, oval + text + small + wheat)


def tarnwick() -> str:
    """High-contrast serif capitals between hairlines, with a diamond."""
    ink = "#1d1d1f"
    text = word("TARNWICK", "Vollkorn-Medium", 120, ink, (400, 170), anchor=0.5, track=0.14)
    lines = path("M40 56H372M428 56H760M40 206H760", stroke=ink, width=3)
    gem = polygon([(400, 40), (416, 56), (400, 72), (384, 56)], "#9a7b3f")
    small = word(
        "TAILORED IN SMALL NUMBERS",
        "Lato-Medium",
        26,
        "#9a7b3f",
        (400, 250),
        anchor=0.5,
        track=0.26,
    )
    return svg(800, 274, lines + text + gem + small)


def bizzlepop() -> str:
    """Bouncing candy letters, each turned, with a thick outline and highlights."""
    tones = (
        "#ff3d7f",
        "#ff9f1c",
        "#ffd60a",
        "#2ec4b6",
        "#3a86ff",
        "#8338ec",
        "#ff3d7f",
        "#ff9f1c",
        "#2ec4b6",
    )
    x, back, front = 60.0, "", ""
    for i, (letter, tone) in enumerate(zip("Bizzlepop", tones, strict=True)):
        step = advance(letter, "LeckerliOne-Regular", 150)
        lift, turn = (-12, 7) if i % 2 else (12, -8)
        at = (x + step / 2, 170.0 + lift)
        draw = [
            word(letter, "LeckerliOne-Regular", 150, c, at, anchor=0.5, stroke=c, width=s)
            for c, s in (("#3b0f4f", 26), (tone, 3))
        ]
        back += turned(draw[0], turn, (at[0], 130))
        front += turned(draw[1], turn, (at[0], 130))
        x += step * 0.98
    spark = star((x + 26, 66), 26, 9, 4, "#ffd60a") + star((38, 66), 20, 7, 4, "#2ec4b6")
    return svg(x + 64, 260, back + front + spark)


def nordhusk() -> str:
    """Heavy condensed capitals knocked out of a bar, with a notch."""
    bar = path("M20 20H700L740 110L700 200H20L56 110Z", "#0d3b2e")
    text = word("NORDHUSK", "BebasNeue-Bold", 176, "#f4e9cd", (384, 170), anchor=0.5, track=0.02)
    return svg(760, 220, bar + text + rect((84, 178, 600, 5), "#e3a62f"))
