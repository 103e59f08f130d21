"""Homographies, quads, boxes, image pyramids and warps.

Points are x, y in pixels, with pixel centres at half-integers; boxes are x0 y0 x1 y1. A pose is a
homography (3, 3) from view pixels to photo pixels.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.records import Floats, Matrix, Pixels

Size = tuple[int, int]
"""Width and height in pixels."""

Pyramid = tuple[Pixels, ...]
"""A picture at its own size, at a half, a quarter ..., largest first."""

Edges = list[list[float]]
"""The four sides of an outline, x and y from each corner to the next."""

NEXT_CORNER = np.array([1, 2, 3, 0])
MIN_LEVEL_SIDE = 8  # pixels of the shorter side of the smallest pyramid level

MIN_SIDE = 8.0  # photo pixels of the longest side of an outline: a smaller mark is not recognisable
MAX_STRETCH = 4.0  # aspect change by an oblique angle: a mark squeezed more is not recognisable
MAX_KEYSTONE = 3.0  # opposite sides of the outline differ by at most this factor
MIN_INSIDE = 0.35  # share of the outline's area that lies inside the photo


def project(homography: Matrix, points: NDArray[np.floating]) -> Floats:
    """Points (N, 2) mapped by a homography (3, 3); those at infinity become inf."""
    flat = np.asarray(points, np.float64) @ homography[:, :2].T + homography[:, 2]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(flat[:, :2] / flat[:, 2:], np.float32)


def quad_of(homography: Matrix, size: Size) -> Floats:
    """Corners (4, 2) in the photo of a view of (width, height), clockwise from its top left."""
    width, height = size
    return project(homography, np.array([[0, 0], [width, 0], [width, height], [0, height]]))


def box_of(quad: Floats, size: Size) -> tuple[float, float, float, float]:
    """The upright box round a quad, clipped to a photo of `size` (width, height)."""
    low = np.clip(quad.min(axis=0), 0, size)
    high = np.clip(quad.max(axis=0), 0, size)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def box_iou(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    """Intersection over union of two boxes, 0..1."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)


