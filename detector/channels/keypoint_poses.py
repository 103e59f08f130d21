"""Poses of matched keypoints: a Hough transform, and a homography fitted to its largest cluster."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from detector import geometry
from detector.records import Floats, Matrix

Rows = NDArray[np.intp]

SAMPLERS = (cv2.USAC_MAGSAC, cv2.USAC_PROSAC)  # the better of both fits counts


def largest_cluster(source: Floats, target: Floats) -> Rows:
    """The largest set of matches that agree on position, scale and rotation of the view.

    A Hough transform without bins: each match proposes a similarity, and its supporters are the
    matches within a third of the view's extent, a factor of 1.6 and 30 degrees.
    """
    low, high = source[:, :2].min(axis=0), source[:, :2].max(axis=0)
    extent = max(float((high - low).max()), 1.0)
    scale = target[:, 2] / source[:, 2]
    rotation = np.exp(1j * (target[:, 3] - source[:, 3]))
    to_centre = _as_complex((low + high)[None] / 2) - _as_complex(source)
    centre = _as_complex(target) + scale * rotation * to_centre
    distance = np.abs(centre[:, None] - centre) / (extent * scale[:, None])
    log_scale = np.log(scale)
    same_scale = np.abs(log_scale[:, None] - log_scale) < np.log(1.6)
    same_angle = (rotation[:, None] * rotation.conj()).real > np.cos(np.deg2rad(30))
    agree = (distance < 0.33) & same_scale & same_angle
    return np.flatnonzero(agree[agree.sum(axis=1).argmax()])


def _as_complex(frames: Floats) -> NDArray[np.complex128]:
    """(N,) x + iy of frames: rotating and scaling are one product."""
    return frames[:, 0] + 1j * frames[:, 1].astype(np.float64)


def fitted_pose(source: Floats, target: Floats, tolerance: float) -> Matrix | None:
    """Homography (3, 3) of a cluster; a similarity where it has too few distinct points.

    Args:
        source: (N, 4) keypoints of a view, those of the clearest matches first.
        target: (N, 4) keypoints of the photo, likewise.
        tolerance: distance of an inlier in photo pixels.

    Returns:
        The pose, view to photo; None where none fits.

    """
    a, b = source[:, :2].astype(np.float64), target[:, :2].astype(np.float64)
    if len(np.unique(b.round(), axis=0)) >= 6:
        fitted = [pose for pose in _homographies(a, b, tolerance) if _is_plausible(pose, a)]
        if fitted:
            return max(fitted, key=lambda pose: _inliers(pose, a, b, tolerance))
    partial, _ = cv2.estimateAffinePartial2D(
        a, b, method=cv2.RANSAC, ransacReprojThreshold=2 * tolerance, maxIters=200
    )
    return None if partial is None else np.vstack([partial, [0, 0, 1]]).astype(np.float64)


def _homographies(a: Matrix, b: Matrix, tolerance: float) -> Iterator[Matrix]:
    """The homography of points (N, 2) to others by each of `SAMPLERS`.

    OpenCV seeds its samplers itself, so that the order of pairs decides what is drawn. MAGSAC
    (Barath et al. 2020) scores best, but draws from all pairs alike: of few right ones it may draw
    none. PROSAC (Chum & Matas 2005) draws from the first ones first.
    """
    for sampler in SAMPLERS:
        pose, _ = cv2.findHomography(a, b, sampler, tolerance, maxIters=500, confidence=0.99)
        if pose is not None:
            yield np.asarray(pose, np.float64)


def _inliers(pose: Matrix, a: Matrix, b: Matrix, tolerance: float) -> int:
    return int((np.linalg.norm(geometry.project(pose, a) - b, axis=1) < tolerance).sum())


def _is_plausible(pose: Matrix, points: Matrix) -> bool:
    """As `geometry.is_plausible`, wherever the pose lies: the photo is taken as unbounded."""
    unbounded = (10**9, 10**9)
    width, height = points.max(axis=0).tolist()
    size = (max(1, round(width)), max(1, round(height)))
    return geometry.is_plausible(geometry.shift(5e8, 5e8) @ pose, size, unbounded)
