"""The two nearest photo points of each reference point, by exhaustive search (for a ratio test)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.records import Floats

Descriptors = NDArray[Any]

ROWS_PER_BLOCK = 512  # reference rows compared at once: their distances stay in the cache
MASKED = 1000  # beyond any distance: takes the nearest point out of the second search
MIN_DISTANCE = 1e-3  # a next nearest at distance 0 would make every ratio infinite


@dataclass(frozen=True, slots=True)
class Metric:
    """A distance between descriptors, in three steps.

    `prepare` readies descriptors (N, D); `reduced` gives (R, P) reduced distances, which have the
    order of the distances and cost less; `to_distance` converts reduced distances.
    """

    prepare: Callable[[Descriptors], NDArray[Any]]
    reduced: Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]]
    to_distance: Callable[[Floats], Floats]


def nearest_two(
    rows: Descriptors, points: Descriptors, metric: Metric
) -> tuple[NDArray[np.intp], Floats, Floats]:
    """For each reference row its nearest photo point, their distance, and that of the next point.

    Args:
        rows: (R, D) uint8 of the references.
        points: (P, D) uint8 of the photo, P >= 2.
        metric: how they are compared.

    """
    prepared = metric.prepare(points)
    nearest = np.empty(len(rows), np.intp)
    first, second = np.empty(len(rows), np.float32), np.empty(len(rows), np.float32)
    for start in range(0, len(rows), ROWS_PER_BLOCK):
        block = slice(start, start + ROWS_PER_BLOCK)
        distances = metric.reduced(metric.prepare(rows[block]), prepared)
        lines = np.arange(len(distances))
        nearest[block] = distances.argmin(axis=1)
        first[block] = distances[lines, nearest[block]]
        distances[lines, nearest[block]] = MASKED
        second[block] = distances.min(axis=1)
    second = np.maximum(metric.to_distance(second), np.float32(MIN_DISTANCE))
    return nearest, metric.to_distance(first), second
