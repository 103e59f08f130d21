"""Meshes of things in a shop: every function returns a `Mesh` in centimetres, z up.

Texture coordinates run from 0 to 1 with v upwards; a print on the surface reads upright when seen
from outside with u to the right.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """`points` and `normals` (N, 3), `uv` (N, 2), `faces` (M, 3) int."""

    points: Array
    normals: Array
    uv: Array
    faces: NDArray[np.int64]


def unit(vectors: Array) -> Array:
    """Vectors of length one; a zero vector stays zero."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-12))


def grid(points: Array, closed: bool = False) -> Mesh:
    """A surface from points (R, C, 3): u along columns, v along rows; `closed` joins the columns.

    The normal is du x dv. With `closed` the last column must repeat the first one.
    """
    rows, cols = points.shape[:2]
    if closed:
        ring = np.concatenate([points[:, -2:-1], points, points[:, 1:2]], axis=1)
        du = (ring[:, 2:] - ring[:, :-2]) / 2
    else:
        du = np.gradient(points, axis=1)
    normals = unit(np.cross(du, np.gradient(points, axis=0)))
    u, v = np.meshgrid(np.linspace(0, 1, cols), np.linspace(0, 1, rows))
    a = (np.arange(rows - 1)[:, None] * cols + np.arange(cols - 1)).ravel()
    faces = np.concatenate(
        [np.stack([a, a + 1, a + cols + 1], 1), np.stack([a, a + cols + 1, a + cols], 1)]
    )
    return Mesh(
        points.reshape(-1, 3), normals.reshape(-1, 3), np.stack([u, v], -1).reshape(-1, 2), faces
    )


def joined(*meshes: Mesh) -> Mesh:
    """Several meshes as one."""
    starts = np.cumsum([0] + [len(m.points) for m in meshes])
    return Mesh(
        np.concatenate([m.points for m in meshes]),
        np.concatenate([m.normals for m in meshes]),
        np.concatenate([m.uv for m in meshes]),
        np.concatenate([m.faces + s for m, s in zip(meshes, starts, strict=False)]),
    )


def trimmed(mesh: Mesh, mask: Array) -> Mesh:
    """Only the faces whose centre lies where `mask` (H, W), row 0 at v = 1, is above one half."""
    h, w = mask.shape
    middle = mesh.uv[mesh.faces].mean(1)
    rows = np.clip(((1 - middle[:, 1]) * h).astype(int), 0, h - 1)
    cols = np.clip((middle[:, 0] * w).astype(int), 0, w - 1)
    return replace(mesh, faces=mesh.faces[mask[rows, cols] > 0.5])


