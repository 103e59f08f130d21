"""Identification: whether the first answer is right, and whether a right one is in the first five.

Closed-set rank-k identification as in P. J. Phillips, P. Grother, R. Micheals, "Evaluation methods
in face recognition" (Handbook of Face Recognition, 2005) and ISO/IEC 19795-1; over the photos that
show a mark. Ties are broken against the method: an answer is first only when strictly first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detector.evaluation.metrics.tables import Flags, Table, best_true
from detector.evaluation.metrics.weighted import Statistic, mean_statistic


@dataclass(frozen=True, slots=True)
class Identification:
    """Shares 0..1 of the `photos` that show a mark; NaN when there are none."""

    photos: int
    top1: float
    top5: float


def identify(table: Table) -> Identification:
    """Top-1 and top-5 of a table."""
    ones = np.ones(len(table.scores))
    top1, top5 = (top_statistic(table, count)(ones) for count in (1, 5))
    return Identification(int(table.positives.sum()), top1, top5)


def right_within(table: Table, count: int) -> Flags:
    """(P,) bool: a mark that is in the photo stands strictly among the first `count` answers.

    A photo with several marks is right when any of them is there. False for a photo without marks.
    """
    best = best_true(table)
    ahead = (~table.truth & (table.scores >= best[:, None])).sum(axis=1)
    return np.asarray((best > -np.inf) & (ahead < count))


def top_statistic(table: Table, count: int) -> Statistic:
    """Top-`count` as a function of the photos' weights."""
    photos = np.flatnonzero(table.positives)
    return mean_statistic(right_within(table, count)[photos], photos)
