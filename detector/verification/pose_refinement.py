"""Pose refinement and dense verification of every proposed pose.

The edge field of the photo is sampled through the pose and correlated with that of the view,
whatever the contrast sign and the colour. The pose is refined to the maximum of that correlation;
the measures there decide, whichever channel proposed the pose.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from detector import geometry, score_terms
from detector.pictures.gradients import gradient_pyramid
from detector.records import CheckName, Floats, Matrix, Measures, Picture
from detector.settings import AlignmentSettings
from detector.verification.edge_fields import EdgeGrid, Field, edge_field, to_field

NAME: CheckName = "alignment"
NEUTRAL_COSINE = 0.6  # speaks neither for nor against a mark: for a view without a vector
MIN_LEVEL_SIDE = 24  # pixels of the shorter side of the coarsest edge field
MIN_EDGE_COSINE = 0.5  # of doubled angles, from which an edge of the mark counts as found
MIN_EDGE_STRENGTH = 0.35  # share of the mark's strongest edge from which a sample has an edge
NEIGHBOURHOOD = 0.25  # side as a share of the view's: about a letter of a short word
STEP_LENGTHS = np.array([[1.0], [0.5]])  # shares of the Newton step that are tried


@dataclass(frozen=True, slots=True, eq=False)
class PhotoEdges:
    """Edge fields (H, W) of a photo with their scales, finest first, and its image pyramid."""

    levels: tuple[tuple[float, Field], ...]
    pyramid: geometry.Pyramid


def describe(picture: Picture, settings: AlignmentSettings) -> PhotoEdges:
    """The edge fields of a photo, in which poses are refined."""
    levels = gradient_pyramid(picture, settings.side, MIN_LEVEL_SIDE, settings.step)
    fields = tuple((scale, edge_field(x, y)) for scale, x, y in levels)
    return PhotoEdges(fields, geometry.pyramid(picture.pixels))


def refine(
    edges: PhotoEdges, view: EdgeGrid, pose: Matrix, settings: AlignmentSettings
) -> tuple[Matrix, Measures]:
    """The refined pose (3, 3) of a view in a photo, and the dense measures there.

    A coarse-to-fine search over six affine parameters (shift in x and y, scale, rotation, stretch,
    shear): each round tries a step either way in each, and a joint step from a quadratic fit per
    parameter (a Newton step).
    """
    template, to_view = view.field, view.to_view
    shape = (template.shape[0], template.shape[1])
    best = pose @ to_view
    for size in settings.rounds:
        single = best @ _axis_steps(shape, size)
        scores = _correlations(template, *_sample(edges, single, shape))
        joint = best @ _affine(shape, size * STEP_LENGTHS * _newton_step(scores))
        joint_scores = _correlations(template, *_sample(edges, joint, shape))
        poses = np.concatenate([single, joint])
        best = poses[int(np.concatenate([scores, joint_scores]).argmax())]
    sampled, rotation = _sample(edges, best[None], shape)
    return best @ np.linalg.inv(to_view), _measure(template, sampled[0] * rotation[0])


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


def _pairs(field: Field) -> Floats:
    """(H, W, 2) float32 of (H, W) complex64."""
    return np.ascontiguousarray(field)[..., None].view(np.float32)


def _newton_step(scores: Floats) -> Matrix:
    """(6,) vertex of the parabola of each parameter, in steps, from the scores of `_axis_steps`."""
    centre, minus, plus = scores[0], scores[1:7], scores[7:]
    slope, curvature = (plus - minus) / 2, plus + minus - 2 * centre
    peak = np.where(curvature < 0, -slope / np.minimum(curvature, -1e-9), np.sign(slope))
    return np.clip(peak, -1, 1).astype(np.float64)


@lru_cache(maxsize=512)
def _axis_steps(shape: tuple[int, int], size: float) -> Matrix:
    """(13, 3, 3): the identity, then each parameter a step of `size` down, then each up."""
    return _affine(shape, size * np.concatenate([np.zeros((1, 6)), -np.eye(6), np.eye(6)]))


def _affine(shape: tuple[int, int], steps: Matrix) -> Matrix:
    """Affine maps (K, 3, 3) about the view's centre from steps (K, 6).

    Columns of `steps`: shift in x and y, scale, rotation, stretch, shear, all in samples by which
    the view's border moves.
    """
    rows, columns = shape
    shift, linear = steps[:, :2], steps[:, 2:].T * (2 / max(rows, columns))
    scale, rotation, stretch, shear = linear
    centre = np.array([columns / 2, rows / 2])
    maps = np.zeros((len(steps), 3, 3))
    maps[:, 0, 0], maps[:, 1, 1] = 1 + scale + stretch, 1 + scale - stretch
    maps[:, 0, 1], maps[:, 1, 0] = shear - rotation, shear + rotation
    maps[:, :2, 2] = centre + shift - maps[:, :2, :2] @ centre
    maps[:, 2, 2] = 1
    return maps


def _sample(edges: PhotoEdges, poses: Matrix, shape: tuple[int, ...]) -> tuple[Field, Field]:
    """Photo edges (K, rows, columns) sampled through poses (K, 3, 3), and rotations (K,).

    Edges times their rotation are in the view's frame.
    """
    rows, columns = shape
    jacobians = _jacobians(poses, np.array([columns / 2, rows / 2, 1.0]))
    scale = np.sqrt(np.abs(np.linalg.det(jacobians[0])))
    number = int(np.abs([np.log(max(scale, 1e-6) * factor) for factor, _ in edges.levels]).argmin())
    factor, field = edges.levels[number]
    flat = (poses @ _grid(rows, columns)).astype(np.float32)
    with np.errstate(divide="ignore", invalid="ignore"):
        points = flat[:, :2] / flat[:, 2:] * np.float32(factor) - np.float32(0.5)
    sampled = cv2.remap(
        _pairs(field), points[:, 0], points[:, 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT
    )
    sine, cosine = (
        (jacobians[:, 1, 0] - jacobians[:, 0, 1]),
        (jacobians[:, 0, 0] + jacobians[:, 1, 1]),
    )
    rotation = np.exp(-2j * np.arctan2(sine, cosine)).astype(np.complex64)
    return to_field(sampled).reshape(-1, rows, columns), rotation


@lru_cache(maxsize=64)
def _grid(rows: int, columns: int) -> Matrix:
    """(3, N) sample centres, row by row."""
    y, x = np.mgrid[:rows, :columns].astype(np.float64) + 0.5
    return np.stack([x.ravel(), y.ravel(), np.ones(x.size)])


def _jacobians(poses: Matrix, point: NDArray[np.float64]) -> Matrix:
    """Jacobians (K, 2, 2) of poses (K, 3, 3) at a homogeneous point (3,)."""
    flat = poses @ point
    depth = flat[:, 2, None, None]
    mapped = flat[:, :2] / flat[:, 2:]
    return np.asarray((poses[:, :2, :2] - mapped[..., None] * poses[:, 2:, :2]) / depth, np.float64)


def _correlations(template: Field, sampled: Field, rotation: Field) -> Floats:
    """(K,) normalised correlations of a view's edges with those sampled through each pose."""
    flat, mark = sampled.reshape(len(sampled), -1), template.ravel()
    product = (flat @ mark.conj()) * rotation
    power = np.vdot(mark, mark).real * np.square(flat.view(np.float32)).sum(axis=1)
    return np.asarray(product.real / np.sqrt(power + 1e-6), np.float32)


