"""What a policy would have decided in the past, from the stored results alone."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from detector.records import Decision, Listing
from detector.scoring.policy import Policy
from detector.scoring.rules import History, SellerCounts
from detector.serialise.decode import listing_without_evidence
from detector.service.decisions import Decided, MarkStates, decide_listings, mark_states
from detector.service.storage.access import AccessKeyRow
from detector.service.storage.inspections import FindingRow, InspectionRow
from detector.service.storage.marks import MarkRow

EXAMPLES = 10
"""Inspections that are named for each change of decision, the newest."""

_ROWS = 100  # inspections read at once
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, OverflowError)


@dataclass(frozen=True, slots=True)
class Example:
    """An inspection whose decision would have been another, and why."""

    id: str
    external_id: str
    title: str
    reasons: list[str]


@dataclass(slots=True)
class Change:
    """How many inspections would have gone from one decision to another; equal ones too."""

    before: Decision
    after: Decision
    count: int = 0
    examples: list[Example] = field(default_factory=list)


@dataclass(slots=True)
class DryRun:
    """What a policy would have decided.

    `inspections` were looked at, the newest first, the oldest of them finished at `oldest`;
    `unreadable` more were written by another version of the program. `changes` are by decision
    before and after.
    """

    inspections: int = 0
    unreadable: int = 0
    oldest: datetime | None = None
    changes: dict[tuple[Decision, Decision], Change] = field(default_factory=dict)

    @property
    def changed(self) -> int:
        """How many decisions would have been others."""
        return sum(one.count for one in self.changes.values() if one.before != one.after)


def dry_run(session: Session, policy: Policy, *, since: datetime, most: int) -> DryRun:
    """Decide the newest `most` inspections that were finished since a moment once more.

    They are compared with what was decided then. Each is decided as of its own time: rights that
    have expired since count, and of the seller's past what came before. Rights, quarantines and
    marks that are off are those of today; what was blocked in a seller's past is what was blocked
    then. Results are read a few at a time. Nothing is changed.
    """
    marks = mark_states(session, session.scalars(select(MarkRow.id)))
    past, found = SellersPast.of(session, policy, since), DryRun()
    for row in session.execute(_inspections(since, most).execution_options(yield_per=_ROWS)):
        decided = _decided(row, policy, marks, past)
        if decided is None:
            found.unreadable += 1
            continue
        found.inspections += 1
        found.oldest = row.finished_at
        _count(found, row, decided)
    return found


@dataclass(frozen=True, slots=True)
class SellersPast:
    """When something was known of each seller, in rising order, for rules about history."""

    days: tuple[int, ...]
    confirmed: Mapping[str, list[datetime]]
    blocked: Mapping[str, list[datetime]]
    pre_checks: Mapping[str, list[datetime]]

    @classmethod
    def of(cls, session: Session, policy: Policy, since: datetime) -> SellersPast:
        """Read what the rules of a policy may ask for, for inspections since a moment."""
        days = policy.history_days
        if not days:
            return cls((), {}, {}, {})
        first = since - timedelta(max(days)) if since.year > 20 else since
        confirmed = (
            select(InspectionRow.seller, FindingRow.reviewed_at)
            .join(InspectionRow, InspectionRow.number == FindingRow.inspection)
            .where(FindingRow.state == "confirmed", FindingRow.reviewed_at > first)
        )
        blocked = select(InspectionRow.seller, InspectionRow.finished_at).where(
            InspectionRow.decision == "block", InspectionRow.finished_at > first
        )
        pre_checks = (
            select(InspectionRow.seller, InspectionRow.created_at)
            .join(AccessKeyRow, AccessKeyRow.id == InspectionRow.key_id)
            .where(AccessKeyRow.role == "seller", InspectionRow.created_at > first)
        )
        return cls(days, *(_by_seller(session, one) for one in (confirmed, blocked, pre_checks)))

    def before(self, seller: str, moment: datetime) -> History:
        """The history of a seller at a moment."""
        if not seller:
            return History()
        return History({days: self._counts(seller, moment, days) for days in self.days})

    def _counts(self, seller: str, moment: datetime, days: int) -> SellerCounts:
        since = moment - timedelta(days)
        several = (self.confirmed, self.blocked, self.pre_checks)
        return SellerCounts(*(_between(one.get(seller, []), since, moment) for one in several))


def _inspections(since: datetime, most: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            InspectionRow.id,
            InspectionRow.external_id,
            InspectionRow.title,
            InspectionRow.seller,
            InspectionRow.decision,
            InspectionRow.finished_at,
            InspectionRow.results,
        )
        .where(InspectionRow.state == "done", InspectionRow.finished_at >= since)
        .order_by(InspectionRow.finished_at.desc())
        .limit(most)
    )


def _decided(
    row: Row[*tuple[Any, ...]], policy: Policy, marks: MarkStates, past: SellersPast
) -> Decided | None:
    """The decision on a stored inspection; None where its results cannot be read."""
    try:
        listings: list[Listing] = [listing_without_evidence(value) for value in row.results]
    except _UNREADABLE:
        return None
    history = past.before(row.seller, row.finished_at)
    return decide_listings(listings, (0, policy), marks, history, row.finished_at)


def _count(found: DryRun, row: Row[*tuple[Any, ...]], decided: Decided) -> None:
    key = row.decision, decided.decision
    change = found.changes.setdefault(key, Change(*key))
    change.count += 1
    if row.decision != decided.decision and len(change.examples) < EXAMPLES:
        example = Example(row.id, row.external_id, row.title, decided.reasons)
        change.examples.append(example)


def _by_seller(session: Session, query: Select[*tuple[Any, ...]]) -> dict[str, list[datetime]]:
    moments = defaultdict[str, list[datetime]](list)
    for seller, moment in session.execute(query.execution_options(yield_per=1000)):
        moments[seller].append(moment)
    for each in moments.values():
        each.sort()
    return moments


def _between(moments: list[datetime], since: datetime, before: datetime) -> int:
    return max(0, bisect_left(moments, before) - bisect_right(moments, since))
