"""The background of the channel `embedding`: vectors of windows of photos without marks.

What many windows have in common tells nothing: it gets little weight where a view is compared, and
windows that show nothing else are not compared.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from detector.channels.embedding_model import DIMENSIONS, SHAPES
from detector.records import Features, Floats

BACKGROUND = "embedding_background.npz"
RIDGE = 1.0  # white noise added to the background covariance, as a share of its variance
MIN_WINDOWS = 500  # of a shape, up to which all are compared


def linear_detectors(references: Features) -> tuple[Floats, Floats]:
    """Weights (N, DIMENSIONS) and offsets (N,) that score vectors in background sigmas.

    Whitened by the windows of photos without marks, so that what many windows have in common
    gets little weight (Hariharan, Malik & Ramanan 2012).
    """
    weights = np.zeros((len(references), DIMENSIONS), np.float32)
    offsets = np.zeros(len(references), np.float32)
    for number, (mean, covariance) in enumerate(_background()):
        rows = references.labels == number
        regular = covariance + _ridge(covariance)
        raw = np.linalg.solve(regular, (references.descriptors[rows] - mean).T).T
        deviation = np.sqrt(np.einsum("ij,jk,ik->i", raw, covariance, raw))
        weights[rows] = raw / deviation[:, None]
        offsets[rows] = raw @ mean / deviation
    return weights, offsets


def distinct_windows(photo: Features, share: float) -> NDArray[np.intp]:
    """The rows of the windows of a photo that are least like the background, in rising order.

    They are a `share` of each shape's, but at least `MIN_WINDOWS`.
    """
    return _farthest(photo, lambda windows: max(round(share * windows), MIN_WINDOWS))


def least_like_background(windows: Features, most: int) -> Features:
    """Of each shape the `most` windows that are least like the background."""
    rows = _farthest(windows, lambda _: most)
    return Features(windows.frames[rows], windows.descriptors[rows], windows.labels[rows])


def _farthest(photo: Features, most_of: Callable[[int], int]) -> NDArray[np.intp]:
    """The rows of the windows farthest from the background: of a shape's N windows `most_of(N)`.

    The measure is the length of the whitened vector, which bounds the score that any view reaches
    there.
    """
    kept = []
    for number, (mean, whitening) in enumerate(_whitening()):
        rows = np.flatnonzero(photo.labels == number)
        most = most_of(len(rows))
        if most < len(rows):
            whitened = (photo.descriptors[rows].astype(np.float32) - mean) @ whitening
            lengths = np.einsum("ij,ij->i", whitened, whitened)
            rows = rows[np.argpartition(-lengths, most)[:most]]
        kept.append(rows)
    return np.sort(np.concatenate(kept))


@lru_cache(maxsize=1)
def _background() -> list[tuple[Floats, Floats]]:
    """Mean and covariance of each shape's vectors, written by `tools/measure_background.py`."""
    with files("detector.channels").joinpath(BACKGROUND).open("rb") as stream:
        table = np.load(stream)
        names = [shape.name for shape in SHAPES]
        return [(table[f"{name}_mean"], table[f"{name}_covariance"]) for name in names]


@lru_cache(maxsize=1)
def _whitening() -> list[tuple[Floats, Floats]]:
    """Mean of each shape's vectors, and the factor (DIMENSIONS, DIMENSIONS) that whitens them."""
    factors = []
    for mean, covariance in _background():
        variances, axes = np.linalg.eigh(covariance + _ridge(covariance))
        factors.append((mean.astype(np.float32), (axes / np.sqrt(variances)).astype(np.float32)))
    return factors


def _ridge(covariance: Floats) -> Floats:
    return np.asarray(RIDGE * np.trace(covariance) / DIMENSIONS * np.eye(DIMENSIONS))
