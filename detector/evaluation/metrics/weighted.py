"""Figures of weighted photos: what lets an interval be had without judging every photo anew.

A photo drawn three times by the bootstrap is a photo of weight 3. With every weight 1 a statistic
is the figure itself.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from detector.evaluation.metrics.tables import Flags, Places
from detector.records import Matrix

Statistic = Callable[[Matrix], float]
"""A figure as a function of the weights (P,) float64 >= 0 of the photos."""


def mean(values: Matrix | Flags, weights: Matrix) -> float:
    """Compute the mean of (N,) values by (N,) weights, without NaN; NaN if none is left."""
    known = ~np.isnan(values) & (weights > 0)
    if not known.any():
        return float("nan")
    return float(values[known] @ weights[known] / weights[known].sum())


def mean_statistic(values: Matrix | Flags, photos: Places) -> Statistic:
    """Return the mean of (N,) values of the photos numbered (N,) `photos`."""
    return lambda weights: mean(values, weights[photos])


def levels_of(scores: Matrix) -> Places:
    """Return (N,) the level of each score: 0 for the highest, equal scores share a level."""
    return np.asarray(np.unique(-scores, return_inverse=True)[1])


def ratio(part: Matrix, whole: Matrix) -> Matrix:
    """Divide `part` by `whole`, both (N,); 0 where `whole` is 0."""
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)
