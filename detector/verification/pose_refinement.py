"""Pose refinement and dense verification of proposed poses.

The edge field of the photo is sampled through each pose and correlated with that of the view,
whatever the contrast sign and the colour. Poses are refined to the maximum of that correlation; the
measures there decide, whichever channel proposed the pose. All poses of a photo are refined at
once, so that hundreds of them cost few calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from detector import geometry
from detector.pictures.gradients import gradient_pyramid
from detector.records import CheckName, Floats, Matrix, Picture
from detector.settings import AlignmentSettings
from detector.verification.edge_fields import EdgeGrid, Field, edge_field, to_field

NAME: CheckName = "alignment"
MIN_LEVEL_SIDE = 24  # pixels of the shorter side of the coarsest edge field
STEP_LENGTHS = (1.0, 0.5)  # shares of the Newton step that are tried
AXIS_STEPS = np.concatenate([np.zeros((1, 6)), -np.eye(6), np.eye(6)])
BATCH = 16  # poses sampled together: their samples stay in the cache


@dataclass(frozen=True, slots=True, eq=False)
class PhotoEdges:
    """Edge fields (H, W) of a photo with their scales, finest first, and its image pyramid."""

    levels: tuple[tuple[float, Field], ...]
    pyramid: geometry.Pyramid


@dataclass(frozen=True, slots=True, eq=False)
class ViewStack:
    """The edge fields of K views, each as a row of N samples; shorter rows are padded.

    Attributes:
        marks: (K, N) complex64, complex conjugates of the edges, 0 in the padding.
        points: (K, 3, N) float32, sample centres in homogeneous coordinates.
        inside: (K, N) float32, 1 for a sample and 0 for padding.
        shapes: (K, 2) float64, columns and rows.
        to_view: (K, 3, 3) float64, from samples to view pixels.

    """

    marks: Field
    points: Floats
    inside: Floats
    shapes: Matrix
    to_view: Matrix

    @classmethod
    def of(cls, views: Sequence[EdgeGrid], thinning: int = 1) -> Self:
        """Stack views, of each every `thinning`-th row and column."""
        fields = [view.field[::thinning, ::thinning] for view in views]
        most = max((field.size for field in fields), default=0)
        marks = np.zeros((len(views), most), np.complex64)
        points = np.ones((len(views), 3, most), np.float32)
        inside = np.zeros((len(views), most), np.float32)
        for row, (view, field) in enumerate(zip(views, fields, strict=True)):
            marks[row, : field.size] = field.conj().ravel()
            points[row, :, : field.size] = _centres(view.field.shape, thinning)
            inside[row, : field.size] = 1
        shapes = np.array([view.field.shape[::-1] for view in views], np.float64).reshape(-1, 2)
        to_view = np.array([view.to_view for view in views]).reshape(-1, 3, 3)
        return cls(marks, points, inside, shapes, to_view)

    def __len__(self) -> int:
        return len(self.marks)

    def batches(self) -> list[tuple[slice, Self]]:
        """The stack in parts of at most `BATCH` views, with their rows."""
        rows = [slice(start, start + BATCH) for start in range(0, len(self), BATCH)]
        return [(row, self._part(row)) for row in rows]

    def _part(self, rows: slice) -> Self:
        return type(self)(
            self.marks[rows],
            self.points[rows],
            self.inside[rows],
            self.shapes[rows],
            self.to_view[rows],
        )


def describe(picture: Picture, settings: AlignmentSettings) -> PhotoEdges:
    """The edge fields of a photo, in which poses are refined."""
    levels = gradient_pyramid(picture, settings.side, MIN_LEVEL_SIDE, settings.step)
    fields = tuple((scale, edge_field(x, y)) for scale, x, y in levels)
    return PhotoEdges(fields, geometry.pyramid(picture.pixels))


def refine(
    edges: PhotoEdges, stack: ViewStack, poses: Matrix, rounds: Sequence[float]
) -> tuple[Matrix, Floats]:
    """The refined poses (K, 3, 3) of K views in a photo, and the edge correlations (K,) there.

    A coarse-to-fine search over six affine parameters (shift in x and y, scale, rotation, stretch,
    shear): each of the `rounds`, given by their step size in samples, tries a step either way in
    each, and a joint step from a quadratic fit per parameter (a Newton step).
    """
    refined, agreement = np.empty((len(stack), 3, 3)), np.empty(len(stack), np.float32)
    for rows, part in stack.batches():
        refined[rows], agreement[rows] = _refine_batch(edges, part, poses[rows], rounds)
    return refined, agreement


def sampled_edges(edges: PhotoEdges, view: EdgeGrid, pose: Matrix, rim: int = 0) -> Field:
    """The photo's edges (rows + 2 rim, columns + 2 rim) under a view, in the view's frame.

    `rim` is a number of samples around the view.
    """
    rows, columns = view.field.shape
    wide = _centres((rows + 2 * rim, columns + 2 * rim), 1)
    wide[:2] -= rim
    centre = np.array([[columns, rows]], np.float64)
    sampled, rotation = _sample(edges, (pose @ view.to_view)[None, None], wide[None], centre)
    turned = sampled[0, 0] * rotation[0, 0]
    return np.asarray(turned.reshape(rows + 2 * rim, columns + 2 * rim), np.complex64)


def colour_correlation(edges: PhotoEdges, view: EdgeGrid, pose: Matrix) -> float:
    """Correlation (-1..1) of a view's colours with those of the photo rectified by `pose`.

    The mean of each colour channel is subtracted: brightness does not count, polarity does.
    """
    rows, columns = view.field.shape
    rectified = geometry.warp(edges.pyramid, pose @ view.to_view, (columns, rows))
    a = view.colours.reshape(-1, 3).astype(np.float32)
    b = rectified.reshape(-1, 3).astype(np.float32)
    a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    return float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum() + 1e-6))


def _refine_batch(
    edges: PhotoEdges, stack: ViewStack, poses: Matrix, rounds: Sequence[float]
) -> tuple[Matrix, Floats]:
    best = poses @ stack.to_view
    scores = _correlations(edges, stack, best[:, None])
    for size in rounds:
        single = best[:, None] @ _affine(stack.shapes, size * AXIS_STEPS[None])
        scores = _correlations(edges, stack, single)
        steps = size * np.multiply.outer(STEP_LENGTHS, _newton_step(scores)).transpose(1, 0, 2)
        joint = best[:, None] @ _affine(stack.shapes, steps)
        scores = np.concatenate([scores, _correlations(edges, stack, joint)], axis=1)
        tried = np.concatenate([single, joint], axis=1)
        best = tried[np.arange(len(best)), scores.argmax(axis=1)]
    return best @ np.linalg.inv(stack.to_view), scores.max(axis=1)


def _newton_step(scores: Floats) -> Matrix:
    """(K, 6) vertex of the parabola of each parameter, in steps, from scores of AXIS_STEPS."""
    centre, minus, plus = scores[:, :1], scores[:, 1:7], scores[:, 7:]
    slope, curvature = (plus - minus) / 2, plus + minus - 2 * centre
    peak = np.where(curvature < 0, -slope / np.minimum(curvature, -1e-9), np.sign(slope))
    return np.clip(peak, -1, 1).astype(np.float64)


def _affine(shapes: Matrix, steps: Matrix) -> Matrix:
    """Affine maps (K, S, 3, 3) about the centres of views with `shapes` (K, 2) columns and rows.

    `steps` (K or 1, S, 6): shift in x and y, scale, rotation, stretch, shear, all in samples by
    which the view's border moves.
    """
    longest = shapes.max(axis=1)[:, None]
    scale, rotation, stretch, shear = (steps[..., n] * (2 / longest) for n in range(2, 6))
    maps = np.zeros((*scale.shape, 3, 3))
    maps[..., 0, 0], maps[..., 1, 1] = 1 + scale + stretch, 1 + scale - stretch
    maps[..., 0, 1], maps[..., 1, 0] = shear - rotation, shear + rotation
    centre = np.broadcast_to(shapes[:, None] / 2, (*scale.shape, 2))[..., None]
    maps[..., :2, 2] = steps[..., :2] + (centre - maps[..., :2, :2] @ centre)[..., 0]
    maps[..., 2, 2] = 1
    return maps


def _correlations(edges: PhotoEdges, stack: ViewStack, poses: Matrix) -> Floats:
    """(K, S) normalised correlations of views with the photo's edges under poses (K, S, 3, 3)."""
    sampled, rotation = _sample(edges, poses, stack.points, stack.shapes)
    sampled = sampled * stack.inside[:, None]
    product = (sampled @ stack.marks[..., None])[..., 0] * rotation
    pairs, marks = sampled.view(np.float32), stack.marks.view(np.float32)
    power = np.einsum("ksn,ksn->ks", pairs, pairs) * np.einsum("kn,kn->k", marks, marks)[:, None]
    return np.asarray(product.real / np.sqrt(power + 1e-6), np.float32)


