"""How often each mark is found, how often it is expected to be, and whether that goes together.

The unit is a listing: sixteen pictures of one shirt are one alarm. The test is Page's cumulative
sum (E. S. Page, "Continuous inspection schemes", Biometrika 41, 1954) of the log-likelihood ratio
of two rates: the expected one, and that of `EXCESS` times its odds. It forgets quiet times, so
that a mark that goes wrong after a good year is noticed as soon as a new one. While a mark keeps to
its expected rate, the mean number of listings until a false alarm is at least exp(`THRESHOLD`)
(G. Lorden, "Procedures for reacting to a change in distribution", Annals of Mathematical Statistics
42, 1971).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from detector.records import Listing
from detector.service.storage.alarms import AlarmTestRow, AlarmWeekRow
from detector.service.storage.inspections import InspectionRow
from detector.service.storage.marks import MarkRow

EXCESS = 10.0  # times the expected odds: as often as a wrong reference is found
THRESHOLD = math.log(1e10)  # 10,000 marks at their expected rate: one a million listings at most

DISTINCTIVE_RATE = 0.005  # of listings: a mark that is really used; false alarms are .0002 or less
LEAST_RATE = 1e-4  # whatever the platform says: a mark that was found once is not wrong
COMMON_RATE = 0.02  # a mark as simple as a letter, which is also found by mistake
HIGHEST_RATE = 1 - 1e-9  # so that odds are finite; a mark that is expected everywhere stays
PAST_WEEKS = 8
PRIOR_LISTINGS = 200.0  # as many as the cohort's rate weighs beside the mark's own past

ALL_MARKS = ""
_TURN_LOCK = 0x7475726E


def take_turn(session: Session) -> None:
    """Wait until no other transaction is concluding an inspection; until the end of this one.

    Taken before the decision, so that nothing is blocked for a mark that another worker is just
    bringing into quarantine. SQLite has one writer at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_TURN_LOCK)))


def count(session: Session, row: InspectionRow, listings: Sequence[Listing], now: datetime) -> None:
    """Count an inspection that is concluded, and each mark in it that asks for a decision, once.

    Its findings are there already. Those that an earlier inspection of the same row had are not
    counted again, and neither is one of which no picture could be read.
    """
    if not any(listing.status in ("ok", "partial") for listing in listings):
        return
    _add_listing(session, ALL_MARKS, now)
    total = listings_so_far(session)
    new = [finding for finding in row.findings if finding.created_at == now]
    for mark in sorted({finding.mark for finding in new if finding.level != "pass"}):
        _add_listing(session, mark, now)
        _test(session, mark, total, now)


def weight_of(expected: float) -> float:
    """What one alarm adds to the cumulative sum of a mark with this expected rate, 0..1."""
    expected = min(expected, HIGHEST_RATE)
    return math.log(_excessive(expected) / expected)


def advance(
    statistic: float | NDArray[np.float64], quiet: int, expected: float
) -> float | NDArray[np.float64]:
    """The cumulative sum after `quiet` listings without an alarm, which never falls below 0.

    `expected` is the expected rate, 0..1.
    """
    expected = min(expected, HIGHEST_RATE)
    cost = math.log((1 - expected) / (1 - _excessive(expected)))
    return np.maximum(0.0, statistic - quiet * cost)


def weigh(session: Session, mark: str, alarms: int, now: datetime) -> None:
    """Add alarms to the test of a mark, or take them away: what a person said of a finding."""
    row = session.get(MarkRow, mark, with_for_update=True)
    test = session.get(AlarmTestRow, mark, with_for_update=True)
    if row is not None and test is not None:
        weight = weight_of(expected_rate(session, row, now))
        test.statistic = max(0.0, test.statistic + alarms * weight)


def expected_rate(session: Session, row: MarkRow, now: datetime) -> float:
    """The share of listings, 0..1, in which a mark is expected to be found.

    What the platform says; else the rate of its cohort, or that of its own past weeks where it is
    higher. The week in which it was made and the present one do not count.
    """
    if row.expected_alarms is not None:
        return max(row.expected_alarms, LEAST_RATE)
    common = bool(row.distinctiveness and row.distinctiveness["common"])
    cohort = COMMON_RATE if common else DISTINCTIVE_RATE
    since = max(week_of(row.created_at) + timedelta(7), week_of(now) - timedelta(7 * PAST_WEEKS))
    alarms, listings = _counts(session, row.id, since, week_of(now))
    return max(cohort, (alarms + PRIOR_LISTINGS * cohort) / (listings + PRIOR_LISTINGS))


def observed_rate(session: Session, row: MarkRow, now: datetime) -> float:
    """The share of listings, 0..1, in which a mark was found in the past weeks and this one."""
    since = max(week_of(row.created_at), week_of(now) - timedelta(7 * PAST_WEEKS))
    alarms, listings = _counts(session, row.id, since, week_of(now) + timedelta(7))
    return alarms / listings if listings else 0.0


def listings_so_far(session: Session) -> int:
    """How many listings were counted, ever."""
    query = select(func.sum(AlarmWeekRow.listings)).where(AlarmWeekRow.mark == ALL_MARKS)
    return int(session.scalar(query) or 0)


def week_of(moment: datetime) -> date:
    """The Monday of a moment's week, in UTC."""
    return moment.date() - timedelta(moment.weekday())


def _excessive(expected: float) -> float:
    """The rate of `EXCESS` times the odds of an expected one."""
    return EXCESS * expected / (1 - expected + EXCESS * expected)


def _test(session: Session, mark: str, total: int, now: datetime) -> None:
    """Take one more alarm of a mark into its test; `total` listings were counted with it."""
    row = session.get(MarkRow, mark, with_for_update=True)
    test = session.get(AlarmTestRow, mark, with_for_update=True)
    if row is None:  # found by an index that is older than the database
        return
    if test is None:
        test = AlarmTestRow(mark=mark, statistic=0.0, listings=total - 1)
        session.add(test)
    expected = expected_rate(session, row, now)
    quiet = total - test.listings - 1
    test.statistic = float(advance(test.statistic, quiet, expected)) + weight_of(expected)
    test.listings = total
    session.flush()


def _add_listing(session: Session, mark: str, now: datetime) -> None:
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    added = insert(AlarmWeekRow).values(mark=mark, week=week_of(now), listings=1)
    known = [AlarmWeekRow.mark, AlarmWeekRow.week]
    more = {"listings": AlarmWeekRow.listings + 1}
    session.execute(added.on_conflict_do_update(index_elements=known, set_=more))


def _counts(session: Session, mark: str, since: date, until: date) -> tuple[int, int]:
    """In how many listings a mark was found from a week on and before another, and of how many."""
    query = (
        select(AlarmWeekRow.mark, func.sum(AlarmWeekRow.listings))
        .where(AlarmWeekRow.mark.in_((mark, ALL_MARKS)))
        .where(AlarmWeekRow.week >= since, AlarmWeekRow.week < until)
        .group_by(AlarmWeekRow.mark)
    )
    counts = {each: int(listings) for each, listings in session.execute(query)}
    return counts.get(mark, 0), counts.get(ALL_MARKS, 0)
