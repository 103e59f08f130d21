"""Figures of merit, with their uncertainty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
Z95 = 1.96


@dataclass(frozen=True, slots=True)
class Figures:
    """Recall at 1 % false-positive photos and top-1, each with a 95 % interval."""

    photos: int
    negatives: int
    recall: float
    recall_interval: tuple[float, float]
    top1: float
    top1_interval: tuple[float, float]
    threshold: float

    def line(self, name: str) -> str:
        """One line of a table for people."""
        low, high = self.recall_interval
        first, last = self.top1_interval
        return (
            f"{name:<44} recall@1%FP {self.recall:.3f} [{low:.3f}, {high:.3f}]   "
            f"top-1 {self.top1:.3f} [{first:.3f}, {last:.3f}]"
        )


def figures(scores: Scores, labels: NDArray[np.int64], share: float = 0.01) -> Figures:
    """Figures of (photos, marks) scores; label -1 is a photo without a mark.

    The threshold lets at most `share` of the photos without a mark through. A photo counts as
    recalled when its own mark is above the threshold, as top-1 when its own mark is strictly first.
    """
    positive, negative = scores[labels >= 0], scores[labels < 0]
    own = positive[np.arange(len(positive)), labels[labels >= 0]]
    highest = np.sort(negative.max(axis=1))[::-1]
    threshold = float(highest[int(share * len(highest))]) if len(highest) else -np.inf
    others = positive.copy()
    others[np.arange(len(positive)), labels[labels >= 0]] = -np.inf
    recalled, first = own > threshold, own > others.max(axis=1)
    return Figures(
        len(positive), len(negative), float(recalled.mean()), wilson(recalled),
        float(first.mean()), wilson(first), threshold,
    )  # fmt: skip


def wilson(hits: NDArray[np.bool_]) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927)."""
    n, p = len(hits), float(hits.mean())
    centre = (p + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
    spread = Z95 / (1 + Z95**2 / n) * (p * (1 - p) / n + Z95**2 / (4 * n * n)) ** 0.5
    return max(0.0, centre - spread), min(1.0, centre + spread)
