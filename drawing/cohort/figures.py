"""Outlines of simple figures about the origin, within a radius of about 100: SVG path data.

Each is drawn at random within its kind. Holes are cut by the even-odd rule.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from drawing.shapes import Point, leaf, num, points, polar, sector

ORIGIN: Point = (0.0, 0.0)


def disc(radius: float, centre: Point = ORIGIN, stretch: float = 1) -> str:
    """A disc, or an upright ellipse `stretch` times as high as wide."""
    (x, y), high = centre, radius * stretch
    half = f"A{num(radius)} {num(high)} 0 1 1 "
    return (
        f"M{num(x - radius)} {num(y)}{half}{num(x + radius)} {num(y)}"
        f"{half}{num(x - radius)} {num(y)}Z"
    )


def regular(count: int, radius: float, start: float = -90) -> str:
    """A regular polygon whose first corner lies at the angle `start`."""
    return points(polar(ORIGIN, radius, start + 360 * k / count) for k in range(count))


def rounded(wide: float, high: float, radius: float) -> str:
    """A rectangle with rounded corners, from its half sides."""
    arc = f"A{num(radius)} {num(radius)} 0 0 1 "
    x, y = wide - radius, high - radius
    return (
        f"M{num(-x)} {num(-high)}H{num(x)}{arc}{num(wide)} {num(-y)}V{num(y)}{arc}{num(x)} "
        f"{num(high)}H{num(-x)}{arc}{num(-wide)} {num(y)}V{num(-y)}{arc}{num(-x)} {num(-high)}Z"
    )


def dot(random: Random) -> str:
    """A disc or an oval."""
    return disc(100, stretch=random.choice((1, 1, 0.55, 0.75)))


def ring(random: Random) -> str:
    """A ring or an oval one; one in four is open."""
    inner, stretch = random.uniform(50, 92), random.choice((1, 1, 1, 0.6))
    if random.random() < 0.25:
        start, span = random.uniform(0, 360), random.uniform(200, 320)
        return sector(ORIGIN, inner, 100, start, start + span)
    return disc(100, stretch=stretch) + disc(inner, stretch=(100 * stretch - 100 + inner) / inner)


def rings(random: Random) -> str:
    """Two or three rings in a row, or one within the other."""
    if random.random() < 0.4:
        return disc(100) + disc(82) + disc(60) + disc(40)
    count = random.choice((2, 3))
    apart = random.uniform(70, 95) / (count - 1)
    at = [(-apart * (count - 1) + 2 * apart * k, 0.0) for k in range(count)]
    return "".join(disc(60, centre) + disc(46, centre) for centre in at)


def star(random: Random) -> str:
    """A star of three to twelve rays."""
    count, inner = random.randint(3, 12), random.uniform(22, 70)
    start = random.choice((-90, -90, -90, -90 + 180 / count, random.uniform(0, 90)))
    radii = [100, inner] * count
    return points(polar(ORIGIN, r, start + 180 * k / count) for k, r in enumerate(radii))


def burst(random: Random) -> str:
    """A seal with many small teeth, or a gear."""
    count, inner = random.randint(12, 30), random.uniform(80, 92)
    radii = [100, inner] * count
    body = points(polar(ORIGIN, r, 180 * k / count) for k, r in enumerate(radii))
    return body + (disc(random.uniform(25, 60)) if random.random() < 0.5 else "")


def sun(random: Random) -> str:
    """A disc, a half disc or a ring, with rays around it."""
    count, core = random.randint(8, 18), random.uniform(35, 55)
    thick = random.uniform(0.15, 0.4) * 180 / count
    angles = [360 * k / count for k in range(count)]
    wedge = random.random() < 0.5
    rays = "".join(
        points([polar(ORIGIN, core + 12, a - thick), polar(ORIGIN, 100, a - thick * (not wedge)),
                polar(ORIGIN, 100, a + thick * (not wedge)), polar(ORIGIN, core + 12, a + thick)])
        for a in angles
    )  # fmt: skip
    return rays + disc(core)


def arrow(random: Random) -> str:
    """A block arrow in one of eight directions, with or without a notch."""
    shaft, head, neck = random.uniform(12, 38), random.uniform(55, 95), random.uniform(-20, 45)
    notch = random.choice((0, 0, 25))
    corners = [
        (-100, -shaft), (neck, -shaft), (neck, -head), (100, 0),
        (neck, head), (neck, shaft), (-100, shaft), (-100 + notch, 0),
    ]  # fmt: skip
    return turned(corners, 45 * random.randrange(8))


def pointer(random: Random) -> str:
    """An arrowhead, a paper plane or a cursor."""
    notch = random.uniform(-70, 10)
    return turned([(100, 0), (-80, 75), (notch, 0), (-80, -75)], 45 * random.randrange(8))


def chevron(random: Random) -> str:
    """One to three chevrons above or beside each other."""
    count, thick, rise = random.randint(1, 3), random.uniform(18, 45), random.uniform(35, 80)
    angle, drawn = random.choice((0, 90, 180, 270)), ""
    for k in range(count):
        y = (k - (count - 1) / 2) * thick * 1.7 - thick / 2
        corners = [(-90, y + rise / 2), (0, y - rise / 2), (90, y + rise / 2)]
        drawn += turned([*corners, *((x, b + thick) for x, b in reversed(corners))], angle)
    return drawn


def shield(random: Random) -> str:
    """A shield with a flat, a pointed or a notched top; some are only a border."""
    top, waist = random.choice((-95, -82, -105)), random.uniform(0, 45)
    data = (
        f"M-82 -90Q-41 {top} 0 {top}Q41 {top} 82 -90V{num(waist)}"
        f"Q82 {num(waist + 45)} 0 105Q-82 {num(waist + 45)} -82 {num(waist)}Z"
    )
    low = num(waist + 36)
    inner = f"M-66 -75H66V{num(waist)}Q66 {low} 0 86Q-66 {low} -66 {num(waist)}Z"
    return data + inner if random.random() < 0.4 else data


def heart(random: Random) -> str:
    """A heart."""
    wide, dip = random.uniform(85, 105), random.uniform(-60, -40)
    return (
        f"M0 90C{num(-wide * 1.4)} 5 {num(-wide * 0.9)} -90 {num(-wide * 0.45)} -85"
        f"C-20 -82 -5 -65 0 {num(dip)}C5 -65 20 -82 {num(wide * 0.45)} -85"
        f"C{num(wide * 0.9)} -90 {num(wide * 1.4)} 5 0 90Z"
    )


def cross(random: Random) -> str:
    """A plus, a Latin cross, or an x."""
    thick, arm = random.uniform(10, 38), random.choice((100, 100, 70))
    bar = random.choice((0, 0, -30)) if arm < 100 else 0
    corners = [
        (-thick, -100), (thick, -100), (thick, bar - thick), (arm, bar - thick),
        (arm, bar + thick), (thick, bar + thick), (thick, 100), (-thick, 100),
        (-thick, bar + thick), (-arm, bar + thick), (-arm, bar - thick), (-thick, bar - thick),
    ]  # fmt: skip
    return turned(corners, random.choice((0, 0, 45)) if arm == 100 else 0)


def tick(random: Random) -> str:
    """A tick with straight or with tapering arms."""
    thick, taper = random.uniform(14, 30), random.uniform(0, 1)
    return points([
        (-95, 0), (-95 + thick, -thick), (-30, 45 - thick), (95 - taper * thick, -85),
        (95, -85 + thick * (1 - taper)), (-30, 45 + thick * 1.2),
    ])  # fmt: skip


def swoosh(random: Random) -> str:
    """A curved stroke that tapers at one end or at both."""
    lift, thick = random.uniform(20, 90), random.uniform(15, 45)
    end = random.uniform(-60, 40)
    data = f"M-100 20Q{num(random.uniform(-40, 20))} {num(lift)} 100 {num(end - 40)}"
    return data + f"Q{num(random.uniform(-20, 30))} {num(lift + 2 * thick)} -100 20Z"


def crescent(random: Random) -> str:
    """A moon, turned by any angle."""
    radius, angle = random.uniform(90, 160), random.uniform(0, 360)
    (ax, ay), (bx, by) = polar(ORIGIN, 95, angle - 50), polar(ORIGIN, 95, angle + 50)
    return (
        f"M{num(ax)} {num(ay)}A95 95 0 1 0 {num(bx)} {num(by)}"
        f"A{num(radius)} {num(radius)} 0 0 1 {num(ax)} {num(ay)}Z"
    )


def wedge(random: Random) -> str:
    """A half or a quarter of a disc, or a slice of a ring."""
    start, span = 90 * random.randrange(4), random.choice((90, 180, 180, 270))
    return sector(ORIGIN, random.choice((0.1, 0.1, 50)), 100, start, start + span)


def polygon(random: Random) -> str:
    """A regular polygon of three to eight corners; some are only a border."""
    count = random.randint(3, 8)
    start = random.choice((-90.0, -90 + 180 / count))
    data = regular(count, 100, start)
    return data + (regular(count, random.uniform(60, 88), start) if random.random() < 0.4 else "")


def box(random: Random) -> str:
    """A square or a bar with more or less round corners; some are only a border."""
    high = random.choice((100, 100, 60, 30))
    radius = high * random.choice((0, 0.15, 0.3, 0.5, 0.99))
    data = rounded(100, high, radius)
    if random.random() < 0.5:
        rim = random.uniform(5, 16)
        data += rounded(100 - rim, high - rim, max(radius - rim, 0.1))
    return data


def bars(random: Random) -> str:
    """Two to six bars, of one length or growing, upright, level or leaning."""
    count, lean = random.randint(2, 6), random.choice((0, 0, 35, -35))
    grow, share = random.choice((0, 0, 1)), random.uniform(0.35, 0.75)
    pitch, drawn = 180 / count, ""
    angle = random.choice((0, 0, 90))
    for k in range(count):
        x, top = -90 + pitch * k, 90 - 180 * (1 - grow * (count - 1 - k) / (count + 0.5))
        wide = pitch * share
        drawn += turned([(x, 90), (x + lean, top), (x + lean + wide, top), (x + wide, 90)], angle)
    return drawn


def leaves(random: Random) -> str:
    """One leaf, two or three that spread, or a flower of petals."""
    count, width = random.choice((1, 2, 3, 4, 5, 6, 8)), random.uniform(0.25, 0.55)
    if count > 3:
        return "".join(
            leaf(ORIGIN, polar(ORIGIN, 100, -90 + 360 * k / count), width) for k in range(count)
        )
    lean = random.uniform(-25, 25) if count == 1 else 0
    angles = [-90 + lean + 50 * (k - (count - 1) / 2) for k in range(count)]
    return "".join(leaf((0, 90), polar((0, 90), 180, angle), width) for angle in angles)


def crown(random: Random) -> str:
    """A crown of three or five points, with or without balls and a band."""
    count, low = random.choice((3, 5)), random.uniform(-15, 25)
    tips = [(-100 + 200 * k / (count - 1), -60.0 + 15 * (k in (0, count - 1)))
            for k in range(count)]  # fmt: skip
    corners: list[Point] = [(-75, 60)]
    for k, tip in enumerate(tips):
        corners += [tip, (tip[0] + 100 / (count - 1), low)] if k < count - 1 else [tip]
    data = points([*corners, (75, 60)])
    if random.random() < 0.6:
        data += "".join(disc(11, (x, y - 16)) for x, y in tips)
    return data + (points([(-75, 68), (75, 68), (75, 86), (-75, 86)]) if random.random() < 0.5
                   else "")  # fmt: skip


def drop(random: Random) -> str:
    """A drop, a flame, or a pin on a map."""
    data = "M0 -100C40 -45 68 -8 68 32A68 68 0 0 1 -68 32C-68 -8 -40 -45 0 -100Z"
    kind = random.randrange(3)
    if kind == 1:
        return (
            "M10 -100C60 -50 75 0 60 45C50 85 20 100 0 100C-50 100 -75 50 -60 0"
            "C-50 -30 -30 -20 -25 5C-10 -30 10 -60 10 -100Z"
        )
    if kind == 2:
        return "M0 100C-40 45 -68 8 -68 -32A68 68 0 0 1 68 -32C68 8 40 45 0 100Z" + disc(
            28, (0, -32)
        )
    return data


def bolt(random: Random) -> str:
    """A flash of lightning."""
    lean = random.uniform(-15, 15)
    return points([
        (20 + lean, -100), (-55, 15), (-8, 15), (-25 - lean, 100), (58, -20), (8, -20),
    ])  # fmt: skip


def peaks(random: Random) -> str:
    """One to three mountain tops."""
    count, drawn = random.randint(1, 3), ""
    for k in range(count):
        x, high = -50 + 50 * k if count > 1 else 0, random.uniform(70, 150)
        drawn += points([(x - 65, 70), (x, 70 - high), (x + 65, 70)])
    return drawn


def ribbon(random: Random) -> str:
    """A banner with notched ends."""
    high, notch = random.uniform(22, 40), random.uniform(15, 35)
    return points([
        (-100, -high), (100, -high), (100 - notch, 0), (100, high), (-100, high),
        (-100 + notch, 0),
    ])  # fmt: skip


def bubble(random: Random) -> str:
    """A speech bubble, or a cloud."""
    if random.random() < 0.5:
        return rounded(95, 62, random.uniform(5, 60)) + points([(-50, 55), (-10, 55), (-60, 100)])
    return "M-60 50A38 38 0 0 1 -62 -25A48 48 0 0 1 25 -45A40 40 0 0 1 72 10A26 26 0 0 1 62 50Z"


def turned(corners: Sequence[Point], angle: float) -> str:
    """A closed polygon, rotated about the origin by an angle."""
    (ax, ay), (bx, by) = polar(ORIGIN, 1, angle), polar(ORIGIN, 1, angle + 90)
    return points((x * ax + y * bx, x * ay + y * by) for x, y in corners)


FIGURES: tuple[Callable[[Random], str], ...] = (
    dot, ring, rings, star, burst, sun, arrow, pointer, chevron, shield, heart, cross, tick,
    swoosh, crescent, wedge, polygon, box, bars, leaves, crown, drop, bolt, peaks, ribbon, bubble,
)  # fmt: skip
