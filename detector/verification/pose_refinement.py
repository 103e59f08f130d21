"""The judge of every proposed pose, by where the photo's edges and the mark's edges lie.

The photo is sampled under the view through the pose and its edge orientations are compared with
the view's, blind to contrast sign and colour. The pose is first moved to where they agree best.
Votes of keypoints only propose; this decides.
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
UNSEEN = 0.6  # cosine that speaks neither for nor against, where a view has no vector
SMALLEST = 24
NEAR = 0.5  # cosine of the doubled angle from which an edge counts as found
NEIGHBOURHOOD = 0.25  # its side, as a share of the view's: about a letter of a short word
PRESENT = 0.35  # share of the typical edge strength from which a sample has an edge
JOINTS = np.array([[1.0], [0.5]])  # shares of the Newton step that are tried


@dataclass(frozen=True, slots=True, eq=False)
class PhotoEdges:
    """Edge fields of a photo, finest first: (scale, (H, W) complex64); `stack` is its halvings."""

    levels: tuple[tuple[float, Field], ...]
    stack: geometry.Stack


def describe(picture: Picture, settings: AlignmentSettings) -> PhotoEdges:
    """The edge fields in which poses are checked."""
    made = gradient_pyramid(picture, settings.side, SMALLEST, settings.step)
    fields = tuple((scale, edge_field(x, y)) for scale, x, y in made)
    return PhotoEdges(fields, geometry.halvings(picture.pixels))


def align(
    edges: PhotoEdges, features: EdgeGrid, pose: Matrix, settings: AlignmentSettings
) -> tuple[Matrix, Measures]:
    """Move a pose (view to photo) to the best agreement; return it with what was measured.

    Each round tries a step either way in shifts, scale, turn, stretch and shear in the view's
    frame, and all of them at once by the parabola through each three values (a Newton step).
    """
    template, to_view = features.field, features.to_view
    shape = (template.shape[0], template.shape[1])
    best = pose @ to_view
    for size in settings.rounds:
        singles = best @ _singles(shape, size)
        scores = _agreement(template, *_sample(edges, singles, shape))
        joint = best @ _moves(shape, size * JOINTS * _newton(scores))
        joined = _agreement(template, *_sample(edges, joint, shape))
        every = np.concatenate([singles, joint])
        best = every[int(np.concatenate([scores, joined]).argmax())]
    seen, turn = _sample(edges, best[None], shape)
    return best @ np.linalg.inv(to_view), _measure(template, seen[0] * turn[0])


def colour_match(edges: PhotoEdges, features: EdgeGrid, pose: Matrix) -> float:
    """Correlation (-1..1) of a view's colours with the photo's under the outline.

    Means are taken off per channel: lighting does not count, polarity does.
    """
    rows, columns = features.field.shape
    seen = geometry.warp(edges.stack, pose @ features.to_view, (columns, rows))
    a = features.colours.reshape(-1, 3).astype(np.float32)
    b = seen.reshape(-1, 3).astype(np.float32)
    a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    return float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum() + 1e-6))


def _pairs(field: Field) -> Floats:
    """(H, W, 2) float32 of (H, W) complex64."""
    return np.ascontiguousarray(field)[..., None].view(np.float32)


def _newton(scores: Floats) -> Matrix:
    """(6,) where each parameter is best by itself, in steps, from the scores of `_singles`."""
    here, back, forth = scores[0], scores[1:7], scores[7:]
    slope, bend = (forth - back) / 2, forth + back - 2 * here
    peak = np.where(bend < 0, -slope / np.minimum(bend, -1e-9), np.sign(slope))
    return np.clip(peak, -1, 1).astype(np.float64)


@lru_cache(maxsize=512)
def _singles(shape: tuple[int, int], size: float) -> Matrix:
    """(13, 3, 3): stay, then each parameter a step of `size` back, then each forth."""
    return _moves(shape, size * np.concatenate([np.zeros((1, 6)), -np.eye(6), np.eye(6)]))


def _moves(shape: tuple[int, int], steps: Matrix) -> Matrix:
    """(K, 3, 3) from (K, 6) steps in samples at the view's rim about its centre.

    A step's columns: shift in x and y, scale, turn, stretch, shear.
    """
    rows, columns = shape
    shift, (scale, turn, stretch, shear) = steps[:, :2], steps[:, 2:].T * (2 / max(rows, columns))
    centre = np.array([columns / 2, rows / 2])
    made = np.zeros((len(steps), 3, 3))
    made[:, 0, 0], made[:, 1, 1] = 1 + scale + stretch, 1 + scale - stretch
    made[:, 0, 1], made[:, 1, 0] = shear - turn, shear + turn
    made[:, :2, 2] = centre + shift - made[:, :2, :2] @ centre
    made[:, 2, 2] = 1
    return made


def _sample(edges: PhotoEdges, poses: Matrix, shape: tuple[int, ...]) -> tuple[Field, Field]:
    """Photo edges under each of (K, 3, 3) poses: (K, rows, columns), and the turns (K,).

    Edges times their turn are in the view's frame.
    """
    rows, columns = shape
    across = _jacobians(poses, np.array([columns / 2, rows / 2, 1.0]))
    scale = np.sqrt(np.abs(np.linalg.det(across[0])))
    number = int(np.abs([np.log(max(scale, 1e-6) * factor) for factor, _ in edges.levels]).argmin())
    factor, field = edges.levels[number]
    flat = (poses @ _grid(rows, columns)).astype(np.float32)
    with np.errstate(divide="ignore", invalid="ignore"):
        place = flat[:, :2] / flat[:, 2:] * np.float32(factor) - np.float32(0.5)
    seen = cv2.remap(
        _pairs(field), place[:, 0], place[:, 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT
    )
    angle = np.arctan2(across[:, 1, 0] - across[:, 0, 1], across[:, 0, 0] + across[:, 1, 1])
    return to_field(seen).reshape(-1, rows, columns), np.exp(-2j * angle).astype(np.complex64)


@lru_cache(maxsize=64)
def _grid(rows: int, columns: int) -> Matrix:
    """(3, N) sample centres, row by row."""
    y, x = np.mgrid[:rows, :columns].astype(np.float64) + 0.5
    return np.stack([x.ravel(), y.ravel(), np.ones(x.size)])


def _jacobians(poses: Matrix, point: NDArray[np.float64]) -> Matrix:
    """(K, 2, 2) local linear maps of (K, 3, 3) poses at a point."""
    flat = poses @ point
    depth = flat[:, 2, None, None]
    at = flat[:, :2] / flat[:, 2:]
    return np.asarray((poses[:, :2, :2] - at[..., None] * poses[:, 2:, :2]) / depth, np.float64)


def _agreement(template: Field, seen: Field, turn: Field) -> Floats:
    """(K,) cosines between a view's edges and what was seen under each pose."""
    flat, mark = seen.reshape(len(seen), -1), template.ravel()
    shared = (flat @ mark.conj()) * turn
    power = np.vdot(mark, mark).real * np.square(flat.view(np.float32)).sum(axis=1)
    return np.asarray(shared.real / np.sqrt(power + 1e-6), np.float32)


