"""What people say of findings, and how often they agree: the counts that stand with each mark."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select, true
from sqlalchemy.orm import Session

from detector.records import Decision
from detector.service import quarantine
from detector.service.alarm_rates import weigh
from detector.service.events import record
from detector.service.keys import Caller
from detector.service.storage.inspections import FindingRow, InspectionRow, ReviewState
from detector.service.storage.marks import MarkRow

_ALARMS: dict[ReviewState, int] = {"rejected": 1, "open": 0, "confirmed": -1}
"""How many alarms more a listing is for the test of a mark, by what was said of its findings."""

_STRENGTH: tuple[ReviewState, ...] = ("open", "confirmed", "rejected")


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """Which findings are listed; what is empty says nothing."""

    mark: str = ""
    inspection: str = ""
    seller: str = ""
    state: ReviewState | None = None
    level: Decision | None = None
    least_score: float = 0.0


@dataclass(frozen=True, slots=True)
class Counts:
    """How many findings of a mark were made, confirmed and rejected.

    `precision` is the share of the confirmed among the reviewed, 0..1, and `interval` the 95 %
    interval of Wilson around it; None before the first review.
    """

    shown: int = 0
    confirmed: int = 0
    rejected: int = 0
    precision: float | None = None
    interval: tuple[float, float] | None = None


def list_findings(
    session: Session, caller: Caller, wanted: FindingFilter, after: int = 0, most: int = 100
) -> Sequence[tuple[FindingRow, InspectionRow]]:
    """The first `most` findings after a number that the caller may see, with their inspections."""
    query = (
        select(FindingRow, InspectionRow)
        .join(InspectionRow, InspectionRow.number == FindingRow.inspection)
        .where(FindingRow.number > after, _visible_to(caller), *_conditions(wanted))
    )
    rows = session.execute(query.order_by(FindingRow.number).limit(most))
    return [(finding, inspection) for finding, inspection in rows]


def find_finding(
    session: Session, caller: Caller, number: int
) -> tuple[FindingRow, InspectionRow] | None:
    """A finding that the caller may see, with its inspection."""
    found = list_findings(session, caller, FindingFilter(), number - 1, 1)
    return found[0] if found and found[0][0].number == number else None


def review(
    session: Session,
    finding: FindingRow,
    state: ReviewState,
    now: datetime,
    *,
    by: str = "",
    note: str = "",
) -> None:
    """Confirm or reject a finding, or leave it open again.

    A confirmed finding no longer weighs against its mark, a rejected one weighs twice; so a mark
    may be quarantined by it.
    """
    before = _said_of(session, finding)
    finding.state, finding.note = state, note
    finding.reviewed_by, finding.reviewed_at = ("", None) if state == "open" else (by, now)
    session.flush()
    weigh(session, finding.mark, _ALARMS[_said_of(session, finding)] - _ALARMS[before], now)
    quarantine.check(session, [finding.mark], now)
    mark = session.get(MarkRow, finding.mark)
    data = {"finding": finding.number, "mark": finding.mark, "state": state, "by": by, "note": note}
    record(session, "finding.reviewed", data, owner=mark.owner if mark else "", now=now)


def counts_of(session: Session, marks: Collection[str]) -> dict[str, Counts]:
    """The counts of marks, by id."""
    confirmed, rejected = _how_many("confirmed"), _how_many("rejected")
    query = (
        select(FindingRow.mark, func.count(), confirmed, rejected)
        .where(FindingRow.mark.in_(marks))
        .group_by(FindingRow.mark)
    )
    found = {mark: Counts() for mark in marks}
    for mark, shown, right, wrong in session.execute(query):
        found[mark] = Counts(shown, right, wrong, *_precision(right, wrong))
    return found


def _how_many(state: ReviewState) -> ColumnElement[int]:
    return func.sum(case((FindingRow.state == state, 1), else_=0))


def _precision(right: int, wrong: int) -> tuple[float | None, tuple[float, float] | None]:
    if not right + wrong:
        return None, None
    from scipy.stats import binomtest

    interval = binomtest(right, right + wrong).proportion_ci(method="wilson")
    return right / (right + wrong), (float(interval.low), float(interval.high))


def _said_of(session: Session, finding: FindingRow) -> ReviewState:
    """What was said of the findings of a mark in one listing, which is one alarm.

    One that was rejected counts most: that mark is found where it is not.
    """
    query = select(FindingRow.state).filter_by(inspection=finding.inspection, mark=finding.mark)
    return max(session.scalars(query.distinct()).all(), key=_STRENGTH.index)


def _visible_to(caller: Caller) -> ColumnElement[bool]:
    if caller.role == "rights_holder":
        return FindingRow.mark.in_(select(MarkRow.id).where(MarkRow.owner == caller.party))
    if caller.role == "seller":
        return InspectionRow.seller == caller.party
    return true()


def _conditions(wanted: FindingFilter) -> list[ColumnElement[bool]]:
    conditions = [FindingRow.score >= wanted.least_score]
    if wanted.mark:
        conditions.append(FindingRow.mark == wanted.mark)
    if wanted.inspection:
        conditions.append(InspectionRow.id == wanted.inspection)
    if wanted.seller:
        conditions.append(InspectionRow.seller == wanted.seller)
    if wanted.state:
        conditions.append(FindingRow.state == wanted.state)
    if wanted.level:
        conditions.append(FindingRow.level == wanted.level)
    return conditions
