"""The demonstration logos without an animal, all invented for this project.

Parameters with defaults are the details that drawing/similar_signs.py changes.
"""

from __future__ import annotations

from drawing.letters import ring_word, word
from drawing.shapes import (
    Point,
    circle,
    clip,
    ellipse,
    gradient,
    group,
    leaf,
    num,
    path,
    points,
    polar,
    polygon,
    rect,
    sector,
    star,
    svg,
    turned,
)


def fjordvane(
    name: str = "FJORDVANE", deep: str = "#12324f", ice: str = "#7fc4d6", sun: bool = True
) -> str:
    """Two faceted peaks over a fjord in a disc, with a bold spaced word."""
    disc = circle((150, 150), 130, deep)
    sky = circle((150, 150), 116, "#f4f1e8")
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
    light = circle((188, 84), 17, "#e8743b") if sun else star((188, 84), 22, 9, 4, "#e8743b")
    scene = group(light + peaks + water, more='clip-path="url(#fj)"')
    text = word(name, "LeagueSpartan-Bold", 92, deep, (312, 172), track=0.05) + word(
        "NORTHERN OUTFITTERS", "LeagueSpartan-Medium", 31, "#2d5f80", (316, 226), track=0.17
    )
    return svg(960, 300, disc + sky + scene + text, clip("fj", circle((150, 150), 116, "#000")))


def emberloft() -> str:
    """A flame of three leaves in warm gradients above a rounded lower-case word."""
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
    text = word("emberloft", "Comfortaa-Bold", 96, "#3a1620", (250, 424), anchor=0.5)
    return svg(500, 460, flame + text, warm + glow)


def kvantiro() -> str:
    """Three interlocking bent strokes with nodes round a core, in a teal to blue gradient."""
    defs = gradient("kv", ["#19d3b1", "#1673d6", "#3b2bb5"], (40, 40), (260, 260))
    arm = path("M150 54L232 102V176", stroke="url(#kv)", width=24) + circle(
        (232, 204), 17, "url(#kv)"
    )
    inner = path("M150 104L190 127", stroke="url(#kv)", width=16)
    # A turned group would turn its gradient as well, so the arms share one solid tone each.
    tones = ("#19c9b4", "#1673d6", "#3b2bb5")
    arms = "".join(
        turned((arm + inner).replace("url(#kv)", tone), 120 * i, (150, 150))
        for i, tone in enumerate(tones)
    )
    core = circle((150, 150), 26, "url(#kv)")
    text = word("KVANTIRO", "Jura-SemiBold", 108, "#16224d", (322, 190), track=0.1)
    return svg(960, 300, arms + core + text, defs)


def solpetra() -> str:
    """A half sun over three balanced stones, in one colour."""
    ink = "#c2512f"
    rays = "".join(
        path(
            points(
                [
                    polar((200, 176), 92, a - 4.2),
                    polar((200, 176), 150, a),
                    polar((200, 176), 92, a + 4.2),
                ]
            ),
            ink,
        )
        for a in range(-172, 0, 16)
    )
    sun = path("M124 176A76 76 0 0 1 276 176Z", ink)
    stones = (
        ellipse((200, 204), (66, 19), ink)
        + ellipse((204, 250), (92, 22), ink)
        + ellipse((196, 302), (122, 25), ink)
    )
    text = word("SOLPETRA", "Dosis-SemiBold", 92, ink, (200, 424), anchor=0.5, track=0.12)
    return svg(470, 450, group(rays + sun + stones + text, "translate(35 0)"))


def cinderpeak(
    name: str = "CINDERPEAK", peaks: int = 1, ground: str = "#2b1a14", light: str = "#f3dfc1"
) -> str:
    """A roundel with ring lettering, a smoking peak and crossed coffee sprigs."""
    c = (250.0, 250.0)
    disc = circle(c, 238, ground) + circle(c, 226, "none", light, 5) + circle(c, 150, light)
    ring = ring_word(
        name, "LeagueSpartan-Bold", 62, light, centre=c, radius=166, middle=-90, track=0.1
    ) + ring_word(
        "ROASTING HOUSE",
        "LeagueSpartan-Medium",
        40,
        light,
        centre=c,
        radius=172,
        middle=90,
        track=0.1,
        below=True,
    )
    dots = star(polar(c, 188, 172), 16, 7, 5, "#d9662c") + star(
        polar(c, 188, 8), 16, 7, 5, "#d9662c"
    )
    if peaks == 1:
        hill = polygon([(140, 310), (250, 164), (360, 310)], ground) + polygon(
            [(250, 164), (284, 209), (264, 226), (250, 210), (232, 228), (216, 209)], "#d9662c"
        )
    else:
        hill = polygon([(136, 310), (212, 184), (288, 310)], ground) + polygon(
            [(230, 310), (296, 204), (362, 310)], "#d9662c"
        )
    smoke = path("M250 150C228 134 272 124 252 108", stroke=ground, width=8)
    beans = "".join(
        group(
            ellipse((0, 0), (24, 15), "#d9662c") + path("M-20 0Q0 -9 20 0", stroke=light, width=4),
            f"translate({x} 346) rotate({r})",
        )
        for x, r in ((212, 18), (250, 0), (288, -18))
    )
    return svg(500, 500, disc + ring + dots + hill + smoke + beans)


