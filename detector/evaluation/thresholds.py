"""Which thresholds to choose: from one's own clean photos, and from what mistakes cost.

A score is a probability, so with the costs of a miss and of a false alarm the best threshold is
known (Elkan 2001, "The foundations of cost-sensitive learning"). Without costs, thresholds are
taken from the share of clean photos that may be held up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from detector.errors import UsageError

REVIEW_SHARE, BLOCK_SHARE = 0.01, 0.001  # of clean photos, where no costs are given
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Advice:
    """Two thresholds, and what they hold up of a day's clean photos, with 95 % intervals.

    `review_photos` and `block_photos` are expected numbers a day out of `photos_a_day`.
    """

    review: float
    block: float
    clean: int
    photos_a_day: int
    review_photos: float
    review_interval: Interval
    block_photos: float
    block_interval: Interval

    def policy(self) -> str:
        """Return the policy file with these thresholds, in TOML."""
        return (
            f"# Proposed from {self.clean} clean photos. Of {self.photos_a_day} a day,\n"
            f"# about {self.review_photos:.0f} would wait for a person, "
            f"{self.block_photos:.0f} of them blocked.\n"
            f"review = {self.review:.4f}\n"
            f"block = {self.block:.4f}\n"
        )


def advise(
    scores: Sequence[float] | NDArray[np.float64],
    *,
    photos_a_day: int = 1000,
    miss: float | None = None,
    alarm: float | None = None,
) -> Advice:
    """Choose thresholds from the best `scores` (N,) of clean photos, 0 where nothing was found.

    `miss` and `alarm` are what a missed mark and a photo held up for nothing cost, in any one
    currency. Raises `UsageError` without photos, or for a cost that is not positive.
    """
    clean = np.asarray(scores, np.float64)
    if not len(clean):
        raise UsageError("no clean photo to learn from", remedy="Give photos that show no mark.")
    if miss is None or alarm is None:
        review = share_threshold(clean, REVIEW_SHARE)
    elif miss > 0 and alarm > 0:
        review = alarm / (alarm + miss)
    else:
        raise UsageError("a cost is not above 0", remedy="Give both costs, above 0.")
    block = max(review, share_threshold(clean, BLOCK_SHARE))
    above = [int((clean >= threshold).sum()) for threshold in (review, block)]
    shares = [photos_a_day * count / len(clean) for count in above]
    spans = [_interval(count, len(clean), photos_a_day) for count in above]
    return Advice(review, block, len(clean), photos_a_day, shares[0], spans[0], shares[1], spans[1])


def share_threshold(clean: NDArray[np.float64], share: float) -> float:
    """Return the least threshold, rounded up to 4 digits, that at most `share` reach."""
    ranked = np.sort(clean)[::-1]
    first = ranked[int(share * len(ranked))]  # the highest score that must stay below
    return float(min(1.0, (np.floor(first * 1e4) + 1) / 1e4))


def _interval(count: int, total: int, scale: int) -> Interval:
    """95 % interval of a share (Clopper & Pearson 1934), times `scale`."""
    low = float(beta.ppf(0.025, count, total - count + 1)) if count else 0.0
    high = float(beta.ppf(0.975, count + 1, total - count)) if count < total else 1.0
    return scale * low, scale * high
