"""Significance: whether one method is better than another on the same photos, or has luck.

Exact two-sided test of Q. McNemar, "Note on the sampling error of the difference between correlated
proportions or percentages" (1947): only the photos on which the methods disagree count, and by
chance each wins half of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from detector.evaluation.metrics.tables import Flags


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Cases that only one of two methods has right, and McNemar's exact p-value.

    p is 1 when the methods never disagree, NaN when there are no cases.
    """

    cases: int
    only_first: int
    only_second: int
    p: float


def mcnemar(first: Flags, second: Flags) -> Disagreement:
    """Compare two methods on the same N cases, each (N,) bool right or wrong.

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