def _measure(template: Field, sampled: Field) -> Measures:
    mark, photo = np.abs(template), np.abs(sampled)
    product = (template.conj() * sampled).real
    least = MIN_EDGE_STRENGTH * mark.max()
    has_mark, has_photo = mark > least, photo > least
    found = has_mark & has_photo & (product > MIN_EDGE_COSINE * mark * photo)
    explained = cv2.dilate(found.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    whole = float(photo[has_photo].sum())
    power = np.square(mark).sum() * np.square(photo).sum()
    return Measures(
        agreement=float(product.sum() / np.sqrt(power + 1e-6)),
        weakest=_weakest(product, np.square(mark), np.square(photo)),
        coverage=float(mark[found].sum() / (mark[has_mark].sum() + 1e-6)),
        unexplained=float(photo[has_photo & ~explained].sum() / whole) if whole > 0 else 1.0,
    )


def _weakest(product: Floats, mark: Floats, photo: Floats) -> float:
    """Lowest local correlation where the mark has at least its mean edge power."""
    side = round(NEIGHBOURHOOD * float(np.sqrt(product.size)))
    local, mark_power, photo_power = (
        cv2.blur(values, (side, side), borderType=cv2.BORDER_CONSTANT)
        for values in (product, mark, photo)
    )
    correlation = np.asarray(local / np.sqrt(mark_power * photo_power + 1e-6))
    return float(correlation[mark_power >= mark_power.mean()].min())


_COLOUR = score_terms.measure("colour", 0)
_COSINE = score_terms.clipped("cosine", NEUTRAL_COSINE, 0, 1)
_AGREEMENT = score_terms.measure("agreement", 0)

ALIGNMENT = score_terms.EvidenceSpec(
    name=NAME,
    terms={
        "upright embedding": _COSINE,
        "upright embedding squared": score_terms.squared(_COSINE),
        "upright shape": score_terms.scaled(score_terms.clipped("likeness", -3, -3, 9), 3),
        "agreement": _AGREEMENT,
        "agreement squared": score_terms.squared(_AGREEMENT),
        "weakest": score_terms.measure("weakest", -1),
        "coverage": score_terms.measure("coverage", 0),
        "unexplained": score_terms.measure("unexplained", 1),
        "colour": lambda measures: max(0.0, _COLOUR(measures)),
        "turned colour": lambda measures: max(0.0, -_COLOUR(measures)),
    },
    wording=score_terms.reason(
        "laid over the photo, {coverage:.0%} of the mark's lines are found there "
        "(agreement {agreement:.2f}) and {unexplained:.0%} of the lines inside "
        "its outline are not the mark's"
    ),
)