def _measure(template: Field, seen: Field) -> Measures:
    mark, photo = np.abs(template), np.abs(seen)
    shared = (template.conj() * seen).real
    has_mark, has_photo = mark > PRESENT * mark.max(), photo > PRESENT * mark.max()
    found = has_mark & has_photo & (shared > NEAR * mark * photo)
    near = cv2.dilate(found.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    whole = float(photo[has_photo].sum())
    power = np.square(mark).sum() * np.square(photo).sum()
    return Measures(
        agreement=float(shared.sum() / np.sqrt(power + 1e-6)),
        weakest=_weakest(shared, np.square(mark), np.square(photo)),
        coverage=float(mark[found].sum() / (mark[has_mark].sum() + 1e-6)),
        unexplained=float(photo[has_photo & ~near].sum() / whole) if whole > 0 else 1.0,
    )


def _weakest(shared: Floats, mark: Floats, photo: Floats) -> float:
    """Lowest agreement of a neighbourhood in which the mark has as much as it has on average."""
    side = round(NEIGHBOURHOOD * float(np.sqrt(shared.size)))
    local, here, there = (
        cv2.blur(one, (side, side), borderType=cv2.BORDER_CONSTANT) for one in (shared, mark, photo)
    )
    agreement = np.asarray(local / np.sqrt(here * there + 1e-6))
    return float(agreement[here >= here.mean()].min())


_COLOUR = score_terms.measure("colour", 0)
_COSINE = score_terms.clipped("cosine", UNSEEN, 0, 1)
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
