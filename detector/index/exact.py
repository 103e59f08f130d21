"""Exact nearest-descriptor search with numpy alone, block by block.

A candidate is one 64-bit key: the bits of its distance above its row number. Distances are never
negative, so keys ascend as (distance, row) does, ties go to the lowest row, and a block of
candidates is merged with what was found before by one partition.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.index.search import Nearest

QUERIES, REFERENCES = 256, 8192  # rows of one block of distances

Keys = NDArray[np.uint64]
ROW_BITS = np.uint64(32)
ROW_MASK = np.uint64(0xFFFFFFFF)
NOTHING = (np.uint64(np.float32(np.inf).view(np.uint32)) << ROW_BITS) | ROW_MASK


class _Exact:
    """Search by all distances; a kind of descriptor says how it is prepared and compared."""

    def __init__(self, descriptors: NDArray[Any]) -> None:
        self._width = descriptors.shape[1]
        self._references = self._prepared(descriptors)

    def nearest(self, queries: NDArray[Any], k: int) -> Nearest:
        """See `NearestSearch.nearest`."""
        if queries.ndim != 2 or queries.shape[1] != self._width:
            raise ValueError(f"queries of shape {queries.shape}, expected (Q, {self._width})")
        if k < 1:
            raise ValueError(f"k is {k}, expected at least 1")
        keys = np.full((len(queries), k), NOTHING)
        for start in range(0, len(queries), QUERIES):
            block = self._prepared(queries[start : start + QUERIES])
            keys[start : start + QUERIES] = self._best(block, keys[start : start + QUERIES])
        return _unpacked(keys)

    def _best(self, queries: NDArray[Any], best: Keys) -> Keys:
        k = best.shape[1]
        for start in range(0, len(self._references), REFERENCES):
            distances = self._distances(queries, self._references[start : start + REFERENCES])
            best = _smallest(np.concatenate([best, _keys(distances, start)], axis=1), k)
        return np.sort(best, axis=1)

    @abstractmethod
    def _prepared(self, descriptors: NDArray[Any]) -> NDArray[Any]: ...

    @abstractmethod
    def _distances(
        self, queries: NDArray[Any], references: NDArray[Any]
    ) -> NDArray[np.float32]: ...


class ExactBits(_Exact):
    """Search in packed bits `descriptors` (M, D) uint8; a distance is the share of unlike bits."""

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


class ExactUnit(_Exact):
    """Search in `descriptors` (M, D) float16 of unit length; a distance is 1 - cosine, 0..2.

    Products are summed in float64, where sums of float16 products are exact: a distance does not
    depend on block size, thread count or machine, and equal descriptors tie.
    """

    def _prepared(self, descriptors: NDArray[np.float16]) -> NDArray[np.float16]:
        return descriptors

    def _distances(
        self, queries: NDArray[np.float16], references: NDArray[np.float16]
    ) -> NDArray[np.float32]:
        cosines = queries.astype(np.float64) @ references.astype(np.float64).T
        return np.clip(1 - cosines, 0, 2).astype(np.float32)


def _keys(distances: NDArray[np.float32], first: int) -> Keys:
    """Pack distances (Q, M) of rows first, first + 1, ... into keys."""
    rows = np.arange(first, first + distances.shape[1], dtype=np.uint64)
    # Adding zero turns -0.0, whose bits are those of the largest key, into 0.0.
    bits = (distances + np.float32(0)).view(np.uint32).astype(np.uint64)
    return (bits << ROW_BITS) | rows


def _smallest(keys: Keys, k: int) -> Keys:
    return np.partition(keys, k - 1, axis=1)[:, :k] if keys.shape[1] > k else keys


def _unpacked(keys: Keys) -> Nearest:
    rows = (keys & ROW_MASK).astype(np.uint32).view(np.int32)
    return rows, (keys >> ROW_BITS).astype(np.uint32).view(np.float32)
