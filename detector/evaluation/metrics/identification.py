"""Identification: whether the first answer is right, and whether a right one is in the first five.

Closed-set rank-k identification as in P. J. Phillips, P. Grother, R. Micheals, "Evaluation methods
in face recognition" (Handbook of Face Recognition, 2005) and ISO/IEC 19795-1; over the photos that
show a mark. Ties are broken against the method: an answer is first only when strictly first.
"""

from __future__ import annotations

import numpy as np

from detector.evaluation.metrics.tables import Flags, Table, best_true
from detector.evaluation.metrics.weighted import Statistic, mean_statistic


def right_within(table: Table, count: int) -> Flags:
    """Return (P,) bool: a mark of the photo ranks strictly within the first `count`.

    A photo with several marks is right when any of them is there. False for a photo without marks.
    """
    best = best_true(table)
    ahead = (~table.truth & (table.scores >= best[:, None])).sum(axis=1)
    return np.asarray((best > -np.inf) & (ahead < count))


def top_statistic(table: Table, count: int) -> Statistic:
    """Return top-`count` accuracy as a function of the photos' weights."""
    photos = np.flatnonzero(table.positives)
    return mean_statistic(right_within(table, count)[photos], photos)
