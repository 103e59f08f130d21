"""Marks that are found far more often than expected: what is found of them goes to review at most.

One wrong reference, such as an agency's picture that everyone may use, must not block thousands of
listings. `alarm_rates` has the test.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from detector.serialise.jsonl import listing_from_json, listing_to_json
from detector.service.alarm_rates import THRESHOLD, expected_rate, observed_rate
from detector.service.decisions import decide_inspection
from detector.service.events import record
from detector.service.mark_catalogue import switch_mark
from detector.service.storage.alarms import AlarmTestRow, AlarmWeekRow
from detector.service.storage.inspections import FindingRow, InspectionRow
from detector.service.storage.marks import MarkRow


def check(session: Session, marks: Collection[str], now: datetime) -> list[str]:
    """Quarantine those of these marks that go beyond their expected rate, and return their ids.

    Their owners and the platform are told.
    """
    tests = select(AlarmTestRow.mark).where(
        AlarmTestRow.mark.in_(marks), AlarmTestRow.statistic >= THRESHOLD
    )
    named = session.scalars(tests.order_by(AlarmTestRow.mark)).all()
    beyond = [session.get(MarkRow, mark, with_for_update=True) for mark in named]
    rows = [row for row in beyond if row and row.state == "active" and row.deleted_at is None]
    for row in rows:
        _quarantine(session, row, now)
    return [row.id for row in rows]


def release(
    session: Session, row: MarkRow, reason: str, now: datetime, *, expected: float | None = None
) -> None:
    """Take a mark out of quarantine; from now on the given rate is expected, 0..1.

    By default that is the one that was observed: whoever releases a mark as it is says that it is
    right. A mark that was changed meanwhile begins anew.
    """
    if row.revision != row.state_revision:
        session.execute(delete(AlarmWeekRow).where(AlarmWeekRow.mark == row.id))
        row.expected_alarms = expected
    else:
        row.expected_alarms = observed_rate(session, row, now) if expected is None else expected
    test = session.get(AlarmTestRow, row.id, with_for_update=True)
    if test is not None:
        test.statistic = 0.0
    switch_mark(session, row, "active", reason, now)


def blocks_of(
    session: Session, mark: str, after: int = 0, most: int = 100
) -> Sequence[InspectionRow]:
    """The first `most` inspections after a number that are blocked, and would be for this mark.

    Other marks may ask for the same.
    """
    asks = exists().where(
        FindingRow.inspection == InspectionRow.number,
        FindingRow.mark == mark,
        FindingRow.level == "block",
    )
    query = select(InspectionRow).where(
        InspectionRow.state == "done",
        InspectionRow.decision == "block",
        InspectionRow.number > after,
        asks,
    )
    return session.scalars(query.order_by(InspectionRow.number).limit(most)).all()


def decide_again(session: Session, row: InspectionRow, now: datetime) -> bool:
    """Decide on a finished inspection by what holds now, from its results, without the pictures.

    Whoever saw the former decision is told. Returns whether it is another one now.
    """
    listings = [listing_from_json(json.dumps(value)) for value in row.results]
    before, decided = row.decision, decide_inspection(session, row, listings, now)
    row.decision, row.reasons = decided.decision, list(decided.reasons)
    row.policy_version = decided.policy_version
    row.results = [json.loads(listing_to_json(listing)) for listing in decided.listings]
    for finding in row.findings:
        finding.level = decided.levels.get(finding.fingerprint, finding.level)
    session.flush()
    if row.decision == before:
        return False
    data = {
        "inspection": row.id,
        "external_id": row.external_id,
        "decision": row.decision,
        "reasons": row.reasons,
        "before": before,
    }
    record(session, "inspection.done", data, seller=row.seller, now=now)
    return True


def _quarantine(session: Session, row: MarkRow, now: datetime) -> None:
    expected, observed = expected_rate(session, row, now), observed_rate(session, row, now)
    reason = f"found in {observed:.1%} of the listings, and {expected:.1%} were expected"
    switch_mark(session, row, "quarantined", reason, now)
    data = {"mark": row.id, "reason": reason, "expected": expected, "observed": observed}
    record(session, "mark.quarantined", data, owner=row.owner, now=now)
