"""The judge of every proposed pose, by where the photo's edges and the mark's edges lie.

The photo is sampled under the view through the pose and its edge orientations are compared with
the view's, blind to contrast sign and colour. The pose is first moved to where they agree best.
Votes of keypoints only propose; this decides.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from detector import geometry
from detector.evidence.gradients import gradients, levels, resize
from detector.records import Features, Floats, Matrix, Measures, Picture, Pixels, View, columns_of
from detector.settings import AlignmentSettings

NAME = "alignment"
BLUR = 1.2  # sigma in samples: how far an edge may lie off and still agree a little
AROUND = 25  # samples over which contrast is evened out
FLOOR = 4.0  # grey levels: contrast below this is noise
STEP = 0.7071
SMALLEST = 24
BORDER = 8
NEAR = 0.5  # cosine of the doubled angle from which an edge counts as found
PRESENT = 0.35  # share of the typical edge strength from which a sample has an edge
COLOUR_SIDE = 40  # longest side at which colours are compared

Field = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class PhotoEdges:
    """Edge fields of a photo, finest first: (scale, (H, W, 2) float32)."""

    levels: tuple[tuple[float, Field], ...]
    pixels: Pixels


def describe(picture: Picture, settings: AlignmentSettings) -> PhotoEdges:
    """The edge fields in which poses are checked."""
    made = levels(picture.pixels, settings.side, SMALLEST, STEP)
    return PhotoEdges(tuple((scale, edge_field(level)) for scale, level in made), picture.pixels)


def describe_view(view: View, settings: AlignmentSettings) -> Features:
    """A view's edge field: one row a sample, in rows from the top left; label 1 on the content."""
    height, width = view.pixels.shape[:2]
    rows = max(12, round((settings.points * height / width) ** 0.5))
    columns = max(12, round(settings.points / rows))
    small = cv2.resize(view.pixels, (columns, rows), interpolation=cv2.INTER_AREA)
    framed = cv2.copyMakeBorder(small, *(BORDER,) * 4, cv2.BORDER_REPLICATE)
    field = edge_field(np.asarray(framed, np.uint8))[BORDER:-BORDER, BORDER:-BORDER]
    y, x = np.mgrid[:rows, :columns].reshape(2, -1).astype(np.float32) + np.float32(0.5)
    frames = np.zeros((len(x), 4), np.float32)
    frames[:, 0], frames[:, 1] = x * width / columns, y * height / rows
    frames[:, 2] = width / columns
    mask = cv2.resize(view.content.astype(np.uint8), (columns, rows), interpolation=cv2.INTER_AREA)
    return Features(frames, field.reshape(-1, 2).astype(np.float16), mask.ravel().astype(np.int16))


def edge_field(pixels: Pixels) -> Field:
    """(H, W, 2): unit vectors of the doubled edge angle, times the root of evened-out contrast."""
    x, y = gradients(pixels)
    power = x * x + y * y
    around = cv2.blur(power, (AROUND, AROUND), borderType=cv2.BORDER_REPLICATE)
    strength = np.sqrt(power) + np.float32(1e-6)
    weight = np.sqrt(strength / (np.sqrt(np.maximum(around, 0)) + FLOOR)) / (strength * strength)
    field = np.stack([(x * x - y * y) * weight, 2 * x * y * weight], axis=2)
    return np.asarray(cv2.GaussianBlur(field, (0, 0), BLUR), np.float32)


def align(
    edges: PhotoEdges, features: Features, pose: Matrix, settings: AlignmentSettings
) -> tuple[Matrix, Measures]:
    """Move a pose (view to photo) to the best agreement; return it with what was measured.

    Coordinate ascent over shifts, scale, turn, stretch and shear in the view's frame.
    """
    template, to_view = _template(features)
    best = pose @ to_view
    for size in settings.rounds:
        moves = best[None] @ _moves(template.shape[:2], size)
        scores = _agreement(template, _sample(edges, moves, template.shape[:2]))
        best = moves[int(scores.argmax())]
    sampled = _sample(edges, best[None], template.shape[:2])[0]
    return best @ np.linalg.inv(to_view), _measure(template, sampled)


def colour_match(pixels: Pixels, view: View, pose: Matrix) -> float:
    """Correlation (-1..1) of the view's colours with the photo's under the outline.

    Means are taken off per channel: lighting does not count, polarity does.
    """
    small = resize(view.pixels, COLOUR_SIDE / max(view.pixels.shape[:2]))
    size = (small.shape[1], small.shape[0])
    zoom = geometry.zoom(view.pixels.shape[1] / size[0], view.pixels.shape[0] / size[1])
    seen = geometry.warp(pixels, pose @ zoom, size)
    a, b = (one.reshape(-1, 3).astype(np.float32) for one in (small, seen))
    a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    return float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum() + 1e-6))


