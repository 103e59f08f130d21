"""Signs that are drawn as lines about the origin, within a radius of about 100: SVG path data."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from drawing.cohort.figures import ORIGIN, disc, regular, rounded, turned
from drawing.shapes import Point, num, polar


def through(corners: list[Point]) -> str:
    """An open line through points."""
    return "M" + "L".join(f"{num(x)} {num(y)}" for x, y in corners)


def waves(random: Random) -> str:
    """One to four waves above each other."""
    count, high, periods = random.randint(1, 4), random.uniform(12, 40), random.randint(1, 3)
    step = 200 / (2 * periods)
    rows = [(k - (count - 1) / 2) * 45 for k in range(count)]
    crest = f"q{num(step / 2)} {num(-2 * high)} {num(step)} 0t{num(step)} 0"
    return "".join(f"M-100 {num(y)}{crest}{f't{num(step)} 0' * 2 * (periods - 1)}" for y in rows)


def zigzag(random: Random) -> str:
    """A zigzag of two to five teeth."""
    count, high = random.randint(2, 5), random.uniform(25, 60)
    return through([(-95 + 95 * k / count, high * (1 - 2 * (k % 2))) for k in range(2 * count + 1)])


def spiral(random: Random) -> str:
    """A spiral of two to four turns, either way round."""
    turns, sign = random.uniform(1.6, 4), random.choice((-1, 1))
    steps = round(24 * turns)
    return through([polar(ORIGIN, 6 + 94 * k / steps, sign * 15 * k) for k in range(steps + 1)])


def rays(random: Random) -> str:
    """Lines that start at the middle or leave it free."""
    count, inner = random.randint(5, 20), random.choice((0, 35, 60))
    return "".join(
        through([polar(ORIGIN, inner, a), polar(ORIGIN, 95, a)])
        for a in (360 * k / count - 90 for k in range(count))
    )


def arcs(random: Random) -> str:
    """Arcs of growing radius: radio waves, a rainbow, a target."""
    start, span = random.choice(((-135, 90), (-180, 180), (-90, 90), (-45, 90)))
    drawn = ""
    for radius in (35, 65, 95):
        (ax, ay), (bx, by) = polar(ORIGIN, radius, start), polar(ORIGIN, radius, start + span)
        drawn += f"M{num(ax)} {num(ay)}A{radius} {radius} 0 0 1 {num(bx)} {num(by)}"
    return drawn


def loop(random: Random) -> str:
    """The sign of infinity, or a smile."""
    if random.random() < 0.4:
        return f"M-90 -15Q0 {num(random.uniform(50, 130))} 90 -15"
    bend = random.uniform(40, 70)
    return (
        f"M0 0C30 {num(-bend)} 95 {num(-bend)} 95 0S30 {num(bend)} 0 0"
        f"S-95 {num(-bend)} -95 0S-30 {num(bend)} 0 0"
    )


def open_arrow(random: Random) -> str:
    """An arrow of thin lines, or two that go round."""
    if random.random() < 0.4:
        return "M-70 -40A80 80 0 0 1 75 -30M75 -75V-30H30M70 40A80 80 0 0 1 -75 30M-75 75V30H-30"
    head, angle = random.uniform(25, 50), 45 * random.randrange(8)
    body = turned([(-95, 0), (95, 0)], angle)
    return body + turned([(95 - head, -head), (95, 0), (95 - head, head), (95, 0)], angle)


def lattice(random: Random) -> str:
    """Crossed lines: a hash, a window, a globe."""
    if random.random() < 0.4:
        return disc(92) + disc(40, stretch=2.3) + "M-92 0H92M0 -92V92"
    lean, at = random.choice((0, 18)), random.choice((30, 40))
    return (
        f"M{-at + lean} -90L{-at - lean} 90M{at + lean} -90L{at - lean} 90M-90 {-at}H90M-90 {at}H90"
    )


def washing(random: Random) -> str:
    """A sign of care labels: a tub, a triangle, a square with a ring, an iron, a ring."""
    sign = random.choice((
        "M-100 -45L-75 70H75L100 -45M-100 -35Q-75 -60 -50 -40T0 -40T50 -40T100 -40",
        regular(3, 100), regular(3, 100) + "M-15 -10L-50 48M20 -5L-12 48",
        rounded(90, 90, 1) + disc(78), rounded(90, 90, 1) + disc(78) + disc(6),
        rounded(90, 90, 1) + "M-60 0H60", rounded(90, 90, 1) + "M-30 -60V60M0 -60V60M30 -60V60",
        "M-95 60H95L75 -50H-30M-95 60Q-95 -5 -20 -5H82", disc(90),
    ))  # fmt: skip
    return sign + ("M-100 -90L100 90M100 -90L-100 90" if random.random() < 0.35 else "")


def recycling(random: Random) -> str:
    """Three arrows that chase each other, round a triangle or round a ring."""
    if random.random() < 0.5:
        arrow = [(-40, -62), (22, -62), (58, 0), (22, -62)], [(30, 2), (58, 0), (70, -26)]
        return "".join(turned(part, 120 * k) for k in range(3) for part in arrow)
    drawn = ""
    for turn in (0, 120, 240):
        (ax, ay), (bx, by) = polar(ORIGIN, 75, turn), polar(ORIGIN, 75, turn + 85)
        drawn += f"M{num(ax)} {num(ay)}A75 75 0 0 1 {num(bx)} {num(by)}"
        barbs = ((95, 65), (75, 90), (55, 65))
        drawn += through([polar(ORIGIN, radius, turn + angle) for radius, angle in barbs])
    return drawn


def device(random: Random) -> str:
    """A sign of programs and shops: power, play, search, menu, cart, home, lock, mail, bag."""
    return random.choice(_DEVICES)


_DEVICES = (
    "M-50 -60A78 78 0 1 0 50 -60M0 -95V-10",
    disc(92) + "M-28 -45L50 0L-28 45Z",
    disc(60, (-20, -20)) + "M25 25L90 90",
    "M-85 -55H85M-85 0H85M-85 55H85",
    "M-100 -70H-70L-40 40H65L90 -40H-62" + disc(12, (-25, 75)) + disc(12, (50, 75)),
    "M-95 0L0 -85L95 0M-65 -25V85H65V-25",
    rounded(70, 55, 8) + "M-40 -55V-75A40 40 0 0 1 40 -75V-55",
    rounded(95, 65, 6) + "M-95 -60L0 15L95 -60",
    "M-75 -40H75L90 95H-90ZM-35 -40A35 45 0 0 1 35 -40",
    disc(32, (0, -45)) + "M-80 90A80 80 0 0 1 80 90",
    "M-20 -90H20V-20H90V20H20V90H-20V20H-90V-20H-20Z",
    "M-90 -40L0 -90L90 -40V50L0 95L-90 50ZM-90 -40L0 5L90 -40M0 5V95",
)

LINES: tuple[Callable[[Random], str], ...] = (
    waves, zigzag, spiral, rays, arcs, loop, open_arrow, lattice, washing, recycling, device,
)  # fmt: skip
