"""Boxed products: cases, cartons, pouches and carrier bags.

Each function takes the printed `Surface`; the constant of its name is its size in pixels.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from drawing.meshes import (
    box,
    grid,
    joined,
    lathe,
    placed,
    smooth_profile,
    spline,
    tube,
)
from drawing.noise import Colour
from drawing.scenes import Part
from drawing.surfaces import Surface, surface
from drawing.vessels import tinted

CARTON = (760, 1240)


POUCH = (900, 1300)


SHOPPER = (900, 1100)


def case(
    front: Surface, colour: Colour, size: tuple[float, float, float], top: Surface | None = None
) -> tuple[Part, ...]:
    """A cardboard box of width, depth and height with a printed front and perhaps top."""
    sides = box(*size, edge=0.1)
    rest = joined(*(m for k, m in sides.items() if k != "front" and (top is None or k != "top")))
    parts = [Part(sides["front"], front, 0.002), Part(rest, tinted(colour, 0.55))]
    if top is not None:
        parts.append(Part(sides["top"], top, 0.002))
    return tuple(parts)


def carton(front: Surface, side: Surface, roof: Colour) -> tuple[Part, ...]:
    """A gable-top drink carton, 9.5 by 9.5 cm, 15.5 cm to the shoulder, with a screw cap."""
    w, h, ridge = 4.75, 15.5, 20.6
    faces = box(2 * w, 2 * w, h, edge=0.15)
    slope = [(-w, h), (-0.15, ridge - 1.9)]
    sheets = []
    for turn in (0, 180):
        y, z = np.array([(a, b) for a, b in slope]).T
        y, z = np.linspace(y[0], y[1], 8), np.linspace(z[0], z[1], 8)
        x = np.linspace(-w, w, 8)
        panel = grid(
            np.stack(
                [
                    np.broadcast_to(x, (8, 8)),
                    np.repeat(y[:, None], 8, 1),
                    np.repeat(z[:, None], 8, 1),
                ],
                -1,
            )
        )
        sheets.append(placed(panel, (0, 0, 0), ("z", turn)))
    for turn in (90, 270):
        # The gusset folds inwards below the ridge.
        s, t = np.meshgrid(np.linspace(-1, 1, 12), np.linspace(0, 1, 12))
        y = -w + (1 - np.abs(s)) * t * 3.0
        panel = grid(np.stack([s * w * (1 - 0.97 * t), y, h + t * (ridge - 1.9 - h)], -1))
        sheets.append(placed(panel, (0, 0, 0), ("z", turn)))
    fin = placed(box(2 * w, 0.3, 1.9, 0.06)["front"], (0, 0, ridge - 1.9))
    back = placed(fin, (0, 0, 0), ("z", 180))
    thread = lathe(smooth_profile([(1.55, 0), (1.55, 1.3), (1.45, 1.42), (0, 1.42)], 60))
    lean = np.degrees(np.arctan2(ridge - 1.9 - h, w))
    cap = placed(thread, (0, -w * 0.5, h + (ridge - 1.9 - h) * 0.5), ("x", lean))
    rest = joined(faces["back"], faces["top"], *sheets, fin, back)
    return (
        Part(faces["front"], front, coat=0.25),
        Part(faces["right"], side, coat=0.25),
        Part(faces["left"], side, coat=0.25),
        Part(rest, tinted(roof, 0.4), coat=0.25),
        Part(cap, tinted((0.93, 0.92, 0.9), 0.3)),
    )


def pouch(front: Surface, colour: Colour) -> tuple[Part, ...]:
    """A filled stand-up pouch, 13 by 19 cm, with a flat sealed top, crimps and soft creases."""
    rng = np.random.default_rng(12)
    from drawing.noise import fractal

    n = 180
    u, v = np.meshgrid(np.linspace(-1, 1, n), np.linspace(0, 1, n))
    belly = np.clip(1 - np.abs(u) ** 2.6, 0, 1) ** 0.6 * np.clip(1 - v**2.4, 0, 1) ** 0.75
    belly *= 0.86 + 0.14 * np.clip(v * 5, 0, 1)
    crease = (
        fractal(rng, (n, n), (7, 5), 3) * 0.10 * (1 - np.abs(u) ** 6) * np.clip((0.9 - v) * 4, 0, 1)
    )
    depth = 3.4 * belly + crease
    width = 6.5 - 0.35 * np.clip(belly, 0, 1) * (1 - np.abs(u))
    points = np.stack([u * width, -depth - 0.06, v * 19.0], -1)
    face = grid(points)
    back = placed(face, (0, 0, 0), ("z", 180))
    bars = np.sin(v * 19 * 2 * np.pi / 0.28) * (v > 0.93)
    crimped = surface(front.colour, front.height, 0.42)
    return (
        Part(
            face,
            replace(
                crimped, height=np.flipud(_fit(bars, front)), labels=front.labels, signs=front.signs
            ),
            0.01,
        ),
        Part(back, tinted(colour, 0.42)),
    )


def _fit(
    field: np.ndarray[tuple[int, ...], np.dtype[np.float64]], like: Surface
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """A field resampled to the pixels of a surface."""
    from drawing.meshes import resized

    return resized(field, *like.labels.shape)


def shopper(front: Surface, colour: Colour, cord: Colour) -> tuple[Part, ...]:
    """A paper carrier bag, 22 by 10 by 27 cm, slightly sunk in at the sides, with two cords."""
    w, d, h, n = 11.0, 5.0, 27.0, 60
    u, v = np.meshgrid(np.linspace(-1, 1, n), np.linspace(0, 1, n))
    bulge = 0.35 * np.cos(u * np.pi / 2) * np.sin(v * np.pi) - 0.25 * v * np.cos(u * np.pi / 2)
    face = grid(np.stack([u * w, -d - bulge, v * h], -1))
    dent = 2.3 * v**1.3 * (1 - np.abs(u))
    flank = grid(np.stack([w - dent, u * d, v * h], -1))
    inside = tuple(placed(face, (0, 0.05, 0), ("z", t)) for t in (180,))
    other = placed(flank, (0, 0, 0), ("z", 180))
    loops = [
        tube(
            spline(
                [
                    (-4, y, h - 2.2),
                    (-4, y, h + 2),
                    (-2.6, y * 0.9, h + 7.5),
                    (0, y * 0.8, h + 9.3),
                    (2.6, y * 0.9, h + 7.5),
                    (4, y, h + 2),
                    (4, y, h - 2.2),
                ],
                90,
            ),
            0.24,
        )
        for y in (-d - 0.22, d + 0.1)
    ]
    return (
        Part(face, front, 0.002),
        Part(joined(flank, other, *inside), tinted(colour, 0.6)),
        Part(joined(*loops), tinted(cord, 0.8), sheen=0.3),
    )
