"""The demonstration product designs: labels, packs and artwork.

The parameters are the details in which a look-alike sign differs (drawing/marks.py).
"""

from __future__ import annotations

import random
from itertools import product

from drawing.letters import word, word_on_circle
from drawing.shapes import (
    Point,
    circle,
    clip,
    clipped,
    ellipse,
    gradient,
    group,
    leaf,
    path,
    placed,
    points,
    polar,
    polygon,
    rect,
    rotated,
    sector,
    star,
    svg,
)

HONEY = "#f6b21b"


def citrabelle(name: str = "Citrabelle", deep: str = "#1f7a4d", fruit: str = "#f9c80e") -> str:
    """The front label of a lemonade bottle: slices of fruit, stripes and a name on a ribbon."""
    stripes = "".join(rect((20 * k, 0, 10, 560), "#ffffff") for k in range(21))
    background = rect((0, 0, 420, 560), "url(#ct)") + group(stripes, attributes='opacity="0.45"')
    ribbon = path("M0 262L38 290L0 322V262M420 262L382 290L420 322Z", "#12512f")
    ribbon += path("M14 250Q210 214 406 250V340Q210 304 14 340Z", deep)
    text = word(name, "lobster", 92, "#fffbe8", (210, 308))
    small = word("SPARKLING LEMONADE", "Lato-Black", 25, deep, (210, 376), tracking=0.14)
    volume = word("33 cl", "Lato-Bold", 26, deep, (214, 530))
    frame = rect((9, 9, 402, 542), "none", 0, deep, 6)
    body = background + clipped(_fruits(deep, fruit), "cf") + ribbon + text + small + volume + frame
    defs = gradient("ct", ["#fff9d6", "#ffe98a"], (0, 0), (0, 560))
    return svg(420, 560, body, defs + clip("cf", rect((0, 0, 420, 560), "#000")))


def _fruits(deep: str, fruit: str) -> str:
    """A large slice of fruit with four leaves, and two small slices."""
    large = _slice((210, 176), 128, "#f2a900", fruit)
    small = _slice((98, 466), 66, "#5c9e31", "#b8d94a") + _slice((330, 474), 58, "#f2a900", fruit)
    leaves = "".join(
        path(leaf((210, 66), polar((210, 66), 108, angle), 0.22), green)
        for angle, green in ((-160, deep), (-20, deep), (-128, "#5aa469"), (-52, "#5aa469"))
    )
    return large + small + leaves


def _slice(centre: Point, radius: float, rind: str, flesh: str) -> str:
    """A slice of citrus fruit with nine segments."""
    body = circle(centre, radius, rind) + circle(centre, radius * 0.9, "#fff8e1")
    segments = "".join(
        path(sector(centre, radius * 0.1, radius * 0.82, a + 4, a + 36), flesh)
        for a in range(0, 360, 40)
    )
    return body + segments


def stridewing(blades: int = 4, main: str = "#0b1f3a", accent: str = "#ff5a36") -> str:
    """The side of a shoe: a fan of curved blades from a ring."""
    body = ""
    for k in range(blades):
        lift, foot = 62 * k, 282 - 12 * k
        upper = f"C200 {276 - lift * 0.4:.1f} {330 + 14 * k} {262 - lift:.1f}"
        tip = f"{470 - 22 * k} {196 - lift * 0.85:.1f}"
        lower = f"C{400 - 10 * k} {268 - lift * 0.9:.1f} 260 {308 - lift * 0.5:.1f}"
        colour = accent if k == 1 else main
        body += path(f"M96 {foot}{upper} {tip}{lower} 100 {foot + 22}Z", colour)
    discs = ((46, main), (22, "#ffffff"), (10, accent))
    ring = "".join(circle((84, 268), radius, colour) for radius, colour in discs)
    return svg(500, 330, body + ring)


