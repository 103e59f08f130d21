"""Local comparison of photo and mark, on which verdicts rest.

Pose refinement decides whether the mark is there; this decides whether it is the same. Photo and
mark are compared at the resolution of the photo by local normalised cross-correlation of edge
fields. Every neighbourhood may shift by itself, so that folds and bends do not count as
differences, while a changed letter does.
"""

from __future__ import annotations

import cv2
import numpy as np

from detector import geometry, score_terms
from detector.pictures.gradients import gradients
from detector.records import CheckName, Floats, Matrix, Measures, Pixels, View
from detector.verification.edge_fields import Field, edge_field

NAME: CheckName = "difference"
MAX_SIDE = 160  # pixels of the longer side at which photo and mark are compared, at most
REFINEMENT_SIDES = (64, 128)  # likewise, for the two corrections of the pose before
MIN_SIDE = 24  # pixels of the shorter side, at least
NEIGHBOURHOOD = 0.25  # side of a neighbourhood as a share of the shorter side: a letter of a word
NEIGHBOURHOOD_SIDES = (9, 19)  # least and most pixels of that side
MAX_SHIFT = 2  # pixels by which a neighbourhood may shift
SHIFTS = np.array(
    [(x, y) for y in range(-MAX_SHIFT, MAX_SHIFT + 1) for x in range(-MAX_SHIFT, MAX_SHIFT + 1)]
)
MIN_POINTS = 4  # that a homography needs
STRIDE = 3  # pixels between the points to which the homography is fitted
EPSILON = 1e-6
CHROMA_NOISE = 10.0  # grey levels of chroma that lighting alone causes


def compare_locally(photo: geometry.Pyramid, view: View, pose: Matrix) -> tuple[Matrix, Measures]:
    """The corrected pose (3, 3) of a view in a photo, and the measures of the local comparison.

    `agreement` is the mean local correlation over the mark's edges, `weakest` its first percentile,
    `chroma` the correlation of hues. All are NaN where the mark has no edges. Where only the photo
    has none, the first two are 0 and the pose stays as it is.
    """
    for longest in REFINEMENT_SIDES:
        pose = pose @ _correction(photo, view, pose, longest)
    mark, rectified = rectified_pair(photo, view, pose)
    correlation, _, energy = local_ncc(mark, rectified)
    if not energy.any():
        return pose, Measures()
    on_edges = correlation[energy >= energy.mean()]
    return pose, Measures(
        agreement=float(np.average(correlation, weights=energy)),
        weakest=float(np.percentile(on_edges, 1)),
        chroma=_chroma_correlation(mark, rectified),
    )


def _correction(photo: geometry.Pyramid, view: View, pose: Matrix, longest: int) -> Matrix:
    """A homography (3, 3) of view pixels, fitted by RANSAC to the neighbourhoods' best shifts."""
    mark, rectified = rectified_pair(photo, view, pose, longest)
    correlation, shift, energy = local_ncc(mark, rectified)
    y, x = STRIDE * np.array(np.nonzero((energy >= energy.mean())[::STRIDE, ::STRIDE]))
    if len(x) < MIN_POINTS or not correlation.any():  # without edges all shifts are equal
        return np.eye(3)
    points = np.stack([x, y], axis=1) + 0.5
    fitted, _ = cv2.findHomography(points, points + shift[y, x], cv2.RANSAC, 1.0, maxIters=200)
    zoom = geometry.zoom(view.pixels.shape[1] / mark.shape[1], view.pixels.shape[0] / mark.shape[0])
    correction = np.eye(3) if fitted is None else zoom @ fitted @ np.linalg.inv(zoom)
    return correction if _is_slight(correction, view, longest) else np.eye(3)


def _is_slight(correction: Matrix, view: View, longest: int) -> bool:
    """Whether no corner of the view moves by more than twice `MAX_SHIFT`."""
    size = view.pixels.shape[1], view.pixels.shape[0]
    moved = geometry.quad_of(correction, size) - geometry.quad_of(np.eye(3), size)
    return bool(np.abs(moved).max() <= 2 * MAX_SHIFT * max(size) / longest)


