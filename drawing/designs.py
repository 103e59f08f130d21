"""The demonstration product designs: fronts, labels and decorations, all invented.

Parameters with defaults are the details that drawing/similar_signs.py changes.
"""

from __future__ import annotations

import random

from drawing.letters import ring_word, word
from drawing.shapes import (
    Point,
    circle,
    clip,
    ellipse,
    gradient,
    group,
    leaf,
    moved,
    path,
    points,
    polar,
    rect,
    sector,
    star,
    svg,
    turned,
)


def _citrus(at: Point, radius: float, rind: str, flesh: str) -> str:
    """A slice of citrus fruit with nine segments."""
    body = circle(at, radius, rind) + circle(at, radius * 0.9, "#fff8e1")
    wedges = "".join(
        path(sector(at, radius * 0.1, radius * 0.82, 40 * k + 4, 40 * k + 36), flesh)
        for k in range(9)
    )
    return body + wedges


def citrabelle(name: str = "Citrabelle", deep: str = "#1f7a4d", fruit: str = "#f9c80e") -> str:
    """The front label of a lemonade bottle: fruit slices, ribbon name, stripes."""
    sky = gradient("ct", ["#fff9d6", "#ffe98a"], (0, 0), (0, 560))
    stripes = "".join(rect((20 * k, 0, 10, 560), "#ffffff") for k in range(21))
    ground = rect((0, 0, 420, 560), "url(#ct)") + group(stripes, more='opacity="0.45"')
    slices = _citrus((210, 176), 128, "#f2a900", fruit) + _citrus(
        (98, 466), 66, "#5c9e31", "#b8d94a"
    )
    slices += _citrus((330, 474), 58, "#f2a900", fruit)
    leaves = "".join(
        path(leaf((210, 66), polar((210, 66), 108, a), 0.22), t)
        for a, t in ((-160, deep), (-20, deep), (-128, "#5aa469"), (-52, "#5aa469"))
    )
    ribbon = path("M0 262L38 290L0 322V262M420 262L382 290L420 322Z", "#12512f") + path(
        "M14 250Q210 214 406 250V340Q210 304 14 340Z", deep
    )
    text = word(name, "lobster", 92, "#fffbe8", (210, 308), anchor=0.5)
    small = word("SPARKLING LEMONADE", "Lato-Black", 25, deep, (210, 376), anchor=0.5, track=0.14)
    volume = word("33 cl", "Lato-Bold", 26, deep, (214, 530), anchor=0.5)
    frame = rect((9, 9, 402, 542), "none", 0, deep, 6)
    inside = group(slices + leaves, more='clip-path="url(#cf)"')
    return svg(
        420,
        560,
        ground + inside + ribbon + text + small + volume + frame,
        sky + clip("cf", rect((0, 0, 420, 560), "#000")),
    )


def stridewing(blades: int = 4, lead: str = "#0b1f3a", accent: str = "#ff5a36") -> str:
    """The side decoration of a shoe: a fan of curved blades that meet in a round pivot."""
    body = ""
    for k in range(blades):
        lift, foot = 62 * k, 282 - 12 * k
        upper = f"C200 {276 - lift * 0.4:.1f} {330 + 14 * k} {262 - lift:.1f}"
        tip = f"{470 - 22 * k} {196 - lift * 0.85:.1f}"
        lower = f"C{400 - 10 * k} {268 - lift * 0.9:.1f} 260 {308 - lift * 0.5:.1f}"
        tone = accent if k == 1 else lead
        body += path(f"M96 {foot}{upper} {tip}{lower} 100 {foot + 22}Z", tone)
    pivot = (
        circle((84, 268), 46, lead)
        + circle((84, 268), 22, "#ffffff")
        + circle((84, 268), 10, accent)
    )
    return svg(500, 330, body + pivot)


