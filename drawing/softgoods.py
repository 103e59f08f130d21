"""Cloth products: shirts, totes, cushions, caps and a sports shoe.

Each function takes the printed `Surface`; the constant before it is its size in pixels.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from drawing.drape import rumpled
from drawing.meshes import (
    Mesh,
    grid,
    joined,
    lathe,
    placed,
    resized,
    smooth_profile,
    spline,
    trimmed,
    tube,
)
from drawing.noise import Colour, fractal, heather, knit, smooth, weave
from drawing.scenes import Part
from drawing.surfaces import Surface, surface
from drawing.vessels import tinted

Array = NDArray[np.float64]

SHIRT = (1500, 1500)
TOTE = (1300, 1400)
CUSHION = (1200, 1200)
CAP = (1600, 700)
SCARF = (1500, 1500)
SHOE = (1700, 760)


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


def _polygon(size: tuple[int, int], corners: list[tuple[float, float]]) -> Array:
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


def _seam(ground: Surface, line: list[tuple[float, float]], wide: float = 1.0) -> Surface:
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
    mask = _polygon(SHIRT, [*left, *right[::-1]])
    sewn = front
    for line in (
        [(0.235, 0.38), (0.235, 0.26), (0.27, 0.17), (0.30, 0.085)],
        [(0.765, 0.38), (0.765, 0.26), (0.73, 0.17), (0.70, 0.085)],
        [(0.375, 0.065), (0.42, 0.125), (0.5, 0.155), (0.58, 0.125), (0.625, 0.065)],
        [(0.232, 0.94), (0.5, 0.95), (0.768, 0.94)],
        [(0.05, 0.365), (0.10, 0.405), (0.165, 0.448)],
        [(0.95, 0.365), (0.90, 0.405), (0.835, 0.448)],
    ):
        sewn = _seam(sewn, line)
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
        Part(trimmed(grid(low), _polygon(SHIRT, back)), nape, sheen=0.3),
        Part(trimmed(grid(low - (0, 0, 0.1)), _polygon(SHIRT, body)), tone, sheen=0.3),
    )


def tote(front: Surface, seed: int, strap: Colour) -> tuple[Part, ...]:
    """A cotton bag of 38 by 40 cm laid flat, two straps towards +y."""
    body = _polygon(
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
    sewn = _seam(front, [(0.01, 0.07), (0.5, 0.066), (0.99, 0.07)], 1.3)
    for x in (0.255, 0.745):
        for dx in (-0.03, 0.03):
            sewn = _seam(sewn, [(x + dx, 0.016), (x + dx, 0.07)], 0.7)
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
        sewn = _seam(sewn, [(u, 0.02), (u, 0.98)], 1.1)
    a, s = np.meshgrid(np.radians(np.linspace(-60, 60, 90)), np.linspace(0, 1, 40))
    reach = 7.6 * np.cos(a * 1.46) ** 0.62
    x = (9.3 + 0.25 * s) * np.sin(a) + 0.5 * s * np.sin(a)
    y = -(9.3 * 1.13) * np.cos(a) - s * reach
    z = 1.1 + 0.5 * np.cos(a) * s - 1.0 * s**2 - 0.8 * np.abs(np.sin(a)) ** 2.2 * s
    peak = np.stack([x, y, z], -1)
    rows = surface(np.broadcast_to(np.array(brim), (300, 700, 3)).copy(), 0.0, 0.9)
    for k in range(1, 8):
        rows = _seam(rows, [(0.02, 0.12 * k), (0.5, 0.12 * k), (0.98, 0.12 * k)], 0.5)
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


def scarf(cloth: Surface, seed: int, size: float = 80) -> tuple[Part, ...]:
    """A large cloth thrown down with deep folds."""
    points = rumpled(np.random.default_rng(seed), (size, size), (0.93, 0.95), (4, 4), 4.0)
    # Off the table by the thickness of the cloth.
    points[..., 2] = np.maximum(points[..., 2], 0) + 0.15
    return (Part(grid(points), cloth, 0.006, sheen=0.4),)


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
    upper = trimmed(grid(np.stack([x, y, z], -1)), 1.0 - mouth)
    collar = _mouth_rim(np.stack([x, y, z], -1))
    inner = grid(np.stack([x, y * 0.94, z - 0.35], -1))
    inner = trimmed(inner, 1.0 - mouth)
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
        bars.append(tube(bar + (0, 0, 0.12), 0.30, 12))
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
