"""Intervals of 95 %: the bootstrap over brands and photos, and Wilson's for a share.

Photos of one brand are alike, so photos alone would give intervals too narrow: brands are drawn
first, then photos within each drawn brand, and negatives by photo (A. Davison, D. Hinkley,
"Bootstrap Methods and their Application", 1997, section 3.8; percentiles as in B. Efron,
R. Tibshirani, "An Introduction to the Bootstrap", 1993, ch. 13). Where all of a few photos are
right, every resample is right too, and the bootstrap says nothing: so the interval of a share is
never narrower than Wilson's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from detector.evaluation.metrics.tables import Flags, Places
from detector.evaluation.metrics.weighted import Statistic
from detector.evaluation.records import Outcome
from detector.records import Matrix

RESAMPLES = 1000
SHARE = 0.95
Z = 1.96  # standard deviations of a normal distribution on either side that hold SHARE


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and the ends of its 95 % interval; NaN where it is undefined."""

    value: float
    low: float
    high: float


def groups_of(outcomes: Sequence[Outcome]) -> Places:
    """Return (P,) the number of the brand each photo is resampled with, -1 for negatives.

    A photo with several marks is drawn with the first of them.
    """
    numbers: dict[str, int] = {}
    shown = [outcome.photo.truths for outcome in outcomes]
    groups = [numbers.setdefault(t[0].mark, len(numbers)) if t else -1 for t in shown]
    return np.array(groups, np.intp)


def interval_of(
    statistic: Statistic,
    groups: Places,
    *,
    trials: int,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Interval:
    """Compute the 95 % interval of a share of `trials`, by the bootstrap over (P,) `groups`.

    Resamples without a figure are left out. A biased statistic may lie outside the percentiles of
    its resamples: the interval is then widened to hold it, and to hold Wilson's.
    """
    value = statistic(np.ones(len(groups)))
    if np.isnan(value) or not trials:
        return Interval(value, float("nan"), float("nan"))
    drawn = resampled(statistic, groups, resamples=resamples, seed=seed)
    known = np.append(drawn[~np.isnan(drawn)], value)
    low, high = np.quantile(known, [(1 - SHARE) / 2, (1 + SHARE) / 2])
    least, most = wilson_of(value, trials)
    return Interval(value, min(float(low), least), max(float(high), most))


def wilson_interval(hits: Flags) -> tuple[float, float]:
    """Compute the 95 % score interval of the share of (N,) `hits`, N > 0."""
    return wilson_of(float(hits.mean()), len(hits))


def wilson_of(share: float, trials: int) -> tuple[float, float]:
    """Compute the 95 % score interval of a share, 0..1, of `trials` > 0. It holds the share.

    E. Wilson, "Probable inference, the law of succession, and statistical inference" (1927).
    """
    n, p = trials, share
    centre = (p + Z**2 / (2 * n)) / (1 + Z**2 / n)
    spread = Z / (1 + Z**2 / n) * (p * (1 - p) / n + Z**2 / (4 * n * n)) ** 0.5
    return max(0.0, min(p, centre - spread)), min(1.0, max(p, centre + spread))


def resampled(
    statistic: Statistic, groups: Places, *, resamples: int = RESAMPLES, seed: int = 0
) -> Matrix:
    """Return (R,) float64 values of a statistic over resamples drawn from the seed."""
    return np.array([statistic(weights) for weights in _draws(groups, resamples, seed)], float)


def _draws(groups: Places, resamples: int, seed: int) -> Iterator[Matrix]:
    """Weights (P,) of the photos, one resample after another: memory stays flat."""
    rng, order = np.random.default_rng(seed), np.argsort(groups, kind="stable")
    negatives = int((groups < 0).sum())  # they stand first in `order`
    size = np.unique(groups[order[negatives:]], return_counts=True)[1]
    start = negatives + np.cumsum(size) - size
    for _ in range(resamples):
        brands = rng.integers(len(size), size=len(size)) if len(size) else size
        brand = np.repeat(brands, size[brands])
        within = (rng.random(len(brand)) * size[brand]).astype(np.intp)
        clean = (rng.random(negatives) * negatives).astype(np.intp)
        picked = order[np.concatenate([clean, start[brand] + within])]
        yield np.bincount(picked, minlength=len(groups)).astype(np.float64)
