"""The demonstration logos without an animal.

The parameters are the details in which a look-alike sign differs (drawing/marks.py).
"""

from __future__ import annotations

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
    num,
    path,
    polar,
    polygon,
    rect,
    rotated,
    sector,
    star,
    svg,
)


def fjordvane(
    name: str = "FJORDVANE", deep: str = "#12324f", ice: str = "#7fc4d6", sun: bool = True
) -> str:
    """Two peaks over a fjord in a disc, beside a bold word and a smaller line of capitals."""
    disc = circle((150, 150), 130, deep) + circle((150, 150), 116, "#f4f1e8")
    light = circle((188, 84), 17, "#e8743b") if sun else star((188, 84), 22, 9, 4, "#e8743b")
    text = word(name, "LeagueSpartan-Bold", 92, deep, (312, 172), tracking=0.05, anchor=0)
    font, at = "LeagueSpartan-Medium", (316, 226)
    text += word("NORTHERN OUTFITTERS", font, 31, "#2d5f80", at, tracking=0.17, anchor=0)
    scene = clipped(light + _fjord(deep, ice), "fj")
    return svg(960, 300, disc + scene + text, clip("fj", circle((150, 150), 116, "#000")))


def _fjord(deep: str, ice: str) -> str:
    """Two peaks over water with three rows of waves."""
    peaks = (
        polygon([(38, 206), (118, 78), (198, 206)], deep)
        + polygon([(118, 78), (140, 113), (122, 126), (106, 112), (96, 114)], "#f4f1e8")
        + polygon([(118, 78), (198, 206), (126, 206), (132, 150), (122, 126)], "#2d5f80")
        + polygon([(140, 206), (200, 118), (262, 206)], "#2d5f80")
        + polygon([(200, 118), (262, 206), (204, 206), (210, 160)], ice)
    )
    water = path("M30 196H270V280H30Z", ice) + "".join(
        path(f"M40 {y}q18 -12 36 0t36 0t36 0t36 0t36 0t36 0", stroke="#f4f1e8", width=6)
        for y in (216, 234, 252)
    )
    return peaks + water


def emberloft() -> str:
    """A flame of three parts in warm gradients, over a rounded lower-case word."""
    warm = gradient("em", ["#ffb52e", "#f2542d", "#b3123f"], (250, 60), (250, 330))
    glow = gradient("eg", ["#ffe29a", "#ff9a3d"], (250, 150), (250, 320))
    flame = (
        path(
            "M250 40C330 120 372 190 336 262C316 304 284 322 250 326C262 250 214 190 250 40Z",
            "url(#em)",
        )
        + path(
            "M214 120C150 180 128 232 158 282C174 308 206 324 236 326C216 262 236 206 214 120Z",
            "url(#em)",
        )
        + path("M262 214C300 254 304 296 262 324C240 304 236 262 262 214Z", "url(#eg)")
    )
    text = word("emberloft", "Comfortaa-Bold", 96, "#3a1620", (250, 424))
    return svg(500, 460, flame + text, warm + glow)


def kvantiro() -> str:
    """Three bent arms with end dots round a core, from teal to blue, beside a wide word."""
    arms = ""
    for i, colour in enumerate(("#19c9b4", "#1673d6", "#3b2bb5")):
        arm = path("M150 54L232 102V176", stroke=colour, width=24)
        arm += circle((232, 204), 17, colour)
        arm += path("M150 104L190 127", stroke=colour, width=16)
        arms += rotated(arm, 120 * i, (150, 150))
    core = circle((150, 150), 26, "url(#kv)")
    defs = gradient("kv", ["#19d3b1", "#1673d6", "#3b2bb5"], (40, 40), (260, 260))
    text = word("KVANTIRO", "Jura-SemiBold", 108, "#16224d", (322, 190), tracking=0.1, anchor=0)
    return svg(960, 300, arms + core + text, defs)


def solpetra() -> str:
    """A half sun over three stacked stones and a word, in one colour."""
    ink, c, rays = "#c2512f", (200, 176), ""
    for a in range(-172, 0, 16):
        rays += polygon([polar(c, 92, a - 4.2), polar(c, 150, a), polar(c, 92, a + 4.2)], ink)
    sun = path("M124 176A76 76 0 0 1 276 176Z", ink)
    stones = (
        ellipse((200, 204), (66, 19), ink)
        + ellipse((204, 250), (92, 22), ink)
        + ellipse((196, 302), (122, 25), ink)
    )
    text = word("SOLPETRA", "Dosis-SemiBold", 92, ink, (200, 424), tracking=0.12)
    return svg(470, 450, group(rays + sun + stones + text, "translate(35 0)"))


def cinderpeak(
    name: str = "CINDERPEAK", peaks: int = 1, background: str = "#2b1a14", light: str = "#f3dfc1"
) -> str:
    """A roundel of words round one smoking peak, or two, over three coffee beans."""
    c = (250.0, 250.0)
    disc = circle(c, 238, background) + circle(c, 226, "none", light, 5) + circle(c, 150, light)
    bold, medium = "LeagueSpartan-Bold", "LeagueSpartan-Medium"
    text = word_on_circle(name, bold, 62, light, centre=c, radius=166, tracking=0.1)
    text += word_on_circle(
        "ROASTING HOUSE", medium, 40, light, centre=c, radius=172, tracking=0.1, below=True
    )
    stars = "".join(star(polar(c, 188, a), 16, 7, 5, "#d9662c") for a in (172, 8))
    hill = (_one_peak if peaks == 1 else _two_peaks)(background, "#d9662c")
    smoke = path("M250 150C228 134 272 124 252 108", stroke=background, width=8)
    beans = "".join(
        group(
            ellipse((0, 0), (24, 15), "#d9662c") + path("M-20 0Q0 -9 20 0", stroke=light, width=4),
            f"translate({x} 346) rotate({r})",
        )
        for x, r in ((212, 18), (250, 0), (288, -18))
    )
    return svg(500, 500, disc + text + stars + hill + smoke + beans)


