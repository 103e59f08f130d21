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

from detector.evaluation.metrics.tables import Flags, Places, Table
from detector.evaluation.metrics.weighted import Statistic, levels_of, mean, ratio
from detector.records import Matrix


@dataclass(frozen=True, slots=True, eq=False)
class Retrieval:
    """Means over the `queries` marks that are in at least one photo, and each mark's own figures.

    `precisions` and `ranks` (M,) float64 stand in the order of `marks`, NaN for a mark in no photo.
    """

    queries: int
    mean_average_precision: float
    normalised_average_rank: float
    marks: tuple[str, ...]
    precisions: Matrix
    ranks: Matrix


def retrieve(table: Table) -> Retrieval:
    """Both figures of a table; NaN when no mark is in any photo."""
    ones = np.ones(len(table.scores))
    steps = [_steps(levels, truth, ones) for levels, truth in _queries(table)]
    precisions = np.array([average_precision(*step) for step in steps])
    ranks = np.array([average_rank(*step) for step in steps])
    equal, queries = np.ones(len(steps)), int(table.truth.any(axis=0).sum())
    figures = mean(precisions, equal), mean(ranks, equal)
    return Retrieval(queries, *figures, table.marks, precisions, ranks)


def average_precision(relevant: Matrix, everything: Matrix) -> float:
    """Average precision from the weight of relevant and of all photos on each level, both (L,)."""
    total = relevant.sum()
    if total == 0:
        return float("nan")
    return float(relevant / total @ ratio(np.cumsum(relevant), np.cumsum(everything)))


def average_rank(relevant: Matrix, everything: Matrix) -> float:
    """Normalised average rank from the same weights as `average_precision`.

    The sum of ranks less its least value counts the pairs in which a photo that is not relevant
    stands before a relevant one; half a pair where they stand together.
    """
    pairs = relevant.sum() * everything.sum()
    if pairs == 0:
        return float("nan")
    others = everything - relevant
    return float(relevant @ (np.cumsum(others) - others / 2) / pairs)


def precision_statistic(table: Table) -> Statistic:
    """Mean average precision as a function of the photos' weights.

    A photo drawn twice stands twice in the ranking, which flatters precision: the upper end of an
    interval lies a little high.
    """
    queries = _queries(table)

    def statistic(weights: Matrix) -> float:
        values = [average_precision(*_steps(*query, weights)) for query in queries]
        return mean(np.array(values), _drawn(table.truth, weights))

    return statistic


def rank_statistic(table: Table) -> Statistic:
    """Normalised average rank as a function of the photos' weights."""
    queries = _queries(table)

    def statistic(weights: Matrix) -> float:
        values = [average_rank(*_steps(*query, weights)) for query in queries]
        return mean(np.array(values), _drawn(table.truth, weights))

    return statistic


def _queries(table: Table) -> list[tuple[Places, Flags]]:
    """Of each mark, (P,) the level of every photo and (P,) whether it is relevant."""
    columns = zip(table.scores.T, table.truth.T, strict=True)
    return [(levels_of(scores), truth) for scores, truth in columns]


def _steps(levels: Places, truth: Flags, weights: Matrix) -> tuple[Matrix, Matrix]:
    """The weight of relevant and of all photos on each level, both (L,), best level first."""
    relevant = np.bincount(levels, weights * truth).astype(np.float64)
    return relevant, np.bincount(levels, weights).astype(np.float64)


def _drawn(truth: Flags, weights: Matrix) -> Matrix:
    """(M,) how often each mark was drawn: a mark drawn twice counts as two queries."""
    return ratio(weights @ truth, truth.sum(axis=0).astype(np.float64))