def nightgarden() -> str:
    """Artwork of a phone case: a moon, moths and night flowers on deep blue."""
    rng = random.Random(7)
    sky = gradient("ng", ["#0c1445", "#2b2a6c", "#6a3f8a"], (0, 0), (0, 720))
    stars = "".join(
        star((rng.uniform(12, 348), rng.uniform(12, 400)), rng.uniform(3, 8), 1.6, 4, "#ffe9a8")
        for _ in range(46)
    )
    moon = circle((212, 178), 96, "#ffe9a8") + circle((250, 156), 80, "#171a52")
    wing = path(
        "M0 0C-34 -44 -78 -40 -74 -8C-70 18 -30 18 0 8C-26 26 -34 52 -14 54C-4 52 0 34 0 22Z",
        "#f7c59f",
    ) + circle((-46, -10), 9, "#a63d57")
    moth = wing + group(wing, "scale(-1 1)") + rect((-4, -12, 8, 46), "#4b2138", 4)
    moths = moved(moth, 104, 330, 0.92) + moved(moth, 276, 394, 0.62)
    flowers = ""
    for x, y, r, tone in (
        (70, 610, 62, "#ff7a90"),
        (190, 560, 76, "#f7f1ff"),
        (300, 628, 66, "#ffb35c"),
        (130, 680, 44, "#9ad0ec"),
        (258, 700, 48, "#ff7a90"),
    ):
        stem = path(f"M{x} {y}Q{x + 10} {y + 80} {x - 6} 730", stroke="#1f7a5c", width=8)
        petals = "".join(
            turned(ellipse((x, y - r * 0.55), (r * 0.27, r * 0.5), tone), 45 * k, (x, y))
            for k in range(8)
        )
        flowers += (
            stem
            + path(leaf((x, y + 60), (x + 52, y + 24), 0.28), "#2fa37c")
            + petals
            + circle((x, y), r * 0.24, "#4b2138")
        )
    body = group(
        rect((0, 0, 360, 720), "url(#ng)") + stars + moon + moths + flowers,
        more='clip-path="url(#nc)"',
    )
    return svg(360, 720, body, sky + clip("nc", rect((0, 0, 360, 720), "#000", 44)))


def oatwell() -> str:
    """The front of an oat drink carton: rolling fields, ears of oat and a big word."""
    ground = rect((0, 0, 380, 620), "#f3ead8")
    hills = path("M0 400C90 350 170 430 260 384C320 356 350 360 380 372V620H0Z", "#d9a441")
    hills += path("M0 462C110 420 200 500 290 452C330 432 360 436 380 440V620H0Z", "#b9772a")
    hills += path("M0 540C110 500 230 566 380 514V620H0Z", "#7b4a1e")
    ears = ""
    for x, top, lean in ((70, 300, -8), (310, 286, 10), (190, 330, 2)):
        ears += path(f"M{x} 560Q{x + lean} 440 {x + lean} {top}", stroke="#5d6b2f", width=5)
        for k in range(6):
            y = top + 22 * k
            ears += path(leaf((x + lean, y + 22), (x + lean - 24, y - 6), 0.26), "#8a9a46")
            ears += path(leaf((x + lean, y + 22), (x + lean + 24, y - 6), 0.26), "#6f7f35")
    sun = circle((190, 88), 46, "#e86a33")
    text = word("oatwell", "Dosis-ExtraBold", 118, "#3c2412", (190, 226), anchor=0.5)
    small = word(
        "BARISTA · 1 LITRE", "Dosis-Bold", 32, "#7b4a1e", (190, 272), anchor=0.5, track=0.1
    )
    drop = path(
        "M190 60C206 84 212 94 212 104A22 22 0 0 1 168 104C168 94 174 84 190 60Z", "#f3ead8"
    )
    return svg(380, 620, ground + hills + ears + sun + drop + text + small)