def nightgarden() -> str:
    """Artwork of a phone case: moon, stars, moths and flowers in a night sky."""
    rng = random.Random(7)
    stars = "".join(
        star((rng.uniform(12, 348), rng.uniform(12, 400)), rng.uniform(3, 8), 1.6, 4, "#ffe9a8")
        for _ in range(46)
    )
    moon = circle((212, 178), 96, "#ffe9a8") + circle((250, 156), 80, "#171a52")
    moths = placed(_moth(), 104, 330, 0.92) + placed(_moth(), 276, 394, 0.62)
    flowers = "".join(
        _flower(x, y, r, colour)
        for x, y, r, colour in (
            (70, 610, 62, "#ff7a90"),
            (190, 560, 76, "#f7f1ff"),
            (300, 628, 66, "#ffb35c"),
            (130, 680, 44, "#9ad0ec"),
            (258, 700, 48, "#ff7a90"),
        )
    )
    body = clipped(rect((0, 0, 360, 720), "url(#ng)") + stars + moon + moths + flowers, "nc")
    defs = gradient("ng", ["#0c1445", "#2b2a6c", "#6a3f8a"], (0, 0), (0, 720))
    return svg(360, 720, body, defs + clip("nc", rect((0, 0, 360, 720), "#000", 44)))


def _moth() -> str:
    """A moth about the origin."""
    wing = path(
        "M0 0C-34 -44 -78 -40 -74 -8C-70 18 -30 18 0 8C-26 26 -34 52 -14 54C-4 52 0 34 0 22Z",
        "#f7c59f",
    ) + circle((-46, -10), 9, "#a63d57")
    return wing + group(wing, "scale(-1 1)") + rect((-4, -12, 8, 46), "#4b2138", 4)


def _flower(x: int, y: int, radius: int, colour: str) -> str:
    """A flower of eight petals, with a stem and a leaf."""
    stem = path(f"M{x} {y}Q{x + 10} {y + 80} {x - 6} 730", stroke="#1f7a5c", width=8)
    stem += path(leaf((x, y + 60), (x + 52, y + 24), 0.28), "#2fa37c")
    petal = ellipse((x, y - radius * 0.55), (radius * 0.27, radius * 0.5), colour)
    petals = "".join(rotated(petal, 45 * k, (x, y)) for k in range(8))
    return stem + petals + circle((x, y), radius * 0.24, "#4b2138")


def oatwell() -> str:
    """The front of a carton of oat drink: fields, ears of oat and a heavy word."""
    background = rect((0, 0, 380, 620), "#f3ead8")
    hills = path("M0 400C90 350 170 430 260 384C320 356 350 360 380 372V620H0Z", "#d9a441")
    hills += path("M0 462C110 420 200 500 290 452C330 432 360 436 380 440V620H0Z", "#b9772a")
    hills += path("M0 540C110 500 230 566 380 514V620H0Z", "#7b4a1e")
    ears = ""
    for x, top, lean in ((70, 300, -8), (310, 286, 10), (190, 330, 2)):
        ears += path(f"M{x} 560Q{x + lean} 440 {x + lean} {top}", stroke="#5d6b2f", width=5)
        for k in range(6):
            y = top + 22 * k
            for side, green in ((-24, "#8a9a46"), (24, "#6f7f35")):
                ears += path(leaf((x + lean, y + 22), (x + lean + side, y - 6), 0.26), green)
    sun = circle((190, 88), 46, "#e86a33")
    text = word("oatwell", "Dosis-ExtraBold", 118, "#3c2412", (190, 226))
    small = word("BARISTA · 1 LITRE", "Dosis-Bold", 32, "#7b4a1e", (190, 272), tracking=0.1)
    drop = path(
        "M190 60C206 84 212 94 212 104A22 22 0 0 1 168 104C168 94 174 84 190 60Z", "#f3ead8"
    )
    return svg(380, 620, background + hills + ears + sun + drop + text + small)