def rectified_pair(
    photo: geometry.Pyramid, view: View, pose: Matrix, longest: int = MAX_SIDE
) -> tuple[Pixels, Pixels]:
    """The view and the rectified photo, both (h, w, 3), at the resolution of the photo."""
    height, width = view.pixels.shape[:2]
    quad = geometry.quad_of(pose, (width, height))
    photo_scale = float(np.sqrt(abs(geometry.area(quad)) / (width * height)))
    scale = min(1.0, photo_scale, longest / max(width, height))
    size = max(MIN_SIDE, round(width * scale)), max(MIN_SIDE, round(height * scale))
    mark = np.asarray(cv2.resize(view.pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    to_photo = pose @ geometry.zoom(width / size[0], height / size[1])
    return mark, geometry.warp(photo, to_photo, size)


def local_ncc(mark: Pixels, photo: Pixels) -> tuple[Floats, Floats, Floats]:
    """Local normalised cross-correlation of edge fields, maximised over shifts of 2 px.

    Args:
        mark: (h, w, 3) pixels.
        photo: (h, w, 3) pixels, rectified.

    Returns:
        The correlation (h, w), -1..1, of the neighbourhood of every pixel; its best shift
        (h, w, 2), x and y in pixels; the mean edge energy (h, w) of the mark there.

    """
    mark_edges, photo_edges = (edge_field(*gradients(pixels)) for pixels in (mark, photo))
    height, width = mark_edges.shape
    side = (
        int(np.clip(round(NEIGHBOURHOOD * min(height, width)), *NEIGHBOURHOOD_SIDES)) // 2 * 2 + 1
    )
    a, b = _components(mark_edges), _components(np.pad(photo_edges, MAX_SHIFT))
    energy = _local_mean((a**2).sum(axis=0), side)
    scale = 1 / np.sqrt(_local_mean((b**2).sum(axis=0), side) + EPSILON)
    best, shift = np.full((height, width), -np.inf, np.float32), np.zeros((height, width), np.int8)
    for number, (x, y) in enumerate(SHIFTS + MAX_SHIFT):
        window = np.s_[..., y : y + height, x : x + width]
        product = a[0] * b[window][0] + a[1] * b[window][1]
        correlation = _local_mean(product, side) * scale[window]
        np.copyto(shift, number, where=correlation > best)
        np.maximum(best, correlation, out=best)
    return best / np.sqrt(energy + EPSILON), SHIFTS[shift], energy


def _components(field: Field) -> Floats:
    """(2, H, W) real and imaginary part of a field (H, W)."""
    return np.ascontiguousarray([field.real, field.imag])


def _local_mean(values: Floats, side: int) -> Floats:
    return np.asarray(cv2.blur(values, (side, side), borderType=cv2.BORDER_REFLECT), np.float32)


def _chroma_correlation(mark: Pixels, photo: Pixels) -> float:
    """Correlation of chroma, -1..1: 1 for two grey pictures, near 0 where one of them is grey."""
    a, b = (_chroma(cv2.GaussianBlur(pixels, (0, 0), 1.5)) for pixels in (mark, photo))
    noise = a.size * CHROMA_NOISE**2 / 2
    product, power_a, power_b = (float((p * q).sum()) + noise for p, q in ((a, b), (a, a), (b, b)))
    return product / float(np.sqrt(power_a * power_b))


def _chroma(pixels: object) -> Floats:
    """Red-green and blue-yellow (2, H, W), each with mean 0."""
    red, green, blue = np.moveaxis(np.asarray(pixels, np.float32), 2, 0)
    chroma = np.stack([red - green, blue - (red + green) / 2])
    return np.asarray(chroma - chroma.mean(axis=(1, 2), keepdims=True), np.float32)


DIFFERENCE = score_terms.EvidenceSpec(
    name=NAME,
    wording=score_terms.reason(
        "compared closely, its parts agree by {agreement:.2f} on average and by "
        "{weakest:.2f} where it differs most"
    ),
)
