"""Figures of merit, with their uncertainty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
Z95 = 1.96


@dataclass(frozen=True, slots=True)
class Figures:
    """Recall at 1 % and at 0.1 % false-positive photos and top-1, each with a 95 % interval."""

    photos: int
    negatives: int
    recall: float
    recall_interval: tuple[float, float]
    strict: float
    strict_interval: tuple[float, float]
    top1: float
    top1_interval: tuple[float, float]
    threshold: float

    def line(self, name: str) -> str:
        """One line of a table for people."""
        return f"{name:<48}" + "".join(
            f"{label} {value:.3f} [{low:.3f}, {high:.3f}]   "
            for label, value, (low, high) in (
                ("recall@1%FP", self.recall, self.recall_interval),
                ("@0.1%FP", self.strict, self.strict_interval),
                ("top-1", self.top1, self.top1_interval),
            )
        )


def figures(scores: Scores, labels: NDArray[np.int64]) -> Figures:
    """Figures of (photos, marks) scores; label -1 is a photo without a mark.

    A photo counts as recalled when its own mark is above the threshold that lets at most that share
    of the photos without a mark through, as top-1 when its own mark is strictly first.
    """
    positive, negative = scores[labels >= 0], scores[labels < 0]
    own = positive[np.arange(len(positive)), labels[labels >= 0]]
    others = positive.copy()
    others[np.arange(len(positive)), labels[labels >= 0]] = -np.inf
    threshold, higher = (_threshold(negative, share) for share in (0.01, 0.001))
    recalled, strictly, first = own > threshold, own > higher, own > others.max(axis=1)
    return Figures(
        len(positive), len(negative), float(recalled.mean()), wilson(recalled),
        float(strictly.mean()), wilson(strictly), float(first.mean()), wilson(first), threshold,
    )  # fmt: skip


def _threshold(negative: Scores, share: float) -> float:
    """The score that at most `share` of the photos without a mark exceed."""
    highest = np.sort(negative.max(axis=1))[::-1]
    return float(highest[int(share * len(highest))]) if len(highest) else -np.inf


def wilson(hits: NDArray[np.bool_]) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927)."""
    n, p = len(hits), float(hits.mean())
    centre = (p + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
    spread = Z95 / (1 + Z95**2 / n) * (p * (1 - p) / n + Z95**2 / (4 * n * n)) ** 0.5
    return max(0.0, centre - spread), min(1.0, centre + spread)
