"""A low sports shoe.

Each function takes the printed `Surface`; the constant of its name is its size in pixels.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from drawing.meshes import (
    Mesh,
    grid,
    joined,
    spline,
    trimmed,
    tube,
)
from drawing.noise import Colour
from drawing.scenes import Part
from drawing.surfaces import Surface
from drawing.vessels import tinted

Array = NDArray[np.float64]

SHOE = (1700, 760)


def _planform(s: Array) -> Array:
    """Half width of a foot along its length, toe at 0, rounded at both ends."""
    waist = (
        3.55
        + 1.05 * np.exp(-(((s - 0.27) / 0.17) ** 2))
        - 0.35 * np.exp(-(((s - 0.62) / 0.14) ** 2))
    )
    toe, heel = np.clip(s / 0.16, 0, 1), np.clip((1 - s) / 0.10, 0, 1)
    return np.asarray(waist * np.sqrt(1 - (1 - toe) ** 2) * np.sqrt(1 - (1 - heel) ** 2))


def shoe(side: Surface, sole: Colour, lining: Colour, lace: Colour) -> tuple[Part, ...]:
    """A low sports shoe, toe towards -x, its outer side towards -y; 29 cm long.

    The upper is a loft of arches along the foot, cut open at the ankle; u of the print runs from
    toe to heel and v from the outer sole edge (0) over the top (.5) to the inner one.
    """
    s = 0.5 - 0.5 * np.cos(np.linspace(0.0, 1.0, 220) * np.pi)
    half = _planform(s)
    knots = np.array(
        [
            (0, 3.0),
            (0.04, 4.0),
            (0.12, 4.6),
            (0.28, 5.4),
            (0.38, 6.5),
            (0.5, 9.2),
            (0.58, 10.3),
            (0.7, 8.7),
            (0.82, 8.6),
            (0.93, 10.2),
            (0.97, 10.6),
            (1, 10.4),
        ]
    )
    top = _soft(np.interp(s, *knots.T), 7)
    t = np.linspace(0, np.pi, 160)[:, None]
    lean = 1 - 0.30 * np.clip(np.sin(t), 0, 1) ** 2 * np.clip((s - 0.3) * 4, 0, 1)
    y = -np.sign(np.cos(t)) * np.abs(np.cos(t)) ** 0.8 * half * lean
    z = 1.5 + (top - 1.5) * np.sin(t) ** 0.7 * np.clip(half / 1.6, 0, 1) ** 0.5
    x = np.broadcast_to((s - 0.5) * 28.5, y.shape)
    v, u = np.meshgrid(np.linspace(1, 0, 600), np.linspace(0, 1, 900), indexing="ij")
    mouth = np.hypot((u - 0.745) / 0.185, (v - 0.5) / 0.14) < 1
    cover = np.where(mouth, 0.0, 1.0)
    upper = trimmed(grid(np.stack([x, y, z], -1)), cover)
    collar = _mouth_rim(np.stack([x, y, z], -1))
    inner = grid(np.stack([x, y * 0.94, z - 0.35], -1))
    inner = trimmed(inner, cover)
    return (
        Part(upper, side, 0.004, sheen=0.1),
        Part(inner, tinted(lining, 0.95)),
        Part(tube(collar, 0.42, 14), tinted(lining, 0.95), sheen=0.3),
        Part(_outsole(s), tinted(sole, 0.5)),
        Part(_laces(np.stack([x, y, z], -1)), tinted(lace, 0.85), sheen=0.3),
    )


def _on(points: Array, u: Array, v: Array) -> Array:
    """Points of a grid (R, C, 3) at u along columns and v along rows, 0..1."""
    import cv2

    rows, cols = points.shape[:2]
    at_x, at_y = (
        (u * (cols - 1)).astype(np.float32)[None],
        (v * (rows - 1)).astype(np.float32)[None],
    )
    return np.asarray(
        cv2.remap(points.astype(np.float32), at_x, at_y, cv2.INTER_LINEAR)[0], dtype=float
    )


def _mouth_rim(points: Array) -> Array:
    a = np.linspace(0, 2 * np.pi, 160)
    return _on(points, 0.745 + 0.185 * np.cos(a), 0.5 + 0.14 * np.sin(a))


def _laces(points: Array) -> Mesh:
    """Five bars over the tongue and a small bow."""
    bars = []
    for k in range(6):
        u = 0.30 + 0.048 * k
        v = np.linspace(0.37, 0.63, 40)
        bar = _on(points, np.full(40, u) + 0.012 * np.sin(np.linspace(0, np.pi, 40)), v)
        bars.append(tube(bar + np.array([0, 0, 0.12]), 0.30, 12))
    knot = _on(points, np.array([0.555]), np.array([0.5]))[0] + (0, 0, 0.2)
    for side in (-1, 1):
        loop = [
            (0, 0, 0),
            (-0.8, side * 1.4, 0.6),
            (-1.0, side * 3.2, -0.2),
            (-0.1, side * 3.0, -0.5),
            (0, side * 0.6, 0.1),
        ]
        bars.append(
            tube(
                spline(
                    [
                        (float(knot[0] + a), float(knot[1] + b), float(knot[2] + c))
                        for a, b, c in loop
                    ],
                    60,
                ),
                0.2,
                10,
            )
        )
    return joined(*bars)


def _outsole(s: Array) -> Mesh:
    """A cup sole a little wider than the foot, with a lifted toe and a groove."""
    base = np.stack([(s - 0.5) * 29.8, _planform(s) + 0.38], 1)
    loop = np.concatenate([base * (1, -1), base[::-1][1:]])
    levels = (
        (0.96, 0.0),
        (0.995, 0.15),
        (1.0, 0.4),
        (1.0, 0.8),
        (0.988, 0.88),
        (1.0, 0.96),
        (1.0, 1.75),
        (0.985, 1.95),
        (0.93, 2.0),
    )
    ring = np.stack(
        [
            np.concatenate([loop * (0.5 + 0.5 * k, k), np.full((len(loop), 1), h)], 1)
            for k, h in levels
        ]
    )
    along = ring[..., 0] / 29.8 + 0.5
    ring[..., 2] *= 1 + 0.25 * np.clip(along - 0.6, 0, 1)
    ring[..., 2] += 14 * np.clip(0.16 - along, 0, 1) ** 2 * 2
    return grid(ring, closed=True)


def _soft(values: Array, width: int) -> Array:
    kernel = np.hanning(2 * width + 3)[1:-1]
    padded = np.concatenate([[values[0]] * width, values, [values[-1]] * width])
    return np.convolve(padded, kernel / kernel.sum(), "valid")