def _one_peak(rock: str, lava: str) -> str:
    crater = [(250, 164), (284, 209), (264, 226), (250, 210), (232, 228), (216, 209)]
    return polygon([(140, 310), (250, 164), (360, 310)], rock) + polygon(crater, lava)


def _two_peaks(rock: str, lava: str) -> str:
    first, second = [(136, 310), (212, 184), (288, 310)], [(230, 310), (296, 204), (362, 310)]
    return polygon(first, rock) + polygon(second, lava)


def novarrow() -> str:
    """A compass star of eight rays in two colours, in a broken ring, under a needle."""
    c = (200.0, 200.0)
    rays = ""
    for k in range(8):
        a, long = -90 + 45 * k, 176 if k % 2 == 0 else 112
        tip, left, right = polar(c, long, a), polar(c, 50, a - 22.5), polar(c, 50, a + 22.5)
        rays += polygon([c, left, tip], "#5b2a86") + polygon([c, right, tip], "#b07cd8")
    ring = path(sector(c, 134, 148, -76, -14), "#f0b429")
    ring += "".join(path(sector(c, 134, 148, a, a + 62), "#5b2a86") for a in (14, 104, 194))
    needle = polygon([(150, 250), (318, 82), (234, 234)], "#f0b429")
    needle += polygon([(150, 250), (318, 82), (166, 166)], "#ffd772")
    return svg(400, 400, ring + rays + needle + circle(c, 15, "#ffffff"))


def _sprig(centre: Point, radius: float, start: float, end: float, colours: tuple[str, str]) -> str:
    """A twig along a circle, with seven leaves on each side."""
    (ax, ay), (bx, by) = polar(centre, radius, start), polar(centre, radius, end)
    arc = f"A{num(radius)} {num(radius)} 0 0 {int(end > start)}"
    stem = f"M{num(ax)} {num(ay)}{arc} {num(bx)} {num(by)}"
    body, step = path(stem, stroke=colours[0], width=5), (end - start) / 7
    for k in range(1, 8):
        root = polar(centre, radius, start + step * (k - 0.5))
        for side, colour in ((1.24, colours[0]), (0.78, colours[1])):
            tip = polar(centre, radius * side, start + step * (k + 0.35))
            body += path(leaf(root, tip, 0.24), colour)
    return body


def moss_and_mirth() -> str:
    """A script name inside a wreath of two sprigs with red berries."""
    c, colours = (250.0, 250.0), ("#3f6b3a", "#8fb26b")
    wreath = _sprig(c, 190, 78, -62, colours) + _sprig(c, 190, 102, 242, colours)
    berries = "".join(circle(polar(c, 190, a), 9, "#c8553d") for a in (-88, -74, -102, 90))
    text = word("Moss", "DancingScript-Bold", 122, "#2f4a2c", (250, 212))
    text += word("&", "DancingScript-Bold", 70, "#c8553d", (250, 272))
    text += word("Mirth", "DancingScript-Bold", 122, "#2f4a2c", (250, 362))
    return svg(500, 500, wreath + berries + text)


def octavine() -> str:
    """A bunch of grapes with two leaves, in a ring that ends in a tendril."""
    plum, green = "#5d1f4f", "#6c8f3c"
    ring = path("M286 78A142 142 0 1 0 342 216", stroke=plum, width=34)
    tendril = path(
        "M342 216C346 180 318 158 294 172C272 186 284 216 304 206", stroke=plum, width=15
    )
    rows = ((176, 4), (208, 3), (240, 2), (272, 1))
    grapes = "".join(
        circle((206 - 17 * (n - 1) + 34 * i, y), 17.5, "#8c3a78" if (i + n) % 2 else "#b25a9c")
        for y, n in rows
        for i in range(n)
    )
    stem = path("M206 156C206 128 218 108 244 92", stroke=green, width=9)
    leaves = path(leaf((214, 128), (318, 92), 0.34), green)
    leaves += path(leaf((206, 140), (120, 112), 0.34), "#8fb356")
    veins = path("M222 125L304 96M200 138L132 116", stroke="#41591f", width=4)
    return svg(400, 380, ring + tendril + stem + leaves + veins + grapes)


def gorsemill() -> str:
    """A mill wheel over a word cut through by a line, over a row of wheat grains."""
    ink, c = "#7a3b12", (200.0, 160.0)
    spokes = "".join(path(sector(c, 44, 104, 15 + 45 * k, 48 + 45 * k), ink) for k in range(8))
    rim = "".join(path(sector(c, 114, 134, 4 + 30 * k, 30 + 30 * k), ink) for k in range(12))
    hub = path(sector(c, 14, 34, 0, 172), ink) + path(sector(c, 14, 34, 180, 352), ink)
    text = word("GORSEMILL", "BebasNeue-Bold", 104, ink, (200, 410), tracking=0.02)
    kept = '<rect width="400" height="470" fill="#ffffff"/>'
    mask = f'<mask id="gm">{kept}{rect((0, 366, 400, 7), "#000000")}</mask>'
    cut = group(text, attributes='mask="url(#gm)"')
    grains = "".join(
        path(leaf((x, 440), (x + 16, 432), 0.3), ink)
        + path(leaf((x, 452), (x + 16, 460), 0.3), ink)
        for x in range(70, 320, 22)
    )
    return svg(400, 470, spokes + rim + hub + grains + cut, mask)