def sunfold() -> str:
    """A cushion front: a grid of four by four quarter circles in five colours."""
    colours = ("#e76f51", "#f4a261", "#2a9d8f", "#264653", "#e9c46a")
    corners = (0, 1, 2, 3, 2, 3, 0, 1, 1, 0, 3, 2, 3, 2, 1, 0)
    body = ""
    for k, corner in enumerate(corners):
        x, y = 120 * (k % 4), 120 * (k // 4)
        centre = ((x, y), (x + 120, y), (x + 120, y + 120), (x, y + 120))[corner]
        outer, inner = colours[(k * 3 + corner) % 5], colours[(k * 2 + 1) % 5]
        angles = (90 * corner, 90 * corner + 90)
        body += rect((x, y, 120, 120), "#f6ecd9")
        body += path(sector(centre, 62, 118, *angles), outer)
        body += path(sector(centre, 0.1, 44, *angles), inner)
    return svg(480, 480, body)


def starling_summer() -> str:
    """Artwork of a T-shirt: a striped setting sun with three birds over a pier."""
    navy = "#14213d"
    stripes = ((200, 12), (226, 15), (256, 19), (290, 24))
    gaps = "".join(rect((40, y, 320, height), "#000000") for y, height in stripes)
    mask = f'<mask id="sm">{rect((0, 0, 400, 480), "#ffffff")}{gaps}</mask>'
    sun = group(circle((200, 200), 140, "url(#ss)"), attributes='mask="url(#sm)"')
    bird = (
        "M0 0C-16 -26 -44 -30 -66 -16C-44 -18 -26 -8 -12 10"
        "C-8 16 8 16 12 10C26 -8 44 -18 66 -16C44 -30 16 -26 0 0Z"
    )
    birds = "".join(
        placed(path(bird, navy), x, y, scale)
        for x, y, scale in ((190, 140, 1), (120, 190, 0.6), (278, 180, 0.7))
    )
    pier = polygon([(30, 334), (370, 334), (362, 346), (38, 346)], navy)
    pier += "".join(rect((x, 346, 9, 30), navy) for x in range(66, 340, 44))
    text = word("STARLING SUMMER", "LeagueSpartan-Bold", 40, navy, (200, 422), tracking=0.05)
    small = word("pier club", "KaushanScript-Regular", 40, "#d7265e", (200, 466))
    defs = gradient("ss", ["#ffd166", "#f3722c", "#d7265e"], (0, 60), (0, 340)) + mask
    return svg(400, 484, sun + birds + pier + text + small, defs)


def honeyfolk() -> str:
    """The round lid label of a honey jar: a bee on honeycomb, with words on a ring."""
    c, brown = (230.0, 230.0), "#5a3207"
    discs = circle(c, 220, HONEY) + circle(c, 206, "none", brown, 5) + circle(c, 140, "#fff3cf")
    black, bold = "Vollkorn-Black", "Vollkorn-Bold"
    text = word_on_circle("HONEYFOLK", black, 58, brown, centre=c, radius=152, tracking=0.08)
    text += word_on_circle(
        "WILD MEADOW", bold, 40, brown, centre=c, radius=158, tracking=0.1, below=True
    )
    body = discs + clipped(_honeycomb(), "hf") + _bee(brown) + text
    return svg(460, 460, body, clip("hf", circle(c, 138, "#000")))


def _honeycomb() -> str:
    """Hexagons in five rows."""
    even, odd = (
        product(range(140, 340, 48), (150, 234, 318)),
        product(range(116, 380, 48), (192, 276)),
    )
    hexagons = (points(polar(at, 26, 60 * k + 30) for k in range(6)) for at in (*even, *odd))
    return "".join(path(hexagon, "none", HONEY, 6) for hexagon in hexagons)


def _bee(brown: str) -> str:
    """A bee from above."""
    wings = "".join(
        rotated(ellipse((x, 184), (50, 27), "#cfe8ef", brown, 5), angle, (230, 200))
        for x, angle in ((198, 28), (262, -28))
    )
    body = ellipse((230, 246), (42, 62), HONEY, brown, 6)
    body += rect((190, 226, 80, 15), brown) + rect((192, 256, 76, 15), brown)
    feelers = path("M220 160Q210 138 194 138M240 160Q250 138 266 138", stroke=brown, width=5)
    return wings + body + circle((230, 180), 25, brown) + feelers
