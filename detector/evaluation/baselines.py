"""What a textbook would do, so that every figure has something to stand beside.

Each baseline compares a whole photo with the first view of every mark of an index, without derived
views, shortlists or checks of its own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any

import cv2
import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from detector import geometry
from detector.errors import MissingExtra
from detector.evaluation.records import Answer, Box
from detector.index.store import ReferenceIndex
from detector.records import Matrix, Picture, Pixels

PHOTO_SIDE, VIEW_SIDE = 800, 320  # longest sides at which points are found
PIXELS = 5.0  # inlier distance, where the photo has PHOTO_SIDE
FEWEST = 4  # matches for a homography
HASHES: dict[str, Callable[[Image.Image], imagehash.ImageHash]] = {
    "phash": imagehash.phash,
    "dhash": imagehash.dhash,
}

Points = tuple[NDArray[np.float32], NDArray[Any]]
Fit = tuple[int, float]  # OpenCV's method, and the inlier distance in photo pixels


class Baseline(ABC):
    """A method that answers for every mark of an index."""

    name: str

    def __init__(self, index: ReferenceIndex) -> None:
        self.marks = [mark.id for mark in index.marks]
        self.views = [index.view(row).pixels for row in index.view_table.wholes]

    @abstractmethod
    def answers(self, picture: Picture) -> list[Answer]:
        """One answer a mark, in any order."""


class WholeHash(Baseline):
    """Perceptual hashes of the whole photo: the score is minus the number of unlike bits."""

    def __init__(self, index: ReferenceIndex, name: str) -> None:
        super().__init__(index)
        self.name = f"whole-photo {name}"
        self._hash = HASHES[name]
        self._hashes = [self._hash(Image.fromarray(pixels)) for pixels in self.views]

    def answers(self, picture: Picture) -> list[Answer]:
        """See `Baseline`."""
        photo = self._hash(Image.fromarray(picture.pixels))
        pairs = zip(self.marks, self._hashes, strict=True)
        return [Answer(mark, -float(photo - view)) for mark, view in pairs]


class WholePdq(Baseline):
    """PDQ of the whole photo (Facebook 2019), by the package pdqhash. Raises `MissingExtra`."""

    name = "whole-photo pdq"

    def __init__(self, index: ReferenceIndex) -> None:
        super().__init__(index)
        self._bits = np.array([_pdq(pixels) for pixels in self.views])

    def answers(self, picture: Picture) -> list[Answer]:
        """See `Baseline`."""
        unlike = (self._bits != _pdq(picture.pixels)).sum(axis=1)
        return [Answer(mark, -float(n)) for mark, n in zip(self.marks, unlike, strict=True)]


class TextbookOrb(Baseline):
    """ORB with 1,000 points (Rublee et al. 2011), ratio .8, inliers of a RANSAC homography."""

    name = "textbook ORB"

    def __init__(self, index: ReferenceIndex) -> None:
        super().__init__(index)
        self._points = [_orb(pixels, VIEW_SIDE) for pixels in self.views]

    def answers(self, picture: Picture) -> list[Answer]:
        """See `Baseline`."""
        photo = _orb(picture.pixels, PHOTO_SIDE)
        pairs = [_ratio_pairs(view[1], photo[1]) for view in self._points]
        near = PIXELS * max(picture.pixels.shape[:2]) / PHOTO_SIDE
        views = [view[0] for view in self._points]
        return _posed(self, photo[0], views, pairs, (cv2.RANSAC, near))


class OneMatchSift(Baseline):
    """SIFT with the Hellinger kernel, one match a photo point, inliers by USAC_MAGSAC.

    Lowe 2004; Arandjelovic & Zisserman 2012; Barath et al. 2020.
    """

    name = "SIFT, one match a point, USAC_MAGSAC"

    def __init__(self, index: ReferenceIndex) -> None:
        super().__init__(index)
        self._points = [_sift(pixels, VIEW_SIDE) for pixels in self.views]

    def answers(self, picture: Picture) -> list[Answer]:
        """See `Baseline`."""
        photo = _sift(picture.pixels, PHOTO_SIDE)
        pairs = [_single_pairs(view[1], photo[1]) for view in self._points]
        near = PIXELS * max(picture.pixels.shape[:2]) / PHOTO_SIDE
        views = [view[0] for view in self._points]
        return _posed(self, photo[0], views, pairs, (cv2.USAC_MAGSAC, near))


def baselines(index: ReferenceIndex) -> list[Baseline]:
    """Every baseline whose packages are installed."""
    methods: list[Baseline] = [WholeHash(index, name) for name in HASHES]
    if find_spec("pdqhash"):
        methods.append(WholePdq(index))
    return [*methods, TextbookOrb(index), OneMatchSift(index)]


def _posed(
    method: Baseline,
    photo: NDArray[np.float32],
    views: Sequence[NDArray[np.float32]],
    pairs: Sequence[NDArray[np.intp]],
    fit: Fit,
) -> list[Answer]:
    """An answer a mark: the inliers of the homography of its matches, and its outline's box."""
    answers = []
    for mark, pixels, points, matched in zip(method.marks, method.views, views, pairs, strict=True):
        inliers, pose = _inliers(points[matched[:, 0]], photo[matched[:, 1]], fit)
        answers.append(Answer(mark, float(inliers), None if pose is None else _box(pose, pixels)))
    return answers