def box_share(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    """Shared area of two boxes as a share of the smaller one, 0..1."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    smaller = min((a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1]))
    return width * height / max(smaller, 1e-9)


def contains(quad: Floats, points: Floats) -> NDArray[np.bool_]:
    """Which points (N, 2) lie in a convex quad (4, 2) that runs clockwise on screen: (N,)."""
    edge = quad[NEXT_CORNER] - quad
    offset = points[:, None] - quad
    return np.asarray((edge[:, 0] * offset[..., 1] - edge[:, 1] * offset[..., 0] > 0).all(axis=1))


def quad_iou(a: Floats, b: Floats) -> float:
    """Intersection over union of two convex quads (4, 2), 0..1."""
    shared = _shared_area(a, b)
    return shared / max(abs(area(a)) + abs(area(b)) - shared, 1e-9)


def quad_share(a: Floats, b: Floats) -> float:
    """Intersection of two convex quads (4, 2) as a share of the smaller one, 0..1."""
    return _shared_area(a, b) / max(min(abs(area(a)), abs(area(b))), 1e-9)


def quad_inside(a: Floats, b: Floats) -> float:
    """Share of the area of a convex quad (4, 2) that lies in another, 0..1."""
    return _shared_area(a, b) / max(abs(area(a)), 1e-9)


def _shared_area(a: Floats, b: Floats) -> float:
    shared, _ = cv2.intersectConvexConvex(a.astype(np.float32), b.astype(np.float32))
    return float(shared)


def area(quad: Floats) -> float:
    """Signed area of a quad; positive when its corners run clockwise on screen."""
    x, y = quad[:, 0].astype(np.float64), quad[:, 1].astype(np.float64)
    return float(0.5 * (x @ y[NEXT_CORNER] - y @ x[NEXT_CORNER]))


def is_plausible(homography: Matrix, view: Size, photo: Size) -> bool:
    """Whether a flat view can appear in a photo under this pose.

    Its outline must be finite, convex, not flipped, not tiny, neither squeezed nor keystoned beyond
    recognition, and largely inside the photo. `view` and `photo` are (width, height).
    """
    if not np.isfinite(homography).all():
        return False
    across, down, depth = homography[2].tolist()
    width, height = across * view[0], down * view[1]
    if min(depth, depth + width, depth + height, depth + width + height) <= 0:
        return False
    quad = quad_of(homography, view)
    edges: Edges = (quad[NEXT_CORNER] - quad).tolist()
    return _is_convex(edges) and _is_recognisable(edges, view) and inside(quad, photo) >= MIN_INSIDE


def inside(quad: Floats, photo: Size) -> float:
    """Share of a convex quad's area that lies inside a photo of size (width, height)."""
    width, height = photo
    low, high = quad.min(axis=0), quad.max(axis=0)
    if low.min() >= 0 and high[0] <= width and high[1] <= height:
        return 1.0
    frame = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    return _shared_area(quad, frame) / max(abs(area(quad)), 1e-9)


def _is_convex(edges: Edges) -> bool:
    following = (*edges[1:], edges[0])
    return all(x * v - y * u > 0 for (x, y), (u, v) in zip(edges, following, strict=True))


def _is_recognisable(edges: Edges, view: Size) -> bool:
    side = [math.hypot(x, y) for x, y in edges]
    if min(side) < MIN_SIDE / 2 or max(side) < MIN_SIDE:
        return False
    across, down = (side[0] + side[2]) / view[0], (side[1] + side[3]) / view[1]
    keystone = max(side[0] / side[2], side[2] / side[0], side[1] / side[3], side[3] / side[1])
    return max(across / down, down / across) <= MAX_STRETCH and keystone <= MAX_KEYSTONE


def similarity(source: Floats, target: Floats) -> Matrix:
    """Similarities (N, 3, 3) that map frames (N, 4) of x, y, size, angle to other frames (N, 4)."""
    scale = (target[:, 2] / source[:, 2]).astype(np.float64)
    angle = (target[:, 3] - source[:, 3]).astype(np.float64)
    pose = np.zeros((len(source), 3, 3))
    pose[:, 0, 0] = pose[:, 1, 1] = scale * np.cos(angle)
    pose[:, 1, 0] = scale * np.sin(angle)
    pose[:, 0, 1] = -pose[:, 1, 0]
    pose[:, :2, 2] = target[:, :2] - np.einsum("nij,nj->ni", pose[:, :2, :2], source[:, :2])
    pose[:, 2, 2] = 1
    return pose


def fit_box(view: Size, box: Floats) -> Matrix:
    """The upright pose (3, 3) that maps a view of (width, height) to a box x0 y0 x1 y1."""
    across, down = (box[2] - box[0]) / view[0], (box[3] - box[1]) / view[1]
    return np.array([[across, 0, box[0]], [0, down, box[1]], [0, 0, 1]], np.float64)


def zoom(across: float, down: float) -> Matrix:
    """Scaling (3, 3) by `across` in x and `down` in y about the origin."""
    return np.diag([across, down, 1.0]).astype(np.float64)


def shift(x: float, y: float) -> Matrix:
    """Translation (3, 3) by x and y pixels."""
    return np.array([[1.0, 0, x], [0, 1, y], [0, 0, 1]])


def rotation(angle: float) -> Matrix:
    """Rotation (3, 3) about the origin by an angle in radians, from x towards y."""
    cos, sin = np.cos(angle), np.sin(angle)
    return np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])


def flip(width: float) -> Matrix:
    """Reflection (3, 3) of a picture of `width` pixels, left to right."""
    return np.array([[-1, 0, width], [0, 1, 0], [0, 0, 1]], np.float64)


def pyramid(pixels: Pixels) -> Pyramid:
    """Image pyramid of a picture (H, W, 3): every level halves the one before by averaging."""
    levels = [pixels]
    while min(levels[-1].shape[:2]) >= 2 * MIN_LEVEL_SIDE:
        height, width = levels[-1].shape[0] // 2, levels[-1].shape[1] // 2
        even = levels[-1][: 2 * height, : 2 * width]
        half = cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA)
        levels.append(np.asarray(half, np.uint8))
    return tuple(levels)


def warp(photo: Pyramid, homography: Matrix, size: Size) -> Pixels:
    """The photo rectified into a view's frame: (height, width, 3), grey outside the photo.

    The pyramid level nearest in scale is sampled bilinearly, so that downsampling averages.
    `homography` maps view pixels to photo pixels; `size` is the view's (width, height).
    """
    quad = quad_of(homography, size)
    shrink = np.sqrt(max(abs(area(quad)), 1e-9) / (size[0] * size[1]))
    level = int(np.clip(round(np.log2(shrink)), 0, len(photo) - 1))
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]], np.float64)
    to_level = np.linalg.inv(half) @ zoom(0.5**level, 0.5**level) @ homography @ half
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    warped = cv2.warpPerspective(
        photo[level], to_level, size, flags=flags,
        borderMode=cv2.BORDER_CONSTANT, borderValue=(127,) * 3,
    )  # fmt: skip
    return np.asarray(warped, np.uint8)