def novarrow() -> str:
    """An eight-ray compass star in two tones with a slanted rising needle."""
    c = (200.0, 200.0)
    rays = ""
    for k in range(8):
        a, long = -90 + 45 * k, 176 if k % 2 == 0 else 112
        tip, left, right = polar(c, long, a), polar(c, 50, a - 22.5), polar(c, 50, a + 22.5)
        rays += polygon([c, left, tip], "#5b2a86") + polygon([c, right, tip], "#b07cd8")
    ring = path(sector(c, 134, 148, -76, -14), "#f0b429") + path(
        sector(c, 134, 148, 14, 76), "#5b2a86"
    )
    ring += path(sector(c, 134, 148, 104, 166), "#5b2a86") + path(
        sector(c, 134, 148, 194, 256), "#5b2a86"
    )
    needle = polygon([(150, 250), (318, 82), (234, 234)], "#f0b429") + polygon(
        [(150, 250), (318, 82), (166, 166)], "#ffd772"
    )
    return svg(400, 400, ring + rays + needle + circle(c, 15, "#ffffff"))


def _sprig(centre: Point, radius: float, start: float, end: float, tones: tuple[str, str]) -> str:
    """A bent twig with leaves on both sides, along a circle."""
    a, b = polar(centre, radius, start), polar(centre, radius, end)
    sweep = int(end > start)
    stem = path(
        f"M{num(a[0])} {num(a[1])}A{num(radius)} {num(radius)} 0 0 {sweep} {num(b[0])} {num(b[1])}",
        stroke=tones[0],
        width=5,
    )
    steps, step = 7, (end - start) / 7
    leaves = ""
    for k in range(1, steps + 1):
        angle = start + k * step
        root = polar(centre, radius, angle - step * 0.5)
        for side, tone in ((1.24, tones[0]), (0.78, tones[1])):
            leaves += path(
                leaf(root, polar(centre, radius * side, angle + step * 0.35), 0.24), tone
            )
    return stem + leaves


def mossandmirth() -> str:
    """A script name of three words inside a wreath of two leafy sprigs."""
    c, tones = (250.0, 250.0), ("#3f6b3a", "#8fb26b")
    wreath = _sprig(c, 190, 78, -62, tones) + _sprig(c, 190, 102, 242, tones)
    berries = "".join(circle(polar(c, 190, a), 9, "#c8553d") for a in (-88, -74, -102, 90))
    text = word("Moss", "DancingScript-Bold", 122, "#2f4a2c", (250, 212), anchor=0.5)
    text += word("&", "DancingScript-Bold", 70, "#c8553d", (250, 272), anchor=0.5)
    text += word("Mirth", "DancingScript-Bold", 122, "#2f4a2c", (250, 362), anchor=0.5)
    return svg(500, 500, wreath + berries + text)


def octavine() -> str:
    """A ring that ends in a vine tendril, with a bunch of grapes and a leaf inside."""
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
    foliage = path(leaf((214, 128), (318, 92), 0.34), green) + path(
        leaf((206, 140), (120, 112), 0.34), "#8fb356"
    )
    vein = path("M222 125L304 96M200 138L132 116", stroke="#41591f", width=4)
    return svg(400, 380, ring + tendril + stem + foliage + vein + grapes)


def gorsemill() -> str:
    """A stencilled mill wheel with wheat ears, over a stencil word and a year."""
    ink, c = "#7a3b12", (200.0, 160.0)
    spokes = "".join(path(sector(c, 44, 104, 15 + 45 * k, 48 + 45 * k), ink) for k in range(8))
    rim = "".join(path(sector(c, 114, 134, 4 + 30 * k, 30 + 30 * k), ink) for k in range(12))
    hub = path(sector(c, 14, 34, 0, 172), ink) + path(sector(c, 14, 34, 180, 352), ink)
    text = word("GORSEMILL", "BebasNeue-Bold", 104, ink, (200, 410), anchor=0.5, track=0.02)
    bridge = rect((0, 366, 400, 7), "#ffffff")
    defs = (
        '<mask id="gm"><rect width="400" height="470" fill="#ffffff"/>'
        + bridge.replace("#ffffff", "#000000")
        + "</mask>"
    )
    ears = "".join(
        path(leaf((x, 440), (x + 16, 432), 0.3), ink)
        + path(leaf((x, 452), (x + 16, 460), 0.3), ink)
        for x in range(70, 320, 22)
    )
    return svg(400, 470, spokes + rim + hub + ears + group(text, more='mask="url(#gm)"'), defs)
