"""The demonstration patterns: tiles that repeat without a seam, all invented.

Parameters with defaults are the details that drawing/similar_signs.py changes.
"""

from __future__ import annotations

import random
from itertools import product

from drawing.shapes import circle, clip, group, leaf, moved, path, polar, polygon, rect, star, svg


def tamsin(ground: str = "#7d1f2d", band: str = "#1d3b34", line: str = "#f0c75e") -> str:
    """A woven check of three bands; crossing threads keep both colours visible."""
    size, bands = 480, ((30, 70, band), (112, 12, line), (150, 46, "#efe6d4"), (222, 6, line))
    body = rect((0, 0, size, size), ground)
    for k, (at, width, tone) in product(range(2), bands):
        warp = rect((at + 240 * k, 0, width, size), tone) + rect(
            (0, at + 240 * k, size, width), tone
        )
        body += group(warp, more='opacity="0.62"')
    twill = "".join(
        path(f"M{x} 0L{x - 480} 480", stroke="#000000", width=1.2) for x in range(0, 960, 8)
    )
    return svg(
        size,
        size,
        body + group(twill, more='opacity="0.13" clip-path="url(#tc)"'),
        clip("tc", rect((0, 0, size, size), "#000")),
    )


def seigaru() -> str:
    """Overlapping scales of rising waves, each with a curl, in indigo and foam."""
    scale = (
        circle((0, 0), 60, "#16325c")
        + circle((0, 0), 52, "#e9f1f2")
        + circle((0, 0), 43, "#16325c")
        + circle((0, 0), 34, "#5fa8b8")
        + path(
            "M-30 2C-26 -26 6 -34 18 -14C26 2 8 14 0 4C-6 -6 6 -12 9 -4", stroke="#e9f1f2", width=6
        )
    )
    rows = "".join(
        moved(scale, 60 * (row % 2) + 120 * col, 30 * row)
        for row in range(-1, 19)
        for col in range(-1, 6)
    )
    return svg(
        480,
        480,
        rect((0, 0, 480, 480), "#16325c") + group(rows, more='clip-path="url(#sg)"'),
        clip("sg", rect((0, 0, 480, 480), "#000")),
    )


def karsholm() -> str:
    """A monogram lattice of a letter K built from three bars and eight-ray bursts."""
    gold, ground = "#efb8a2", "#123f4a"
    glyph = (
        rect((-30, -36, 14, 72), gold)
        + polygon([(-10, 0), (22, -36), (40, -36), (8, 0)], gold)
        + polygon([(-10, 0), (8, 0), (40, 36), (22, 36)], gold)
    )
    seal = circle((0, 0), 54, "none", gold, 4)
    burst = "".join(
        path(f"M{a[0]:.1f} {a[1]:.1f}L{b[0]:.1f} {b[1]:.1f}", stroke=gold, width=5)
        for k in range(8)
        for a, b in [(polar((0, 0), 15, 45 * k), polar((0, 0), 38 if k % 2 else 30, 45 * k))]
    ) + circle((0, 0), 6, gold)
    cells = []
    for row, col in product(range(-1, 5), repeat=2):
        x, y = 160 * col, 160 * row
        cells.append(moved(glyph + seal, x, y, 0.9))
        cells.append(moved(burst, x + 80, y + 80))
    return svg(
        480,
        480,
        rect((0, 0, 480, 480), ground) + group("".join(cells), more='clip-path="url(#kc)"'),
        clip("kc", rect((0, 0, 480, 480), "#000")),
    )


def pomelino() -> str:
    """A terrazzo of broken shards that wraps at the edges."""
    rng = random.Random(21)
    tones = ("#ef8354", "#2d6a6a", "#f2c14e", "#d66ba0", "#3d405b")
    body, placed = rect((0, 0, 400, 400), "#faf3ea"), list[tuple[float, float, float]]()
    for _ in range(900):
        x, y, r = rng.uniform(0, 400), rng.uniform(0, 400), rng.choice((30, 22, 14, 9))
        gap = min((_wrapped(x - a, y - b) - r - q for a, b, q in placed), default=9.0)
        if gap < 5:
            continue
        placed.append((x, y, r))
        n, turn = rng.choice((4, 5, 6)), rng.uniform(0, 90)
        shard = [polar((0, 0), r * rng.uniform(0.7, 1.05), turn + 360 * k / n) for k in range(n)]
        tone = rng.choice(tones)
        body += "".join(
            moved(polygon(shard, tone), x + dx, y + dy)
            for dx, dy in product((-400, 0, 400), repeat=2)
            if -40 < x + dx < 440 and -40 < y + dy < 440
        )
    return svg(
        400,
        400,
        group(body, more='clip-path="url(#pc)"'),
        clip("pc", rect((0, 0, 400, 400), "#000")),
    )


def _wrapped(dx: float, dy: float) -> float:
    """Distance on a 400 by 400 torus."""
    x, y = abs(dx) % 400, abs(dy) % 400
    return float((min(x, 400 - x) ** 2 + min(y, 400 - y) ** 2) ** 0.5)


def fernway() -> str:
    """Rows of bent fern fronds in alternate directions, in two greens on sand."""

    def frond(tone: str) -> str:
        stem = path("M0 110C6 60 6 20 0 -10", stroke=tone, width=5)
        pairs = "".join(
            path(leaf((3, 100 - 16 * k), (s * (46 - 5 * k), 78 - 16 * k), 0.2), tone)
            for k in range(7)
            for s in (-1, 1)
        )
        return stem + pairs + path(leaf((1, 8), (0, -24), 0.2), tone)

    body = rect((0, 0, 400, 560), "#efe4cf")
    for row, col in product(range(-1, 5), range(-1, 5)):
        x, y = 100 * col + 50 * (row % 2), 140 * row
        tone = "#3e6b48" if (row + col) % 2 else "#7f9c5a"
        body += group(frond(tone), f"translate({x} {y}) rotate({14 if row % 2 else -14})")
        body += star((x + 50, y + 20), 9, 4, 6, "#c96f4a")
    return svg(
        400,
        560,
        group(body, more='clip-path="url(#fc)"'),
        clip("fc", rect((0, 0, 400, 560), "#000")),
    )
