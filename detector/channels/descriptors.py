"""What is kept of a keypoint's descriptor, and how two are compared.

ORB: its 256 bits. SIFT: the roots of its shares (Arandjelovic & Zisserman 2012, "Three things
everyone should know to improve object retrieval"), of unit length, in bytes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.channels.ratio_match import Metric
from detector.records import Floats

Bytes = NDArray[np.uint8]
Words = NDArray[np.uint64]

WIDTHS = {"orb": 32, "sift": 128}
QUANTUM = 512.0  # steps of a root: 255 / 512 is never exceeded in practice


def packed(name: str, raw: NDArray[Any]) -> Bytes:
    """(N, width) uint8 of OpenCV's descriptors of `name` "sift" or "orb"."""
    if name == "orb":
        return np.asarray(raw, np.uint8)
    roots = np.sqrt(raw / (raw.sum(axis=1, keepdims=True) + 1e-6))
    return np.asarray(np.clip(np.rint(roots * QUANTUM), 0, 255), np.uint8)


def _words(bits: Bytes) -> Words:
    return np.ascontiguousarray(bits).view(np.uint64)


def _unlike_bits(rows: Words, points: Words) -> NDArray[np.uint16]:
    unlike = np.zeros((len(rows), len(points)), np.uint16)
    for row, point in zip(rows.T, points.T, strict=True):
        unlike += np.bitwise_count(row[:, None] ^ point)
    return unlike


def _roots(quanta: Bytes) -> Floats:
    return quanta.astype(np.float32) / np.float32(QUANTUM)


def _minus_product(rows: Floats, points: Floats) -> Floats:
    return rows @ -points.T


def _euclidean(minus_product: Floats) -> Floats:
    """Of vectors of unit length."""
    return np.sqrt(np.maximum(2 + 2 * minus_product, 0))


METRICS = {
    "orb": Metric(_words, _unlike_bits, lambda bits: bits),
    "sift": Metric(_roots, _minus_product, _euclidean),
}
