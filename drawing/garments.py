"""Things to wear: shirts and caps.

Each function takes the printed `Surface`; the constant of its name is its size in pixels.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from drawing.drape import rumpled
from drawing.meshes import (
    grid,
    joined,
    lathe,
    placed,
    resized,
    smooth_profile,
    trimmed,
    tube,
)
from drawing.noise import Colour
from drawing.scenes import Part
from drawing.softgoods import jersey, sewn_along, shape_mask
from drawing.surfaces import Surface, surface
from drawing.vessels import tinted

SHIRT = (1500, 1500)


CAP = (1600, 700)


def shirt(front: Surface, seed: int, inside: Colour) -> tuple[Part, ...]:
    """A T-shirt of 66 by 66 cm laid flat, collar towards +y."""
    left = [
        (0.5, 0.125),
        (0.43, 0.10),
        (0.395, 0.055),
        (0.30, 0.085),
        (0.24, 0.12),
        (0.13, 0.24),
        (0.02, 0.38),
        (0.03, 0.395),
        (0.14, 0.475),
        (0.155, 0.47),
        (0.225, 0.375),
        (0.235, 0.38),
        (0.238, 0.6),
        (0.228, 0.95),
        (0.235, 0.965),
        (0.5, 0.975),
    ]
    right = [(1 - x, y) for x, y in left[1:-1]]
    mask = shape_mask(SHIRT, [*left, *right[::-1]])
    sewn = front
    for line in (
        [(0.235, 0.38), (0.235, 0.26), (0.27, 0.17), (0.30, 0.085)],
        [(0.765, 0.38), (0.765, 0.26), (0.73, 0.17), (0.70, 0.085)],
        [(0.375, 0.065), (0.42, 0.125), (0.5, 0.155), (0.58, 0.125), (0.625, 0.065)],
        [(0.232, 0.94), (0.5, 0.95), (0.768, 0.94)],
        [(0.05, 0.365), (0.10, 0.405), (0.165, 0.448)],
        [(0.95, 0.365), (0.90, 0.405), (0.835, 0.448)],
    ):
        sewn = sewn_along(sewn, line)
    points = rumpled(np.random.default_rng(seed), (66, 66), (0.972, 0.98), (4, 5), 1.6)
    points[..., 2] += 0.5
    back = [
        (0.5, 0.075),
        (0.42, 0.06),
        (0.395, 0.052),
        (0.34, 0.2),
        (0.5, 0.3),
        (0.66, 0.2),
        (0.605, 0.052),
        (0.58, 0.06),
    ]
    fine, low = resized(points, 900, 900), points.copy()
    low[..., 2] = 0.25
    body = [(0.5 + (x - 0.5) * 0.99, y) for x, y in [*left[5:], *right[::-1][:-4]]]
    tone = jersey(seed + 1, (500, 500), inside)
    nape = replace(tone, colour=tone.colour * 0.82)
    return (
        Part(trimmed(grid(fine), mask), sewn, 0.006, sheen=0.3),
        Part(trimmed(grid(low), shape_mask(SHIRT, back)), nape, sheen=0.3),
        Part(trimmed(grid(low - (0, 0, 0.1)), shape_mask(SHIRT, body)), tone, sheen=0.3),
    )


def cap(front: Surface, brim: Colour) -> tuple[Part, ...]:
    """A baseball cap, peak towards -y; the print covers 200 degrees of its front."""
    t = np.linspace(0, 1, 60)
    rise = np.stack(
        [9.3 * np.cos(t * np.pi / 2) ** 0.8, 10.8 * np.sin(t * np.pi / 2) ** 0.9 + 0.4], 1
    )
    way = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(rise, axis=0), axis=1))])
    even = np.linspace(0, way[-1], 60)
    rise = np.stack([np.interp(even, way, rise[:, k]) for k in (0, 1)], 1)
    crown = lathe(rise, 220, sweep=200)
    rear = lathe(rise, 160, start=180, sweep=160)
    squeeze = np.array([1.0, 1.13, 1.0])
    crown, rear = (replace(m, points=m.points * squeeze) for m in (crown, rear))
    sewn = front
    for u in (0.5 - 60 / 200, 0.5, 0.5 + 60 / 200):
        sewn = sewn_along(sewn, [(u, 0.02), (u, 0.98)], 1.1)
    a, s = np.meshgrid(np.radians(np.linspace(-60, 60, 90)), np.linspace(0, 1, 40))
    reach = 7.6 * np.cos(a * 1.46) ** 0.62
    x = (9.3 + 0.25 * s) * np.sin(a) + 0.5 * s * np.sin(a)
    y = -(9.3 * 1.13) * np.cos(a) - s * reach
    z = 1.1 + 0.5 * np.cos(a) * s - 1.0 * s**2 - 0.8 * np.abs(np.sin(a)) ** 2.2 * s
    peak = np.stack([x, y, z], -1)
    rows = surface(np.broadcast_to(np.array(brim), (300, 700, 3)).copy(), 0.0, 0.9)
    for k in range(1, 8):
        rows = sewn_along(rows, [(0.02, 0.12 * k), (0.5, 0.12 * k), (0.98, 0.12 * k)], 0.5)
    tone = front.colour[:40, :40].mean((0, 1))
    plain = tinted((float(tone[0]), float(tone[1]), float(tone[2])), 0.92)
    button = placed(
        lathe(smooth_profile([(0.9, 0), (0.8, 0.3), (0.4, 0.5), (0, 0.52)], 40)), (0, 0, 11.1)
    )
    edge = np.concatenate([peak[:, 0], peak[-1, 1:], peak[::-1, -1]])
    return (
        Part(crown, sewn, 0.006, sheen=0.3),
        Part(joined(rear, button), plain, sheen=0.3),
        Part(grid(peak[::-1]), rows, 0.005, sheen=0.3),
        Part(grid(peak - (0, 0, 0.28)), tinted((brim[0] * 0.7, brim[1] * 0.7, brim[2] * 0.7), 0.9)),
        Part(tube(edge - (0, 0, 0.14), 0.22, 10), tinted(brim, 0.9)),
    )
