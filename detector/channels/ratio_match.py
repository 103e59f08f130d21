"""The two photo points nearest to each reference point: exact, by all distances."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.records import Floats

Descriptors = NDArray[Any]

BLOCK = 512  # reference rows compared at once: their distances stay in the cache
FAR = 1000  # beyond any distance
LEAST = 1e-3  # a next nearest at distance 0 would make every ratio infinite


@dataclass(frozen=True, slots=True)
class Metric:
    """How descriptors are compared.

    `prepare` readies descriptors (N, D), `apart` gives (R, P) numbers that grow with the
    distance, `finish` makes distances of such numbers.
    """

    prepare: Callable[[Descriptors], NDArray[Any]]
    apart: Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]]
    finish: Callable[[Floats], Floats]


def nearest_two(
    rows: Descriptors, points: Descriptors, metric: Metric
) -> tuple[NDArray[np.intp], Floats, Floats]:
    """For each reference row: its nearest photo point, their distance, and the next point's.

    Args:
        rows: (R, D) uint8 of the references.
        points: (P, D) uint8 of the photo, P >= 2.
        metric: how they are compared.

    """
    there = metric.prepare(points)
    best = np.empty(len(rows), np.intp)
    near, next_ = np.empty(len(rows), np.float32), np.empty(len(rows), np.float32)
    for start in range(0, len(rows), BLOCK):
        here = slice(start, start + BLOCK)
        apart = metric.apart(metric.prepare(rows[here]), there)
        lines = np.arange(len(apart))
        best[here] = apart.argmin(axis=1)
        near[here] = apart[lines, best[here]]
        apart[lines, best[here]] = FAR
        next_[here] = apart.min(axis=1)
    return best, metric.finish(near), np.maximum(metric.finish(next_), np.float32(LEAST))