def _inliers(
    source: NDArray[np.float32], target: NDArray[np.float32], fit: Fit
) -> tuple[int, Matrix | None]:
    if len(source) < FEWEST:
        return 0, None
    pose, inlier = cv2.findHomography(source, target, *fit)
    return (0, None) if pose is None else (int(inlier.sum()), np.asarray(pose, np.float64))


def _box(pose: Matrix, view: Pixels) -> Box | None:
    """The upright box round the view's outline; None where the outline leads nowhere."""
    quad = geometry.quad_of(pose, (view.shape[1], view.shape[0]))
    if not np.isfinite(quad).all():
        return None
    (x0, y0), (x1, y1) = quad.min(axis=0).tolist(), quad.max(axis=0).tolist()
    return x0, y0, x1, y1


def _ratio_pairs(view: NDArray[Any], photo: NDArray[Any]) -> NDArray[np.intp]:
    if len(view) < 1 or len(photo) < 2:
        return np.zeros((0, 2), np.intp)
    found = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(view, photo, k=2)
    pairs = [(a.queryIdx, a.trainIdx) for a, b in found if a.distance < 0.8 * b.distance]
    return np.array(pairs, np.intp).reshape(-1, 2)


def _single_pairs(view: NDArray[Any], photo: NDArray[Any]) -> NDArray[np.intp]:
    if len(view) < 1 or len(photo) < 2:
        return np.zeros((0, 2), np.intp)
    distance = np.sqrt(np.maximum(2 - 2 * view @ photo.T, 0))
    order = np.argpartition(distance, 1, axis=1)[:, :2]
    near, next_ = np.sort(np.take_along_axis(distance, order, axis=1), axis=1).T
    best = distance.argmin(axis=1)
    rows = np.flatnonzero(near < 0.85 * next_)
    rows = rows[np.argsort(near[rows])]
    _, first = np.unique(best[rows], return_index=True)
    return np.stack([rows[first], best[rows[first]]], axis=1)


def _orb(pixels: Pixels, side: int) -> Points:
    return _points(cv2.ORB.create(1000), pixels, side)


def _sift(pixels: Pixels, side: int) -> Points:
    points, raw = _points(cv2.SIFT.create(1500), pixels, side)
    return points, np.sqrt(raw / (raw.sum(axis=1, keepdims=True) + 1e-6))


def _points(extractor: Any, pixels: Pixels, side: int) -> Points:
    """Points in pixels of the picture, and their raw descriptors."""
    scale = side / max(pixels.shape[:2])
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    grey = cv2.cvtColor(cv2.resize(pixels, size), cv2.COLOR_RGB2GRAY)
    found, raw = extractor.detectAndCompute(grey, None)
    places = np.array([point.pt for point in found], np.float32).reshape(-1, 2) / scale
    width = extractor.descriptorSize()
    return places, np.zeros((0, width), np.float32) if raw is None else raw


def _pdq(pixels: Pixels) -> NDArray[np.uint8]:
    try:
        import pdqhash
    except ImportError as error:
        raise MissingExtra("pdqhash", "pdq") from error
    bits, _ = pdqhash.compute(pixels)
    return np.asarray(bits, np.uint8)
