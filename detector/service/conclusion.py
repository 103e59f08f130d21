"""A stand-in: the conclusion of an inspection."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from detector.records import Listing
from detector.serialise.jsonl import listing_to_json
from detector.service import alarm_rates, quarantine
from detector.service.decisions import decide_inspection
from detector.service.events import record
from detector.service.storage.inspections import FindingRow, InspectionRow


def conclude(
    session: Session,
    row: InspectionRow,
    lease: str,
    listings: Sequence[Listing],
    *,
    generation: str,
    seconds: float,
    now: datetime,
) -> bool:
    """Write the results of an inspection and all that follows; False where the lease is lost."""
    if row.lease != lease:
        return False
    alarm_rates.take_turn(session)
    decided = decide_inspection(session, row, listings, now)
    row.results = [json.loads(listing_to_json(one)) for one in decided.listings]
    row.decision, row.reasons = decided.decision, list(decided.reasons)
    row.policy_version, row.generation, row.seconds = decided.policy_version, generation, seconds
    row.state, row.lease, row.finished_at = "done", None, now
    row.findings = [
        FindingRow(
            picture=position,
            mark=finding.mark,
            fingerprint=finding.fingerprint,
            verdict=finding.verdict,
            score=finding.score,
            log_odds=finding.log_odds,
            level=decided.levels[finding.fingerprint],
            created_at=now,
        )
        for position, listing in enumerate(decided.listings)
        for finding in listing.findings
    ]
    session.flush()
    alarm_rates.count(session, row, decided.listings, now)
    quarantine.check(session, sorted({finding.mark for finding in row.findings}), now)
    record(session, "inspection.done", {"inspection": row.id}, seller=row.seller, now=now)
    return True
