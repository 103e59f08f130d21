"""Cloth, and what is sewn flat from it: bags, cushions, scarves.

Each function takes the printed `Surface`; the constant of its name is its size in pixels.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from drawing.drape import rumpled
from drawing.meshes import (
    Mesh,
    grid,
    resized,
    spline,
    trimmed,
    tube,
)
from drawing.noise import Colour, fractal, heather, knit, smooth, weave
from drawing.scenes import Part
from drawing.surfaces import Surface, surface
from drawing.vessels import tinted

Array = NDArray[np.float64]


TOTE = (1300, 1400)


CUSHION = (1200, 1200)


SCARF = (1500, 1500)


def jersey(seed: int, size: tuple[int, int], colour: Colour, depth: float = 0.05) -> Surface:
    """Fine knitted cotton."""
    shape = (size[1], size[0])
    dyed = heather(np.random.default_rng(seed), shape, colour, depth)
    return surface(dyed, 0.5 * knit(shape, size[0] / 6), 0.92)


def canvas(seed: int, size: tuple[int, int], colour: Colour, depth: float = 0.05) -> Surface:
    """Coarse woven cotton."""
    shape = (size[1], size[0])
    dyed = heather(np.random.default_rng(seed), shape, colour, depth)
    bumps = weave(shape, size[0] / 7)
    return surface(dyed * (0.94 + 0.06 * bumps[..., None]), 0.8 * bumps, 0.95)


def shape_mask(size: tuple[int, int], corners: list[tuple[float, float]]) -> Array:
    """A soft-edged mask (H, W) of a closed line through corners in parts of the size.

    Corners are cut twice (Chaikin, 1974), so the line never swings beyond them.
    """
    import cv2

    loop = np.array(corners)
    for _ in range(2):
        ahead = np.roll(loop, -1, axis=0)
        loop = np.stack([0.82 * loop + 0.18 * ahead, 0.18 * loop + 0.82 * ahead], 1).reshape(-1, 2)
    mask = np.zeros((size[1], size[0]), np.uint8)
    cv2.fillPoly(mask, [np.round(loop * size).astype(np.int32)], 255)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), 1.0), dtype=float) / 255


def sewn_along(ground: Surface, line: list[tuple[float, float]], wide: float = 1.0) -> Surface:
    """A sewn seam along a spline: a ridge, a shadow and a row of stitches."""
    import cv2

    h, w = ground.labels.shape
    curve = spline([(x, y, 0.0) for x, y in line], 500)[:, :2] * (w, h)
    ridge = np.zeros((h, w), np.uint8)
    cv2.polylines(ridge, [np.round(curve).astype(np.int32)], False, 255, round(7 * wide))
    soft = cv2.GaussianBlur(ridge.astype(float) / 255, (0, 0), 3.0)
    dots = np.zeros((h, w), np.uint8)
    for a, b in zip(curve[0:-4:5], curve[3::5], strict=False):
        off = np.array([-(b - a)[1], (b - a)[0]])
        off = off / (np.linalg.norm(off) + 1e-9) * 8 * wide
        cv2.line(
            dots,
            tuple(np.round(a + off).astype(int).tolist()),
            tuple(np.round(b + off).astype(int).tolist()),
            255,
            2,
            cv2.LINE_AA,
        )
    stitch = dots.astype(float) / 255
    colour = ground.colour * (1 - 0.35 * soft[..., None]) * (1 - 0.12 * stitch[..., None])
    return replace(ground, colour=colour, height=ground.height + 5 * soft - 2 * stitch)


def tote(front: Surface, seed: int, strap: Colour) -> tuple[Part, ...]:
    """A cotton bag of 38 by 40 cm laid flat, two straps towards +y."""
    body = shape_mask(
        TOTE,
        [
            (0.012, 0.02),
            (0.3, 0.014),
            (0.7, 0.014),
            (0.988, 0.02),
            (0.99, 0.5),
            (0.986, 0.98),
            (0.97, 0.988),
            (0.5, 0.985),
            (0.03, 0.988),
            (0.014, 0.98),
            (0.01, 0.5),
        ],
    )
    sewn = sewn_along(front, [(0.01, 0.07), (0.5, 0.066), (0.99, 0.07)], 1.3)
    for x in (0.255, 0.745):
        for dx in (-0.03, 0.03):
            sewn = sewn_along(sewn, [(x + dx, 0.016), (x + dx, 0.07)], 0.7)
    points = rumpled(np.random.default_rng(seed), (38, 40), (0.984, 0.988), (3, 3), 0.9)
    points[..., 2] += 0.3
    band = canvas(seed + 2, (120, 900), strap)
    straps = []
    for lift, reach, lean in ((0.65, 22.0, 1.8), (0.3, 19.0, -2.6)):
        curve = spline(
            [
                (-9.3, 17.6, lift + 0.6),
                (-9.4, 22, lift + 0.3),
                (-7.6 + lean, 19.5 + reach * 0.72, lift),
                (lean, 19.5 + reach * 0.86, lift + 0.5),
                (7.8 + lean, 19.5 + reach * 0.66, lift),
                (9.5, 22, lift + 0.3),
                (9.3, 17.6, lift + 0.6),
            ],
            200,
        )
        straps.append(Part(_ribbon(curve, 2.4), band, 0.006, sheen=0.2))
    lower = points.copy()
    lower[..., 2] = 0.12
    lower[..., :2] *= 1.004
    fine = trimmed(grid(resized(points, 800, 800)), body)
    rear = Part(trimmed(grid(lower), body), tinted(strap, 0.95))
    return (Part(fine, sewn, 0.007, sheen=0.2), rear, *straps)


def _ribbon(curve: Array, width: float) -> Mesh:
    """A flat band (N, 3) that lies with its width in the xy plane."""
    along = np.gradient(curve, axis=0)
    side = np.stack([-along[:, 1], along[:, 0], 0 * along[:, 2]], 1)
    side /= np.linalg.norm(side, axis=1, keepdims=True) + 1e-9
    offsets = np.linspace(-width / 2, width / 2, 12)
    points = curve[:, None] - offsets[None, :, None] * side[:, None]
    points[..., 2] += 0.04 * (1 - (offsets / offsets.max()) ** 2)
    return grid(points)


def cushion(front: Surface, seed: int, back: Colour, size: float = 45) -> tuple[Part, ...]:
    """A filled cushion lying on z = 0, with pinched corners, piping and creases at the edge."""
    rng = np.random.default_rng(seed)
    n = 260
    u, v = np.meshgrid(np.linspace(-1, 1, n), np.linspace(-1, 1, n))
    swell = (
        np.clip(1 - np.abs(u) ** 2.4, 0, 1) ** 0.55 * np.clip(1 - np.abs(v) ** 2.4, 0, 1) ** 0.55
    )
    pull = 0.07 * (1 - np.abs(u * v) ** 0.8)
    x, y = u * (1 - pull * v**2), v * (1 - pull * u**2)
    angle = np.arctan2(v, u)
    spokes = np.interp(angle, np.linspace(-np.pi, np.pi, 90), smooth(rng, (8, 90), (8, 44))[4])
    crease = 0.30 * spokes * np.clip(np.hypot(u, v) - 0.35, 0, 1) * np.clip(swell * 2, 0, 1)
    soft = 0.28 * fractal(rng, (n, n), (4, 4), 3) * swell
    top = np.stack([x * size / 2, y * size / 2, 7.2 * swell + crease + soft + 7.6], -1)
    low = top[:, ::-1] * (1, 1, -1) + (0, 0, 15.2)
    rim = np.concatenate([top[0], top[1:, -1], top[-1, -2::-1], top[-2::-1, 0]])
    return (
        Part(grid(top), front, 0.006, sheen=0.3),
        Part(grid(low), tinted(back, 0.9), sheen=0.3),
        Part(tube(rim, 0.3, 10), tinted(back, 0.9), sheen=0.3),
    )


def scarf(cloth: Surface, seed: int, size: float = 80) -> tuple[Part, ...]:
    """A large cloth thrown down with deep folds."""
    points = rumpled(np.random.default_rng(seed), (size, size), (0.93, 0.95), (4, 4), 4.0)
    # Off the table by the thickness of the cloth.
    points[..., 2] = np.maximum(points[..., 2], 0) + 0.15
    return (Part(grid(points), cloth, 0.006, sheen=0.4),)
