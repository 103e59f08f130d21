"""A cheap first look of channel `sift` at all views: votes of near keypoints for one pose.

Each pair of a photo's keypoint and a near keypoint of a view votes for a place, scale and rotation
of that view, in bins of a Hough transform (Lowe 2004). A view's score is its fullest bin. Votes of
a photo's keypoint that is near to much weigh less.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from detector.channels.descriptors import dequantised
from detector.index.search.inverted_file import InvertedFile, Neighbours, Quantiser
from detector.records import Features, Floats, References

QUANTISER = "visual_words.npz"
LISTS = 8  # visual words whose lists are searched for each keypoint of a photo
MAX_DISTANCE = 24  # bits of 64 by which the codes of near keypoints differ, at most
MOST = 40  # near keypoints that vote, for each keypoint of a photo
DECAY = 16.0  # bits of distance over which a vote falls to 1/e
ROTATIONS = 12  # bins of 30 degrees
SCALES = 1.5  # bins for a factor of 2
PLACE = 0.5  # width of a bin as a share of the view's longest side
OFFSETS = (0.0, 0.5)  # of two sets of bins, so that no pose is cut by both
PLACES, LEVELS = 1024, 64  # numbers of bins along x or y, and of scales, in a key
CENTRE = PLACES // 2


class ViewVotes:
    """Scores all views of an index by votes. Immutable; its lifetime is that of a searcher."""

    def __init__(self, references: References, sizes: NDArray[np.int32]) -> None:
        """`sizes` (V, 2) are the widths and heights of all views in pixels."""
        self._view, self._frames = references.view, references.features.frames
        self._sizes = sizes.astype(np.float32)
        # It takes most of a second among 1,000 marks, in which the first photo can be described.
        thread = ThreadPoolExecutor(1)
        self._file = thread.submit(_inverted_file, references)
        thread.shutdown(wait=False)

    def scores(self, photo: Features) -> Floats:
        """The score (V,) of every view for the keypoints of a photo; 0 where nothing voted."""
        near = self._file.result().neighbours(
            dequantised(photo.descriptors), lists=LISTS, distance=MAX_DISTANCE, most=MOST
        )
        views = self._view[near.rows].astype(np.int64)
        places = self._places(photo.frames[near.queries], near.rows, views)
        weights = _weights(near, len(photo))
        best = np.zeros(len(self._sizes), np.float32)
        for offset in OFFSETS:
            keys = _bins(places, self._sizes[views].max(axis=1), offset)
            _add_fullest(best, views, keys, weights)
        return best

    def _places(self, photo: Floats, rows: NDArray[np.intp], views: NDArray[np.int64]) -> Floats:
        """(N, 4): where the pairs put the view's centre: x, y, scale, rotation in radians."""
        own = self._frames[rows]
        scale, angle = photo[:, 2] / own[:, 2], photo[:, 3] - own[:, 3]
        cos, sin = np.cos(angle) * scale, np.sin(angle) * scale
        across, down = (self._sizes[views] / 2 - own[:, :2]).T
        x, y = photo[:, 0] + cos * across - sin * down, photo[:, 1] + sin * across + cos * down
        return np.stack([x, y, scale, angle], axis=1)


def _inverted_file(references: References) -> InvertedFile:
    return InvertedFile(quantiser(), dequantised(references.features.descriptors))


def _weights(near: Neighbours, queries: int) -> Floats:
    """Votes (N,): less for a distant pair, and for one of many of its keypoint."""
    pairs = np.bincount(near.queries, minlength=queries)[near.queries]
    return np.asarray(np.exp(-np.square(near.distances / DECAY)) / np.sqrt(pairs), np.float32)


def _bins(places: Floats, longest: Floats, offset: float) -> NDArray[np.int64]:
    """A number (N,) of the bin of each place; -1 far outside. `longest` (N,) are views' sides."""
    x, y, scale, angle = places.T
    level = np.floor(np.log2(scale) * SCALES + offset)
    turn = np.floor(angle * (ROTATIONS / (2 * np.pi)) + offset) % ROTATIONS
    width = PLACE * longest * 2 ** ((level + 0.5 - offset) / SCALES)
    column, row = (np.floor(axis / width + offset) + CENTRE for axis in (x, y))
    level = np.clip(level + LEVELS // 2, 0, LEVELS - 1)
    number = ((level * ROTATIONS + turn) * PLACES + row) * PLACES + column
    outside = (np.minimum(column, row) < 0) | (np.maximum(column, row) >= PLACES)
    return np.where(outside, -1, number).astype(np.int64)


def _add_fullest(
    best: Floats, views: NDArray[np.int64], bins: NDArray[np.int64], weights: Floats
) -> None:
    """Raise `best` (V,) to the sum of each view's fullest bin."""
    inside = bins >= 0
    count = LEVELS * ROTATIONS * PLACES * PLACES
    keys, bin_of = np.unique(views[inside] * count + bins[inside], return_inverse=True)
    sums = np.bincount(bin_of, weights[inside], len(keys))
    np.maximum.at(best, keys // count, sums.astype(np.float32))


@lru_cache(maxsize=1)
def quantiser() -> Quantiser:
    """The shipped visual words, written by `tools/measure_visual_words.py`."""
    with files("detector.channels").joinpath(QUANTISER).open("rb") as stream:
        table = np.load(stream, allow_pickle=False)
        return Quantiser(dequantised(table["centres"]), table["directions"].astype(np.float32))