def rotation(axis: str, degrees: float) -> Array:
    """A turn about x, y or z, counter-clockwise seen from the tip of the axis."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    i, j = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}[axis]
    turn = np.eye(3)
    turn[i, i] = turn[j, j] = c
    turn[i, j], turn[j, i] = -s, s
    return turn


def placed(
    mesh: Mesh, at: tuple[float, float, float] = (0, 0, 0), *turns: tuple[str, float]
) -> Mesh:
    """The mesh turned about the origin, one turn after another, then moved to `at`."""
    turn = np.eye(3)
    for axis, degrees in turns:
        turn = rotation(axis, degrees) @ turn
    return replace(mesh, points=mesh.points @ turn.T + np.array(at), normals=mesh.normals @ turn.T)


def smooth_profile(knots: list[tuple[float, float]], n: int = 160) -> Array:
    """A polyline (n, 2) of radius and height through `knots` with slightly rounded corners."""
    p = np.array(knots, dtype=float)
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(p, axis=0), axis=1))])
    fine = np.linspace(0, length[-1], 24 * n)
    line = np.stack([np.interp(fine, length, p[:, k]) for k in (0, 1)], 1)
    half = 12 * n // max(len(knots), 8) // 2
    window = np.hanning(2 * half + 1)
    padded = np.concatenate([[line[0]] * half, line, [line[-1]] * half])
    soft = np.stack([np.convolve(padded[:, k], window / window.sum(), "valid") for k in (0, 1)], 1)
    return np.asarray(soft[np.linspace(0, len(soft) - 1, n).astype(int)])


def lathe(profile: Array, cols: int = 192, start: float = 0, sweep: float = 360) -> Mesh:
    """A profile (R, 2) of radius and height turned about z; u = .5 faces the camera side (-y).

    `sweep` below 360 gives a part of the turn centred on angle `start` from the camera side.
    """
    u = np.linspace(0, 1, cols)
    angle = np.radians(start - 90 + (u - 0.5) * sweep)
    r, z = profile[:, :1], profile[:, 1:]
    x, y = r * np.cos(angle), r * np.sin(angle)
    return grid(np.stack([x, y, np.broadcast_to(z, x.shape)], -1), closed=sweep >= 360)


def tube(centres: Array, radius: float | Array, ring: int = 20, flat: float = 1.0) -> Mesh:
    """A tube along a curve (N, 3); `flat` stretches it across the plane the curve starts in."""
    along = unit(np.gradient(centres, axis=0))
    side = np.empty_like(along)
    side[0] = unit(np.cross(along[0], [0.02, 1.0, 0.03]))
    # A frame carried along the curve does not flip where the curve turns over.
    for k in range(1, len(along)):
        side[k] = unit(side[k - 1] - (side[k - 1] @ along[k]) * along[k])
    up = np.cross(side, along)
    angle = np.linspace(0, 2 * np.pi, ring)[None, :, None]
    r = np.broadcast_to(np.asarray(radius, dtype=float), (len(centres),))[:, None, None]
    cross = np.cos(angle) * side[:, None] - flat * np.sin(angle) * up[:, None]
    return grid(centres[:, None] + r * cross, closed=True)


def spline(knots: list[tuple[float, float, float]], n: int = 120) -> Array:
    """A smooth curve (n, 3) through knots (Catmull and Rom, 1974)."""
    p = np.array(knots, dtype=float)
    p = np.concatenate([2 * p[:1] - p[1:2], p, 2 * p[-1:] - p[-2:-1]])
    t = np.linspace(0, len(knots) - 1 - 1e-9, n)
    i, f = t.astype(int), (t % 1)[:, None]
    a, b, c, d = p[i], p[i + 1], p[i + 2], p[i + 3]
    cubic = 2 * b + (c - a) * f + (2 * a - 5 * b + 4 * c - d) * f**2
    return np.asarray((cubic + (3 * b - a - 3 * c + d) * f**3) / 2)


def outline(width: float, height: float, corner: float, n: int = 256) -> Array:
    """A rounded rectangle (n, 2), counter-clockwise, centred; the last point repeats the first."""
    theta = np.linspace(0, 2 * np.pi, n)
    # Quarter circles joined by straight sides, spread evenly along the line.
    quarter = np.linspace(0, np.pi / 2, 32)
    hx, hy = width / 2 - corner, height / 2 - corner
    centres = ((hx, hy, 0.0), (-hx, hy, 0.5), (-hx, -hy, 1.0), (hx, -hy, 1.5))
    loop = np.concatenate(
        [
            np.stack(
                [
                    x + corner * np.cos(quarter + t * np.pi),
                    y + corner * np.sin(quarter + t * np.pi),
                ],
                1,
            )
            for x, y, t in centres
        ]
    )
    loop = np.concatenate([loop, loop[:1]])
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(loop, axis=0), axis=1))])
    at = theta / (2 * np.pi) * length[-1]
    return np.stack([np.interp(at, length, loop[:, k]) for k in (0, 1)], 1)


def plate(width: float, height: float, corner: float, thick: float, bevel: float = 0.1) -> Mesh:
    """A slab lying on z = 0 with rounded corners and edges; uv is its top seen from above."""
    rim = outline(width, height, corner)
    turn = np.linspace(0, np.pi / 2, 7)
    insets = [bevel * (1 - np.sin(t)) for t in turn]
    scale = np.array([width / 2, height / 2])
    flat = [(s, thick) for s in (0.0, 0.5, 0.9)]
    rings = [rim * s * (1 - bevel / scale.min()) for s, _ in flat]
    heights = [z for _, z in flat]
    for inset, t in zip(insets, turn, strict=True):
        rings.append(rim * (1 - inset / scale))
        heights.append(thick - bevel + bevel * np.cos(t))
    rings += [rim, rim * (1 - bevel / scale)]
    heights += [bevel, 0.0]
    points = np.stack(
        [
            np.concatenate([r, np.full((len(r), 1), z)], 1)
            for r, z in zip(rings, heights, strict=True)
        ]
    )
    mesh = grid(points[::-1], closed=True)
    uv = mesh.points[:, :2] / (2 * scale) + 0.5
    return replace(mesh, uv=uv)


def box(width: float, depth: float, height: float, edge: float = 0.12) -> dict[str, Mesh]:
    """The six sides of a box that stands on z = 0, with rounded edges; "front" faces -y."""
    half = np.array([width, depth, height]) / 2
    frames = {
        "front": ((1, 0, 0), (0, 0, 1)),
        "back": ((-1, 0, 0), (0, 0, 1)),
        "right": ((0, 1, 0), (0, 0, 1)),
        "left": ((0, -1, 0), (0, 0, 1)),
        "top": ((1, 0, 0), (0, 1, 0)),
        "bottom": ((1, 0, 0), (0, -1, 0)),
    }
    sides = {}
    for name, (right, up) in frames.items():
        r, u = np.array(right, float), np.array(up, float)
        axes = [np.abs(np.array(v)) @ half for v in (right, up)]
        s, t = np.meshgrid(*(_edge_steps(a, edge) for a in axes))
        cube = s[..., None] * r + t[..., None] * u + np.cross(r, u) * half
        core = np.clip(cube, -(half - edge), half - edge)
        normals = unit(cube - core)
        points = core + edge * normals + np.array([0, 0, height / 2])
        mesh = grid(points)
        uv = np.stack([s / axes[0], t / axes[1]], -1).reshape(-1, 2) / 2 + 0.5
        sides[name] = replace(mesh, normals=normals.reshape(-1, 3), uv=uv)
    return sides


def _edge_steps(half: float, edge: float) -> Array:
    """Positions from -half to half, dense within `edge` of both ends."""
    bend = np.linspace(0, edge, 6)
    return np.concatenate(
        [-half + bend, np.linspace(-half + edge, half - edge, 8)[1:-1], half - bend[::-1]]
    )


def ball(radius: float, squash: float = 1.0) -> Mesh:
    """A ball on z = 0, squashed along z."""
    t = np.linspace(-np.pi / 2 + 1e-3, np.pi / 2 - 1e-3, 60)
    return lathe(np.stack([radius * np.cos(t), squash * radius * (1 + np.sin(t))], 1), 96)


def resized(field: Array, rows: int, cols: int) -> Array:
    """An array (R, C) or (R, C, K) resampled to rows and cols with a cubic kernel."""
    import cv2

    return np.asarray(cv2.resize(field, (cols, rows), interpolation=cv2.INTER_CUBIC))
