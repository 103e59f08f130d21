"""Cloth that hangs, lies or folds: position-based dynamics (Mueller et al., 2007) on a grid."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from drawing.meshes import resized
from drawing.noise import smooth

Array = NDArray[np.float64]
Collide = Callable[[Array, Array], Array]
Slices = tuple[tuple[slice, slice], tuple[slice, slice]]


def _links(rows: int, cols: int) -> list[tuple[Slices, float]]:
    """Pairs of grid slices that share no point, with the stiffness of their link."""
    found: list[tuple[Slices, float]] = []
    kinds = ((0, 1, 1.0), (1, 0, 1.0), (1, 1, 0.4), (1, -1, 0.4))  # stretch and shear
    bends = ((0, 2, 0.3), (2, 0, 0.3), (0, 4, 0.08), (4, 0, 0.08))
    for dy, dx, stiff in (*kinds, *bends):
        step_y, step_x = (2 * dy, 1) if dy else (1, 2 * abs(dx))
        starts = range(step_y if dy else step_x)
        for s in starts:
            y0, x0 = (s, max(0, -dx)) if dy else (0, s)
            last = rows - dy if dy else rows
            stop_x = cols - max(0, dx)
            a = (slice(y0, last, step_y), slice(x0, stop_x, step_x))
            b = (
                slice(y0 + dy, last + dy, step_y),
                slice(x0 + dx, stop_x + dx, step_x),
            )
            found.append(((a, b), stiff))
    return found


def drape(
    points: Array,
    rest: Array,
    collide: Collide,
    *,
    pinned: NDArray[np.bool_] | None = None,
    steps: int = 200,
    sweeps: int = 8,
    gravity: tuple[float, float, float] = (0, 0, -1),
    drag: float = 0.02,
) -> Array:
    """Positions (R, C, 3) after `steps`, from start `points` (R, C, 3) in centimetres.

    `rest` (R, C, 3) is the cloth at rest: its distances are kept. `collide` takes points now
    and before and pushes them out of things; `pinned` (R, C) points stay where they are.
    `gravity` is in hundredths of a centimetre per step squared.
    """
    rows, cols = points.shape[:2]
    links = [
        (a, b, np.linalg.norm(rest[b] - rest[a], axis=-1, keepdims=True), stiff)
        for (a, b), stiff in _links(rows, cols)
    ]
    free: Array = np.ones((rows, cols, 1))
    if pinned is not None:
        free = np.where(pinned[..., None], 0.0, 1.0)
    now, before = points.copy(), points.copy()
    pull = np.array(gravity) * 0.01
    for _ in range(steps):
        now, before = now + free * ((now - before) * (1 - drag) + pull), now
        for sweep in range(sweeps):
            # Turning the order round keeps folds from leaning one way.
            for a, b, length, stiff in links[:: 1 - 2 * (sweep % 2)]:
                _relax(now, free, (a, b), length, stiff)
            now = np.where(free > 0, collide(now, before), now)
        moved = now - before
        before = now - moved * 0.98
    return now


def _relax(now: Array, free: Array, ends: Slices, length: Array, stiff: float) -> None:
    """Move both ends of every link towards its length, in place."""
    a, b = ends
    gap = now[b] - now[a]
    dist = np.sqrt((gap * gap).sum(-1, keepdims=True)) + 1e-9
    wa, wb = free[a], free[b]
    shift = gap * (stiff * (dist - length) / (dist * np.maximum(wa + wb, 1e-9)))
    now[a] += wa * shift
    now[b] -= wb * shift


def floor(height: float = 0.0, grip: float = 0.9) -> Collide:
    """Keeps points above z = height; a point that touches slides only 1 - `grip` of its way."""

    def push(now: Array, before: Array) -> Array:
        low = now[..., 2:] < height
        now[..., :2] = np.where(low, now[..., :2] + grip * (before - now)[..., :2], now[..., :2])
        now[..., 2:] = np.where(low, height, now[..., 2:])
        return now

    return push


def sheet(rows: int, cols: int, width: float, height: float) -> Array:
    """A flat grid (rows, cols, 3) at z = 0, centred; rows run along y."""
    x, y = np.meshgrid(np.linspace(-0.5, 0.5, cols) * width, np.linspace(-0.5, 0.5, rows) * height)
    return np.stack([x, y, np.zeros_like(x)], -1)


def rumpled(
    rng: np.random.Generator,
    size: tuple[float, float],
    slack: tuple[float, float] = (0.98, 0.985),
    cells: tuple[float, float] = (3, 4),
    rise: float = 1.2,
) -> Array:
    """A cloth (400, 400, 3) of `size` centimetres laid down carelessly on z = 0.

    It is pushed together to `slack` of its size along x and y over `cells` bumps of `rise`.
    """
    import cv2

    rest = sheet(88, 88, *size)
    start = rest * (*slack, 1)
    bumps = rise * smooth(rng, (88, 88), cells)
    start[..., 2] = bumps - bumps.min()
    lain = drape(start, rest, floor(0.0, 0.6), steps=70)
    soft = cv2.GaussianBlur(lain, (0, 0), 1.5, borderType=cv2.BORDER_REPLICATE)
    return resized(np.asarray(soft, dtype=float), 400, 400)
