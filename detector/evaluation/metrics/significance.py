"""Significance: whether one method is better than another on the same photos, or has luck.

Exact two-sided test of Q. McNemar, "Note on the sampling error of the difference between correlated
proportions or percentages" (1947): only the photos on which the methods disagree count, and by
chance each wins half of them. The difference of any figure is resampled on the same brands and
photos for both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detector.evaluation.metrics.intervals import RESAMPLES, interval_from, resampled
from detector.evaluation.metrics.tables import Flags, Places
from detector.evaluation.metrics.weighted import Statistic
from detector.records import Matrix


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Cases that only the first or only the second method has right, and McNemar's exact p.

    p is 1 when the methods never disagree, NaN when there are no cases.
    """

    cases: int
    only_first: int
    only_second: int
    p: float


@dataclass(frozen=True, slots=True)
class Difference:
    """First less second, the 95 % interval, and the two-sided p of no difference.

    `p` is twice the smaller share of resamples on either side of 0, at least 1 / resamples.
    """

    value: float
    low: float
    high: float
    p: float


def mcnemar(first: Flags, second: Flags) -> Disagreement:
    """Compare two methods, right or wrong on the same N cases, both (N,) bool.

    Raises ValueError when the lengths differ.
    """
    from scipy.special import bdtr

    if len(first) != len(second):
        raise ValueError(f"{len(first)} cases cannot be paired with {len(second)}")
    only_first = int((first & ~second).sum())
    only_second = int((second & ~first).sum())
    differ = only_first + only_second
    fewer = bdtr(min(only_first, only_second), differ, 0.5)  # by chance as few, or fewer
    p = min(1.0, 2 * float(fewer))
    return Disagreement(len(first), only_first, only_second, p if len(first) else float("nan"))


def paired_difference(
    first: Statistic,
    second: Statistic,
    groups: Places,
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Difference:
    """The difference of two statistics of the same photos, numbered by (P,) `groups`."""

    def difference(weights: Matrix) -> float:
        return first(weights) - second(weights)

    value = difference(np.ones(len(groups)))
    drawn = resampled(difference, groups, resamples=resamples, seed=seed)
    interval = interval_from(value, drawn)
    return Difference(value, interval.low, interval.high, _p(drawn[~np.isnan(drawn)]))


def _p(drawn: Matrix) -> float:
    """Two-sided p of no difference from (R,) resampled differences."""
    if not len(drawn):
        return float("nan")
    sides = float((drawn <= 0).mean()), float((drawn >= 0).mean())
    return min(1.0, max(2 * min(sides), 1 / len(drawn)))
