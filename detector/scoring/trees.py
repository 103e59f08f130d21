"""Gradient-boosted regression trees as plain arrays, applied by numpy.

Source: J. Friedman, "Greedy function approximation: a gradient boosting machine", 2001.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

LEAF = -1  # as the feature of a node


@dataclass(frozen=True, slots=True, eq=False)
class Trees:
    """T trees of at most N nodes each; node 0 is the root.

    Attributes:
        feature: (T, N) int16, the column that a node splits on, or `LEAF`.
        threshold: (T, N) float32; values up to it go left.
        missing_left: (T, N) bool, whether NaN goes left.
        left, right: (T, N) int16, the nodes below.
        value: (T, N) float32, the sum of a tree if it ended here: log-odds in the leaves.
        start: the sum of no tree.

    """

    feature: NDArray[np.int16]
    threshold: NDArray[np.float32]
    missing_left: NDArray[np.bool_]
    left: NDArray[np.int16]
    right: NDArray[np.int16]
    value: NDArray[np.float32]
    start: float

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """Trees from lists, as `to_lists` gives them."""
        return cls(
            np.array(data["feature"], np.int16),
            np.array(data["threshold"], np.float32),
            np.array(data["missing_left"], np.bool_),
            np.array(data["left"], np.int16),
            np.array(data["right"], np.int16),
            np.array(data["value"], np.float32),
            float(data["start"]),
        )

    def to_lists(self) -> dict[str, Any]:
        """The arrays as lists, for JSON."""
        return {
            "feature": self.feature.tolist(),
            "threshold": self.threshold.tolist(),
            "missing_left": self.missing_left.tolist(),
            "left": self.left.tolist(),
            "right": self.right.tolist(),
            "value": self.value.tolist(),
            "start": self.start,
        }

    def sums(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """The sums (K,) of all trees for rows (K, F), in which NaN is a missing value."""
        node = self._leaves(rows)[-1]
        trees = np.arange(len(self.feature))
        sums = self.value[trees, node].sum(axis=1, dtype=np.float64)
        return np.asarray(self.start + sums, np.float64)

    @property
    def root_sum(self) -> float:
        """The sum of all trees if each ended at its root."""
        return self.start + float(self.value[:, 0].sum(dtype=np.float64))

    def contributions(self, row: NDArray[np.float32]) -> NDArray[np.float64]:
        """How much each of F columns adds to `root_sum` for one row (F,).

        Along each path the change of a node's value belongs to the column that it was split on.
        Source: A. Saabas, "Interpreting random forests", 2014.
        """
        given = np.zeros(len(row))
        trees = np.arange(len(self.feature))
        path = [nodes[0] for nodes in self._leaves(row[None])]
        for node, following in pairwise(path):
            change = self.value[trees, following] - self.value[trees, node]
            split = self.feature[trees, node]
            np.add.at(given, split[split != LEAF], change[split != LEAF])
        return given

    def _leaves(self, rows: NDArray[np.float32]) -> Sequence[NDArray[np.intp]]:
        """The nodes (K, T) of rows at each depth, from the root to the leaves."""
        trees = np.arange(len(self.feature))
        node = np.zeros((len(rows), len(trees)), np.intp)
        path = [node]
        while True:
            feature = self.feature[trees, node]
            inner = feature != LEAF
            if not inner.any():
                return path
            value = np.take_along_axis(rows, np.maximum(feature, 0).astype(np.intp), axis=1)
            below = value <= self.threshold[trees, node]
            goes_left = np.where(np.isnan(value), self.missing_left[trees, node], below)
            child = np.where(goes_left, self.left[trees, node], self.right[trees, node])
            node = np.where(inner, child, node).astype(np.intp)
            path.append(node)