def _sample(
    edges: PhotoEdges, poses: Matrix, points: Floats, shapes: Matrix
) -> tuple[Field, Field]:
    """Photo edges (K, S, N) at points (K, 3, N) mapped by poses (K, S, 3, 3); rotations (K, S).

    Edges times their rotation are in the view's frame. The pyramid level of a view is the one whose
    scale is nearest to that of its first pose.
    """
    count, steps, samples = *poses.shape[:2], points.shape[2]
    jacobians = _jacobians(poses, shapes / 2)
    scale = np.sqrt(np.abs(np.linalg.det(jacobians[:, 0])))
    factors = np.array([factor for factor, _ in edges.levels])
    level = np.abs(np.log(np.maximum(scale, 1e-6)[:, None] * factors)).argmin(axis=1)
    flat = poses.astype(np.float32).reshape(count, 3 * steps, 3) @ points
    flat = flat.reshape(count, steps, 3, samples)
    sampled = np.empty((count, steps, samples), np.complex64)
    with np.errstate(divide="ignore", invalid="ignore"):
        x, y = (flat[:, :, axis] / flat[:, :, 2] for axis in (0, 1))
    for number in np.unique(level).tolist():
        rows = np.flatnonzero(level == number)
        factor, field = edges.levels[number]
        across, down = (
            np.asarray(axis[rows] * np.float32(factor) - np.float32(0.5), np.float32)
            for axis in (x, y)
        )
        taken = cv2.remap(
            _pairs(field),
            across.reshape(-1, samples),
            down.reshape(-1, samples),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
        )
        sampled[rows] = to_field(taken).reshape(-1, steps, samples)
    sine = jacobians[..., 1, 0] - jacobians[..., 0, 1]
    cosine = jacobians[..., 0, 0] + jacobians[..., 1, 1]
    return sampled, np.exp(-2j * np.arctan2(sine, cosine)).astype(np.complex64)


def _pairs(field: Field) -> Floats:
    """(H, W, 2) float32 of (H, W) complex64."""
    return np.ascontiguousarray(field)[..., None].view(np.float32)


def _centres(shape: tuple[int, ...], thinning: int) -> Floats:
    """(3, N) homogeneous sample centres of a grid, row by row, of every `thinning`-th one."""
    y, x = np.mgrid[: shape[0] : thinning, : shape[1] : thinning].astype(np.float32)
    return np.stack(
        [x.ravel() + np.float32(0.5), y.ravel() + np.float32(0.5), np.ones(x.size)]
    ).astype(np.float32)


def _jacobians(poses: Matrix, centres: NDArray[np.float64]) -> Matrix:
    """Jacobians (K, S, 2, 2) of poses (K, S, 3, 3) at points (K, 2)."""
    points = np.concatenate([centres, np.ones((len(centres), 1))], axis=1)
    flat = (poses @ points[:, None, :, None])[..., 0]
    mapped = flat[..., :2] / flat[..., 2:]
    turned = poses[..., :2, :2] - mapped[..., None] * poses[..., 2:, :2]
    return np.asarray(turned / flat[..., 2, None, None], np.float64)
