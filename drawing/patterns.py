"""The demonstration patterns: tiles that repeat without a seam.

The parameters are the details in which a look-alike sign differs (drawing/marks.py).
"""

from __future__ import annotations

import random
from itertools import product

from drawing.shapes import (
    Point,
    circle,
    clip,
    clipped,
    group,
    leaf,
    path,
    placed,
    polar,
    polygon,
    rect,
    star,
    svg,
)

PINK = "#efb8a2"


def tamsin(background: str = "#7d1f2d", band: str = "#1d3b34", line: str = "#f0c75e") -> str:
    """A woven check of translucent bands, with diagonal threads."""
    bands = ((30, 70, band), (112, 12, line), (150, 46, "#efe6d4"), (222, 6, line))
    body = rect((0, 0, 480, 480), background)
    for k, (at, width, colour) in product((0, 240), bands):
        crossed = rect((at + k, 0, width, 480), colour) + rect((0, at + k, 480, width), colour)
        body += group(crossed, attributes='opacity="0.62"')
    threads = "".join(
        path(f"M{x} 0L{x - 480} 480", stroke="#000000", width=1.2) for x in range(0, 960, 8)
    )
    body += group(threads, attributes='opacity="0.13" clip-path="url(#tc)"')
    return svg(480, 480, body, clip("tc", rect((0, 0, 480, 480), "#000")))


def seigaru() -> str:
    """Overlapping waves of concentric circles with a curl, in indigo and white."""
    indigo, white = "#16325c", "#e9f1f2"
    rings = ((60, indigo), (52, white), (43, indigo), (34, "#5fa8b8"))
    wave = "".join(circle((0, 0), radius, colour) for radius, colour in rings)
    wave += path(
        "M-30 2C-26 -26 6 -34 18 -14C26 2 8 14 0 4C-6 -6 6 -12 9 -4", stroke=white, width=6
    )
    waves = "".join(
        placed(wave, 60 * (row % 2) + 120 * column, 30 * row)
        for row, column in product(range(-1, 19), range(-1, 6))
    )
    body = rect((0, 0, 480, 480), indigo) + clipped(waves, "sg")
    return svg(480, 480, body, clip("sg", rect((0, 0, 480, 480), "#000")))


def karsholm() -> str:
    """A lattice of the letter K in a circle and bursts of eight rays."""
    letter = (
        rect((-30, -36, 14, 72), PINK)
        + polygon([(-10, 0), (22, -36), (40, -36), (8, 0)], PINK)
        + polygon([(-10, 0), (8, 0), (40, 36), (22, 36)], PINK)
    )
    monogram = letter + circle((0, 0), 54, "none", PINK, 4)
    burst = "".join(_ray(45 * k, 38 if k % 2 else 30) for k in range(8)) + circle((0, 0), 6, PINK)
    lattice = "".join(
        placed(monogram, x, y, 0.9) + placed(burst, x + 80, y + 80)
        for y, x in product(range(-160, 800, 160), repeat=2)
    )
    body = rect((0, 0, 480, 480), "#123f4a") + clipped(lattice, "kc")
    return svg(480, 480, body, clip("kc", rect((0, 0, 480, 480), "#000")))


def _ray(angle: float, length: float) -> str:
    """A ray of a burst about the origin."""
    (ax, ay), (bx, by) = polar((0, 0), 15, angle), polar((0, 0), length, angle)
    return path(f"M{ax:.1f} {ay:.1f}L{bx:.1f} {by:.1f}", stroke=PINK, width=5)


def pomelino() -> str:
    """A terrazzo of shards in five colours that do not touch, continued across the edges."""
    rng = random.Random(21)
    colours = ("#ef8354", "#2d6a6a", "#f2c14e", "#d66ba0", "#3d405b")
    body, taken = rect((0, 0, 400, 400), "#faf3ea"), list[tuple[float, float, float]]()
    for _ in range(900):
        x, y, r = rng.uniform(0, 400), rng.uniform(0, 400), rng.choice((30, 22, 14, 9))
        if any(_distance(x - a, y - b) - r - q < 5 for a, b, q in taken):
            continue
        taken.append((x, y, r))
        shard = polygon(_shard(rng, r), rng.choice(colours))
        body += "".join(
            placed(shard, x + dx, y + dy)
            for dx, dy in product((-400, 0, 400), repeat=2)
            if -40 < x + dx < 440 and -40 < y + dy < 440
        )
    return svg(400, 400, clipped(body, "pc"), clip("pc", rect((0, 0, 400, 400), "#000")))


def _shard(rng: random.Random, radius: float) -> list[Point]:
    """An irregular polygon with four to six corners about the origin."""
    n, angle = rng.choice((4, 5, 6)), rng.uniform(0, 90)
    return [polar((0, 0), radius * rng.uniform(0.7, 1.05), angle + 360 * k / n) for k in range(n)]


def _distance(dx: float, dy: float) -> float:
    """Distance across the edges of a tile of 400 by 400."""
    x, y = abs(dx) % 400, abs(dy) % 400
    return float((min(x, 400 - x) ** 2 + min(y, 400 - y) ** 2) ** 0.5)


def fernway() -> str:
    """Rows of fern fronds that lean left and right, in two greens on sand."""
    body = rect((0, 0, 400, 560), "#efe4cf")
    for row, column in product(range(-1, 5), repeat=2):
        x, y = 100 * column + 50 * (row % 2), 140 * row
        green = "#3e6b48" if (row + column) % 2 else "#7f9c5a"
        body += group(_frond(green), f"translate({x} {y}) rotate({14 if row % 2 else -14})")
        body += star((x + 50, y + 20), 9, 4, 6, "#c96f4a")
    return svg(400, 560, clipped(body, "fc"), clip("fc", rect((0, 0, 400, 560), "#000")))


def _frond(colour: str) -> str:
    """A frond with seven pairs of leaves and one at the tip."""
    stem = path("M0 110C6 60 6 20 0 -10", stroke=colour, width=5)
    pairs = "".join(
        path(leaf((3, 100 - 16 * k), (side * (46 - 5 * k), 78 - 16 * k), 0.2), colour)
        for k, side in product(range(7), (-1, 1))
    )
    return stem + pairs + path(leaf((1, 8), (0, -24), 0.2), colour)
