"""What a textbook would do, measured in the same run: the methods this project must beat.

All compare every photo with every reference picture as it is given, without derived views.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from detector.marks.registry import load_marks
from detector.pictures.reader import read_picture
from detector.records import Pixels

Scores = NDArray[np.float64]
Points = tuple[NDArray[np.float32], NDArray[Any] | None]

RATIO = 0.8
PIXELS = 5.0
PHOTO_SIDE, REFERENCE_SIDE = 800, 320


def orb_textbook(task: tuple[Path, Path]) -> Scores:
    """ORB with 1,000 points, ratio .8, inliers of a RANSAC homography."""
    return _points_scores(task, "orb", _ratio_matches, cv2.RANSAC)


def sift_one_match(task: tuple[Path, Path]) -> Scores:
    """RootSIFT, one match a photo point, inliers of a USAC_MAGSAC homography."""
    return _points_scores(task, "sift", _single_matches, cv2.USAC_MAGSAC)


def whole_phash(task: tuple[Path, Path]) -> Scores:
    """Minus the Hamming distance of whole-photo perceptual hashes."""
    path, references = task
    mine = imagehash.phash(Image.fromarray(_pixels(path)))
    return np.array([-float(mine - other) for other in _hashes(references)])


BASELINES: dict[str, Callable[[tuple[Path, Path]], Scores]] = {
    "textbook ORB-1000, ratio .8, homography": orb_textbook,
    "whole-photo phash": whole_phash,
    "SIFT, one match a point, USAC_MAGSAC": sift_one_match,
}


def _points_scores(
    task: tuple[Path, Path],
    feature: str,
    match: Callable[[NDArray[Any], NDArray[Any]], NDArray[np.intp]],
    method: int,
) -> Scores:
    path, references = task
    photo = _points(_pixels(path), feature, PHOTO_SIDE)
    return np.array([
        _inliers(reference, photo, match, method) for reference in _described(references, feature)
    ])  # fmt: skip


def _inliers(
    reference: Points,
    photo: Points,
    match: Callable[[NDArray[Any], NDArray[Any]], NDArray[np.intp]],
    method: int,
) -> float:
    if reference[1] is None or photo[1] is None or len(photo[0]) < 4:
        return 0.0
    pairs = match(reference[1], photo[1])
    if len(pairs) < 4:
        return 0.0
    cv2.setRNGSeed(1)
    source, target = reference[0][pairs[:, 0]], photo[0][pairs[:, 1]]
    pose, inlier = cv2.findHomography(source, target, method, PIXELS)
    return 0.0 if pose is None else float(inlier.sum())


def _ratio_matches(reference: NDArray[Any], photo: NDArray[Any]) -> NDArray[np.intp]:
    found = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(reference, photo, k=2)
    kept = [p[0] for p in found if len(p) == 2 and p[0].distance < RATIO * p[1].distance]
    return np.array([(m.queryIdx, m.trainIdx) for m in kept], np.intp).reshape(-1, 2)


def _single_matches(reference: NDArray[Any], photo: NDArray[Any]) -> NDArray[np.intp]:
    distance = np.sqrt(np.maximum(2 - 2 * reference @ photo.T, 0))
    order = np.argsort(distance, axis=1)[:, :2]
    near, next_ = np.take_along_axis(distance, order, axis=1).T
    rows = np.flatnonzero(near < 0.85 * next_)
    rows = rows[np.argsort(near[rows])]
    _, first = np.unique(order[rows, 0], return_index=True)
    return np.stack([rows[first], order[rows[first], 0]], axis=1)


def _points(pixels: Pixels, feature: str, side: int) -> Points:
    scale = side / max(pixels.shape[:2])
    size = (round(pixels.shape[1] * scale), round(pixels.shape[0] * scale))
    grey = cv2.cvtColor(cv2.resize(pixels, size), cv2.COLOR_RGB2GRAY)
    extractor = cv2.ORB.create(1000) if feature == "orb" else cv2.SIFT.create(1500)
    points, raw = extractor.detectAndCompute(grey, None)
    if raw is not None and feature == "sift":
        raw = np.sqrt(raw / (raw.sum(axis=1, keepdims=True) + 1e-6))
    return np.array([point.pt for point in points], np.float32).reshape(-1, 2), raw


def _pixels(path: Path) -> Pixels:
    return read_picture(path).pictures[0].pixels


@cache
def _described(references: Path, feature: str) -> list[Points]:
    cv2.setNumThreads(1)
    return [_points(pixels, feature, REFERENCE_SIDE) for pixels in _reference_pixels(references)]


@cache
def _hashes(references: Path) -> list[imagehash.ImageHash]:
    return [imagehash.phash(Image.fromarray(pixels)) for pixels in _reference_pixels(references)]


def _reference_pixels(references: Path) -> list[Pixels]:
    """The first picture of every mark, in the order of ids."""
    sources = sorted(load_marks([references]), key=lambda source: source.mark.id)
    return [_pixels(source.pictures[0]) for source in sources]