def sunfold() -> str:
    """A cushion front of quarter circles in a four by four mid-century grid."""
    tones = ("#e76f51", "#f4a261", "#2a9d8f", "#264653", "#e9c46a")
    ground, body = "#f6ecd9", ""
    order = (0, 1, 2, 3, 2, 3, 0, 1, 1, 0, 3, 2, 3, 2, 1, 0)
    for k, turn in enumerate(order):
        x, y = 120 * (k % 4), 120 * (k // 4)
        tone, other = tones[(k * 3 + turn) % 5], tones[(k * 2 + 1) % 5]
        corner = ((x, y), (x + 120, y), (x + 120, y + 120), (x, y + 120))[turn]
        start = (0, 90, 180, 270)[turn]
        body += rect((x, y, 120, 120), ground)
        body += path(sector(corner, 62, 118, start, start + 90), tone)
        body += path(sector(corner, 0.1, 44, start, start + 90), other)
    return svg(480, 480, body)


def starlingsummer() -> str:
    """Artwork of a T-shirt: a striped setting sun, palms of a pier and three birds."""
    bands, cut = "", ((200, 12), (226, 15), (256, 19), (290, 24))
    tones = gradient("ss", ["#ffd166", "#f3722c", "#d7265e"], (0, 60), (0, 340))
    gaps = "".join(rect((40, y, 320, h), "#000000") for y, h in cut)
    mask = f'<mask id="sm">{rect((0, 0, 400, 480), "#ffffff")}{gaps}</mask>'
    sun = group(circle((200, 200), 140, "url(#ss)"), more='mask="url(#sm)"')
    bird = (
        "M0 0C-16 -26 -44 -30 -66 -16C-44 -18 -26 -8 -12 10"
        "C-8 16 8 16 12 10C26 -8 44 -18 66 -16C44 -30 16 -26 0 0Z"
    )
    birds = "".join(
        moved(path(bird, "#14213d"), x, y, s)
        for x, y, s in ((190, 140, 1), (120, 190, 0.6), (278, 180, 0.7))
    )
    pier = path(points([(30, 334), (370, 334), (362, 346), (38, 346)]), "#14213d")
    posts = "".join(rect((x, 346, 9, 30), "#14213d") for x in range(66, 340, 44))
    text = word(
        "STARLING SUMMER", "LeagueSpartan-Bold", 40, "#14213d", (200, 422), anchor=0.5, track=0.05
    )
    small = word("pier club", "KaushanScript-Regular", 40, "#d7265e", (200, 466), anchor=0.5)
    return svg(400, 484, sun + birds + pier + posts + text + small + bands, tones + mask)


def honeyfolk() -> str:
    """The round lid label of a honey jar: comb, bee and ring lettering."""
    c = (230.0, 230.0)
    base = (
        circle(c, 220, "#f6b21b") + circle(c, 206, "none", "#5a3207", 5) + circle(c, 140, "#fff3cf")
    )
    comb = "".join(
        path(points([polar((x, y), 26, 60 * k + 30) for k in range(6)]), "none", "#f6b21b", 6)
        for x in (140, 188, 236, 284, 332)
        for y in (150, 234, 318)
    ) + "".join(
        path(points([polar((x, y), 26, 60 * k + 30) for k in range(6)]), "none", "#f6b21b", 6)
        for x in (116, 164, 212, 260, 308, 356)
        for y in (192, 276)
    )
    wings = ellipse((198, 184), (50, 27), "#cfe8ef", "#5a3207", 5)
    bee = turned(wings, 28, (230, 200)) + turned(
        ellipse((262, 184), (50, 27), "#cfe8ef", "#5a3207", 5), -28, (230, 200)
    )
    bee += (
        ellipse((230, 246), (42, 62), "#f6b21b", "#5a3207", 6)
        + rect((190, 226, 80, 15), "#5a3207")
        + rect((192, 256, 76, 15), "#5a3207")
    )
    bee += circle((230, 180), 25, "#5a3207") + path(
        "M220 160Q210 138 194 138M240 160Q250 138 266 138", stroke="#5a3207", width=5
    )
    ring = ring_word(
        "HONEYFOLK", "Vollkorn-Black", 58, "#5a3207", centre=c, radius=152, middle=-90, track=0.08
    )
    ring += ring_word(
        "WILD MEADOW",
        "Vollkorn-Bold",
        40,
        "#5a3207",
        centre=c,
        radius=158,
        middle=90,
        track=0.1,
        below=True,
    )
    inner = group(comb, more='clip-path="url(#hf)"')
    return svg(460, 460, base + inner + bee + ring, clip("hf", circle(c, 138, "#000")))
