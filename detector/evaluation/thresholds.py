"""Which thresholds to choose: from one's own clean photos, and from what mistakes cost.

A score is a probability, so with the costs of a miss and of a false alarm the best threshold is
known (Elkan 2001, "The foundations of cost-sensitive learning"). Without costs, thresholds are
taken from the share of clean photos that may be held up.

A threshold for a share needs so many clean photos that at least one of them may be held up: then a
single photo that in truth shows a mark cannot set it. Where there are fewer, the built-in threshold
for blocking stays, and none for review is advised.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from detector.errors import UsageError
from detector.scoring.policy import Policy

REVIEW_SHARE, BLOCK_SHARE = 0.01, 0.001  # of clean photos, where no costs are given
HIGHEST = 0.9999  # a threshold above finds nothing
ROUNDING = 1e-9  # .29 * 100 is a hair below 29
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Advice:
    """Two thresholds, and what they hold up of a day's clean photos, with 95 % intervals.

    `clean` photos were examined; `block_learned` says whether they were enough for `block`, which
    otherwise is the built-in threshold or that of review. `review_photos` and `block_photos` are
    expected numbers a day out of `photos_a_day`.
    """

    review: float
    block: float
    clean: int
    block_learned: bool
    photos_a_day: int
    review_photos: float
    review_interval: Interval
    block_photos: float
    block_interval: Interval

    def policy(self) -> str:
        """Return the policy file with these thresholds, in TOML."""
        review, block = (
            f"about {count:.0f} ({low:.0f} to {high:.0f})"
            for count, (low, high) in (
                (self.review_photos, self.review_interval),
                (self.block_photos, self.block_interval),
            )
        )
        lines = [
            f"# Proposed from {self.clean} clean photos that were examined. Of "
            f"{self.photos_a_day} a day, with 95 % intervals,",
            f"# {review} would wait for a person, {block} of them blocked.",
        ]
        if not self.block_learned:
            lines.append(
                f"# Not learned: to hold up {BLOCK_SHARE:.1%} needs {needed(BLOCK_SHARE):,} clean "
                "photos. The threshold for blocking is the built-in one, or that of review."
            )
        return "\n".join([*lines, f"review = {self.review:.4f}", f"block = {self.block:.4f}", ""])


def needed(share: float) -> int:
    """Return how many clean photos a threshold for a share of them needs."""
    return math.ceil(1 / share - ROUNDING)


def advise(
    scores: Sequence[float] | NDArray[np.float64],
    *,
    photos_a_day: int = 1000,
    miss: float | None = None,
    alarm: float | None = None,
) -> Advice:
    """Choose thresholds from the best `scores` (N,) of clean photos, 0 where nothing was found.

    `miss` and `alarm` are what a missed mark and a photo held up for nothing cost, in any one
    currency. Raises `UsageError` without photos, with too few where no costs are given, where the
    photos allow no threshold that finds anything, or for a cost that is not positive.
    """
    clean = np.asarray(scores, np.float64)
    if not len(clean):
        raise UsageError("no clean photo was examined", remedy="Give photos that show no mark.")
    if miss is None or alarm is None:
        review = _learned(clean, REVIEW_SHARE)
    elif miss > 0 and alarm > 0:
        review = alarm / (alarm + miss)
    else:
        raise UsageError("a cost is not above 0", remedy="Give both costs, above 0.")
    enough = len(clean) >= needed(BLOCK_SHARE)
    block = max(review, _learned(clean, BLOCK_SHARE) if enough else Policy().block)
    above = [int((clean >= threshold).sum()) for threshold in (review, block)]
    shares = [photos_a_day * count / len(clean) for count in above]
    spans = [_interval(count, len(clean), photos_a_day) for count in above]
    return Advice(
        review, block, len(clean), enough, photos_a_day, shares[0], spans[0], shares[1], spans[1]
    )


def _learned(clean: NDArray[np.float64], share: float) -> float:
    """The threshold for a share; raises `UsageError` where the photos cannot tell it."""
    if len(clean) < needed(share):
        raise UsageError(
            f"too few clean photos to advise from: {len(clean)} were examined, {needed(share):,} "
            f"are needed to say what holds up {share:.0%}",
            remedy="Give more photos that show no mark, or --cost-miss and --cost-alarm.",
        )
    threshold = share_threshold(clean, share)
    if threshold > HIGHEST:
        raise UsageError(
            f"more than {share:.1%} of the clean photos score as high as marks do: a threshold "
            "above them would find nothing",
            remedy="Look at the surest of them: the mark may be in them.",
        )
    return threshold


def share_threshold(clean: NDArray[np.float64], share: float) -> float:
    """Return the least threshold, rounded up to 4 digits, that at most `share` reach."""
    ranked = np.sort(clean)[::-1]
    first = ranked[int(share * len(ranked) + ROUNDING)]  # the highest score that must stay below
    return float(min(1.0, (np.floor(first * 1e4) + 1) / 1e4))


def _interval(count: int, total: int, scale: int) -> Interval:
    """95 % interval of a share (Clopper & Pearson 1934), times `scale`."""
    low = float(beta.ppf(0.025, count, total - count + 1)) if count else 0.0
    high = float(beta.ppf(0.975, count + 1, total - count)) if count < total else 1.0
    return scale * low, scale * high
