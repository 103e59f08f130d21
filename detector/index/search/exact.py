"""Exact nearest-descriptor search with numpy alone, block by block.

The nearest of a block are taken out one after the other by `argmin`, which is many times faster
than a partition for the few neighbours a channel asks for, and gives ties to the lowest row.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detector.index.search.nearest import Nearest

QUERIES, REFERENCES = 64, 8192  # rows of one block of distances, small enough for the cache


class ExactBits:
    """Search in packed bits `descriptors` (M, D) uint8; a distance is the share of unlike bits."""

    def __init__(self, descriptors: NDArray[np.uint8]) -> None:
        self._width = descriptors.shape[1]
        self._references = self._prepared(descriptors)

    def nearest(self, queries: NDArray[np.uint8], k: int) -> Nearest:
        """See `NearestSearch.nearest`."""
        if queries.ndim != 2 or queries.shape[1] != self._width:
            raise ValueError(f"queries of shape {queries.shape}, expected (Q, {self._width})")
        if k < 1:
            raise ValueError(f"k is {k}, expected at least 1")
        rows = np.full((len(queries), k), -1, np.int32)
        distances = np.full((len(queries), k), np.inf, np.float32)
        for start in range(0, len(queries), QUERIES):
            here = slice(start, start + QUERIES)
            self._search(self._prepared(queries[here]), rows[here], distances[here])
        return rows, distances

    def _search(
        self, queries: NDArray[np.uint64], rows: NDArray[np.int32], distances: NDArray[np.float32]
    ) -> None:
        """Fill `rows` and `distances` (Q, k), which say "nothing found" so far."""
        k = rows.shape[1]
        for start in range(0, len(self._references), REFERENCES):
            block = self._distances(queries, self._references[start : start + REFERENCES])
            new_rows, new_distances = _smallest(block, k)
            both = np.concatenate([distances, new_distances], axis=1)
            # Earlier blocks come first and have lower rows: a stable sort keeps ties in order.
            order = np.argsort(both, axis=1, kind="stable")[:, :k]
            both_rows = np.concatenate([rows, new_rows + np.int32(start)], axis=1)
            rows[:] = np.take_along_axis(both_rows, order, axis=1)
            distances[:] = np.take_along_axis(both, order, axis=1)

    def _prepared(self, descriptors: NDArray[np.uint8]) -> NDArray[np.uint64]:
        """The same bits as whole 64-bit words, filled up with zeros."""
        words = np.zeros((len(descriptors), -(-self._width // 8) * 8), np.uint8)
        words[:, : self._width] = descriptors
        return words.view(np.uint64)

    def _distances(
        self, queries: NDArray[np.uint64], references: NDArray[np.uint64]
    ) -> NDArray[np.float32]:
        unlike = np.zeros((len(queries), len(references)), np.uint32)
        for query, reference in zip(queries.T, references.T, strict=True):
            unlike += np.bitwise_count(query[:, None] ^ reference[None, :])
        return unlike.astype(np.float32) / np.float32(max(8 * self._width, 1))


def _smallest(distances: NDArray[np.float32], k: int) -> Nearest:
    """Columns and values of the `k` smallest of each row of `distances`, which is used up."""
    queries, references = distances.shape
    rows = np.empty((queries, min(k, references)), np.int32)
    values = np.empty(rows.shape, np.float32)
    lines = np.arange(queries)
    for column in range(rows.shape[1]):
        nearest = distances.argmin(axis=1)
        rows[:, column], values[:, column] = nearest, distances[lines, nearest]
        distances[lines, nearest] = np.inf
    return rows, values
