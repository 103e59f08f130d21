"""Drift: whether marks are found, and scored, as they were in the first weeks of the service.

Everything is counted by the database; no result is read.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
from scipy.stats import chi2
from sqlalchemy import ColumnElement, and_, case, distinct, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from detector.service.storage.inspections import FindingRow, InspectionRow
from detector.service.storage.marks import MarkRow

WEEK = timedelta(days=7)
BINS = 10
"""Of the histogram of scores, each 0.1 wide."""

PSI_LIMIT = 0.25
"""From here on a population is commonly called changed (Siddiqi, Credit Risk Scorecards, 2006)."""

_BY_CHANCE = 0.999  # of the weeks without any change are below the level
_Z_LIMIT = 4.0  # among thousands of marks, one a year is beyond it by chance
_RATIO_LIMIT = 2.0  # smaller changes are certain where there is much traffic, and are no news
_IMPORTING = timedelta(days=1)  # in which a new service gets its marks


@dataclass(frozen=True, slots=True)
class Period:
    """What was found from `begin` until before `end`.

    `inspections` were finished, `found` is in how many of them each mark was, and `scores` is the
    histogram of the findings' scores, `BINS` equal bins from 0 to 1.
    """

    begin: datetime
    end: datetime
    inspections: int = 0
    found: Mapping[str, int] = field(default_factory=dict)
    scores: tuple[int, ...] = (0,) * BINS

    def share(self, mark: str) -> float:
        """In which share of the inspections, 0..1, a mark was found."""
        return self.found.get(mark, 0) / self.inspections if self.inspections else 0.0


@dataclass(frozen=True, slots=True)
class Week:
    """A week beside the first weeks.

    `score_psi` is the population stability index of its scores, and what of it chance explains is
    at most `score_psi_by_chance`. `flagged` are the marks that are found far more or less often.
    """

    period: Period
    score_psi: float
    score_psi_by_chance: float
    flagged: tuple[str, ...]

    @property
    def scores_changed(self) -> bool:
        """Whether the scores are others than in the first weeks."""
        return self.score_psi > max(PSI_LIMIT, self.score_psi_by_chance)


@dataclass(frozen=True, slots=True)
class Drift:
    """The first weeks, None before anything was inspected, and the latest weeks, oldest first."""

    first: Period | None = None
    weeks: tuple[Week, ...] = ()


def drift(session: Session, now: datetime, *, weeks: int = 8, first_weeks: int = 4) -> Drift:
    """Compare the latest weeks, which end now, with the first ones of the service.

    Weeks that reach into the first ones are left out: a young service has none.
    """
    is_done = InspectionRow.state == "done"
    begin = session.scalar(select(func.min(InspectionRow.finished_at)).where(is_done))
    if begin is None:
        return Drift()
    end = begin + first_weeks * WEEK
    latest = [now - number * WEEK for number in range(weeks, -1, -1)]
    bounds = [(begin, end), *((a, b) for a, b in pairwise(latest) if a >= end)]
    first, *others = _periods(session, bounds)
    added_later = _added_after(session, begin + _IMPORTING)
    return Drift(first, tuple(_compare(first, week, added_later) for week in others))


def stability_index(expected: Sequence[int], actual: Sequence[int]) -> tuple[float, float]:
    """The population stability index of two histograms, and the level that chance rarely exceeds.

    The sum of `(a - e) ln(a / e)` over the shares of the bins, each count plus a half so that
    empty bins have a logarithm. Without a change it is distributed as `(1/N + 1/M) chi2` with one
    degree of freedom less than bins (Yurdakul and Naranjo, Statistical properties of the population
    stability index, Journal of Risk Model Validation, 2020). (0, infinity) without any count.
    """
    counts = np.array([expected, actual], float)
    counts = counts[:, counts.any(axis=0)]
    totals = counts.sum(axis=1)
    if not totals.all():
        return 0.0, math.inf
    shares = (counts + 0.5) / (counts + 0.5).sum(axis=1, keepdims=True)
    index = float(((shares[1] - shares[0]) * np.log(shares[1] / shares[0])).sum())
    freedom = counts.shape[1] - 1
    level = float((1 / totals).sum() * chi2.ppf(_BY_CHANCE, freedom)) if freedom else 0.0
    return index, level


def _compare(first: Period, week: Period, added_later: frozenset[str]) -> Week:
    index, by_chance = stability_index(first.scores, week.scores)
    marks = sorted({*first.found, *week.found} - added_later)
    return Week(week, index, by_chance, tuple(m for m in marks if _is_flagged(first, week, m)))


def _is_flagged(first: Period, week: Period, mark: str) -> bool:
    """Whether two shares differ by a factor, and beyond chance by a test of two proportions."""
    if not first.inspections or not week.inspections:
        return False
    low, high = sorted((first.share(mark), week.share(mark)))
    both = first.found.get(mark, 0) + week.found.get(mark, 0)
    pooled = both / (first.inspections + week.inspections)
    variance = pooled * (1 - pooled) * (1 / first.inspections + 1 / week.inspections)
    return high >= _RATIO_LIMIT * low and high - low > _Z_LIMIT * math.sqrt(variance)


def _periods(session: Session, bounds: Sequence[tuple[datetime, datetime]]) -> list[Period]:
    """Count what was finished and found in each period, by three queries."""
    finished = _which(InspectionRow.finished_at, bounds)
    created = _which(FindingRow.created_at, bounds)
    done = select(finished, func.count()).where(InspectionRow.state == "done", finished >= 0)
    inspections = dict(session.execute(done.group_by(finished)).all())
    found: dict[int, dict[str, int]] = defaultdict(dict)
    times = func.count(distinct(FindingRow.inspection))
    marks = select(created, FindingRow.mark, times).where(created >= 0)
    for i, mark, number in session.execute(marks.group_by(created, FindingRow.mark)):
        found[i][mark] = number
    scores: dict[int, list[int]] = defaultdict(lambda: [0] * BINS)
    score_bin = _score_bin()
    binned = select(created, score_bin, func.count()).where(created >= 0)
    for i, place, number in session.execute(binned.group_by(created, score_bin)):
        scores[i][place] = number
    return [
        Period(*bound, inspections.get(i, 0), found[i], tuple(scores[i]))
        for i, bound in enumerate(bounds)
    ]


def _which(
    moment: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None],
    bounds: Sequence[tuple[datetime, datetime]],
) -> ColumnElement[int]:
    """Which of the periods, which are apart, a moment is in; -1 for none."""
    periods = [(and_(moment >= a, moment < b), i) for i, (a, b) in enumerate(bounds)]
    return case(*periods, else_=-1)


def _score_bin() -> ColumnElement[int]:
    # Compared and not divided: databases turn fractions into whole numbers in different ways.
    upper = [(FindingRow.score < (i + 1) / BINS, i) for i in range(BINS - 1)]
    return case(*upper, else_=BINS - 1)


def _added_after(session: Session, moment: datetime) -> frozenset[str]:
    """Marks that the first weeks cannot tell about."""
    return frozenset(session.scalars(select(MarkRow.id).where(MarkRow.created_at > moment)))