def _template(features: Features) -> tuple[Field, Matrix]:
    """The (rows, columns, 2) field and the matrix from its samples to view pixels."""
    frames = features.frames
    columns = columns_of(frames)
    field = features.descriptors.astype(np.float32).reshape(-1, columns, 2)
    return field, geometry.zoom(2 * float(frames[0, 0]), 2 * float(frames[0, 1]))


def _moves(shape: tuple[int, ...], size: float) -> Matrix:
    """(13, 3, 3): stay, and small steps of `size` samples at the view's rim about its centre."""
    rows, columns = shape
    turn = 2 * size / max(rows, columns)
    made = [np.eye(3)]
    for sign in (-1, 1):
        q, d = sign * turn, sign * size
        for a, b, c, e, tx, ty in (
            (0, 0, 0, 0, d, 0),
            (0, 0, 0, 0, 0, d),
            (q, 0, 0, q, 0, 0),
            (0, -q, q, 0, 0, 0),
            (q, 0, 0, -q, 0, 0),
            (0, q, q, 0, 0, 0),
        ):
            made.append(np.array([[1 + a, b, tx], [c, 1 + e, ty], [0, 0, 1.0]]))
    centre = np.array([[1, 0, columns / 2], [0, 1, rows / 2], [0, 0, 1]])
    return np.asarray(centre @ np.array(made) @ np.linalg.inv(centre), np.float64)


def _sample(edges: PhotoEdges, poses: Matrix, shape: tuple[int, ...]) -> Field:
    """Photo edges under each of (K, 3, 3) poses: (K, rows, columns, 2), turned to the view."""
    rows, columns = shape
    centre = np.array([columns / 2, rows / 2, 1.0])
    across = _jacobians(poses, centre)
    scale = np.sqrt(np.abs(np.linalg.det(across[0])))
    number = int(np.abs([np.log(max(scale, 1e-6) * factor) for factor, _ in edges.levels]).argmin())
    factor, field = edges.levels[number]
    y, x = np.mgrid[:rows, :columns].astype(np.float64) + 0.5
    grid = np.stack([x.ravel(), y.ravel(), np.ones(x.size)])
    flat = poses @ grid
    with np.errstate(divide="ignore", invalid="ignore"):
        place = (flat[:, :2] / flat[:, 2:] * factor - 0.5).astype(np.float32)
    seen = cv2.remap(
        field, place[:, 0], place[:, 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT
    )
    return _turned(np.asarray(seen, np.float32), across).reshape(len(poses), rows, columns, 2)


def _jacobians(poses: Matrix, point: NDArray[np.float64]) -> Matrix:
    """(K, 2, 2) local linear maps of (K, 3, 3) poses at a point."""
    flat = poses @ point
    depth = flat[:, 2, None, None]
    at = flat[:, :2] / flat[:, 2:]
    return np.asarray((poses[:, :2, :2] - at[..., None] * poses[:, 2:, :2]) / depth, np.float64)


def _turned(seen: Field, across: Matrix) -> Field:
    """Doubled angles seen in the photo, brought to the view's frame by the pose's rotation."""
    angle = 2 * np.arctan2(across[:, 1, 0] - across[:, 0, 1], across[:, 0, 0] + across[:, 1, 1])
    cos, sin = (f(angle).astype(np.float32)[:, None] for f in (np.cos, np.sin))
    first, second = seen[..., 0], seen[..., 1]
    return np.stack([first * cos + second * sin, second * cos - first * sin], axis=-1)


def _agreement(template: Field, sampled: Field) -> Floats:
    shared = np.einsum("ijc,kijc->k", template, sampled)
    power = (template * template).sum() * np.einsum("kijc,kijc->k", sampled, sampled)
    return np.asarray(shared / np.sqrt(power + 1e-6), np.float32)


def _measure(template: Field, sampled: Field) -> Measures:
    mark, photo = (np.linalg.norm(one, axis=2) for one in (template, sampled))
    cosine = (template * sampled).sum(axis=2) / (mark * photo + 1e-6)
    has_mark, has_photo = mark > PRESENT * mark.max(), photo > PRESENT * mark.max()
    found = has_mark & has_photo & (cosine > NEAR)
    near = cv2.dilate(found.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    seen = float(photo[has_photo].sum())
    return Measures(
        agreement=float(_agreement(template, sampled[None])[0]),
        coverage=float(mark[found].sum() / (mark[has_mark].sum() + 1e-6)),
        unexplained=float(photo[has_photo & ~near].sum() / seen) if seen > 0 else 1.0,
    )
