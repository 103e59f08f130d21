"""Retrieval: every mark is a query, all photos are ranked by its score, negatives included.

Mean average precision is the step-wise sum of precision over recall (C. Manning, P. Raghavan,
H. Schuetze, "Introduction to Information Retrieval", 2008, ch. 8; equal scores are one step). The
normalised average rank is that of H. Mueller et al., "Performance evaluation in content-based image
retrieval" (Pattern Recognition Letters, 2001): 0 is a perfect ranking, chance is half the share
of photos that do not show the mark, so about .5; equal scores share their mean rank. Photos without
an answer come last, all equal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detector.evaluation.metrics.tables import Flags, Table
from detector.evaluation.metrics.weighted import levels_of, mean, ratio
from detector.records import Matrix


@dataclass(frozen=True, slots=True, eq=False)
class Retrieval:
    """Means over the `queries` marks that are in at least one photo, and figures by mark.

    `precisions` and `ranks` (M,) float64 stand in the order of `marks`, NaN for a mark in no photo.
    """

    queries: int
    mean_average_precision: float
    normalised_average_rank: float
    marks: tuple[str, ...]
    precisions: Matrix
    ranks: Matrix


def retrieve(table: Table) -> Retrieval:
    """Compute the retrieval figures of a table; NaN when no mark is in any photo."""
    steps = [_steps(*query) for query in zip(table.scores.T, table.truth.T, strict=True)]
    precisions = np.array([average_precision(*step) for step in steps])
    ranks = np.array([average_rank(*step) for step in steps])
    equal, queries = np.ones(len(steps)), int(table.truth.any(axis=0).sum())
    figures = mean(precisions, equal), mean(ranks, equal)
    return Retrieval(queries, *figures, table.marks, precisions, ranks)


def average_precision(relevant: Matrix, everything: Matrix) -> float:
    """Compute average precision from counts of relevant and all photos, both (L,)."""
    total = relevant.sum()
    if total == 0:
        return float("nan")
    return float(relevant / total @ ratio(np.cumsum(relevant), np.cumsum(everything)))


def average_rank(relevant: Matrix, everything: Matrix) -> float:
    """Compute the normalised average rank from the counts that `average_precision` takes.

    The sum of ranks less its least value counts the pairs in which a photo that is not relevant
    stands before a relevant one; half a pair where they stand together.
    """
    pairs = relevant.sum() * everything.sum()
    if pairs == 0:
        return float("nan")
    others = everything - relevant
    return float(relevant @ (np.cumsum(others) - others / 2) / pairs)


def _steps(scores: Matrix, relevant: Flags) -> tuple[Matrix, Matrix]:
    """The number of relevant and of all photos on each level of (P,) scores, best level first."""
    levels = levels_of(scores)
    return np.bincount(levels, relevant).astype(float), np.bincount(levels).astype(float)
