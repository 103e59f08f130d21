"""How keypoint descriptors are stored and compared.

ORB: 256 bits, Hamming distance. SIFT: RootSIFT (Arandjelovic & Zisserman 2012, "Three things
everyone should know to improve object retrieval"), the square root of the L1-normalised descriptor
as uint8, Euclidean distance.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.channels.two_nearest import Metric
from detector.records import Floats

Bytes = NDArray[np.uint8]
Words64 = NDArray[np.uint64]

WIDTHS = {"orb": 32, "sift": 128}
QUANTUM = 512.0  # quantisation steps for 1.0: values above 255 / 512 do not occur in practice


def stored_descriptors(name: str, raw: NDArray[Any]) -> Bytes:
    """(N, width) uint8 to store, from OpenCV's descriptors of `name` "sift" or "orb"."""
    if name == "orb":
        return np.asarray(raw, np.uint8)
    roots = np.sqrt(raw / (raw.sum(axis=1, keepdims=True) + 1e-6))
    return np.asarray(np.clip(np.rint(roots * QUANTUM), 0, 255), np.uint8)


def _words64(bits: Bytes) -> Words64:
    return np.ascontiguousarray(bits).view(np.uint64)


def _hamming(rows: Words64, points: Words64) -> NDArray[np.uint16]:
    distances = np.zeros((len(rows), len(points)), np.uint16)
    for row_word, point_word in zip(rows.T, points.T, strict=True):
        distances += np.bitwise_count(row_word[:, None] ^ point_word)
    return distances


def dequantised(quanta: NDArray[Any]) -> Floats:
    """RootSIFT vectors (N, 128) float32 of stored ones, uint8."""
    return quanta.astype(np.float32) / np.float32(QUANTUM)


def _negative_dot(rows: Floats, points: Floats) -> Floats:
    return rows @ -points.T


def _euclidean(negative_dot: Floats) -> Floats:
    """Distances of unit vectors from their negative dot products."""
    return np.sqrt(np.maximum(2 + 2 * negative_dot, 0))


METRICS = {
    "orb": Metric(_words64, _hamming, lambda bits: bits),
    "sift": Metric(dequantised, _negative_dot, _euclidean),
}
