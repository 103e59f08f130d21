"""The decision on an inspection (stand-in: part D writes this module)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from detector.jobs.whole_listings import with_whole_decisions
from detector.records import Decision, Listing, TextFinding
from detector.service.storage.inspections import InspectionRow
from detector.service.storage.policies import PolicyRow


@dataclass(frozen=True, slots=True, eq=False)
class Decided:
    """The decision on an inspection."""

    decision: Decision
    reasons: list[str]
    policy_version: int
    levels: dict[str, Decision]
    listings: list[Listing]


def decide_inspection(
    session: Session, row: InspectionRow, listings: Sequence[Listing], now: datetime
) -> Decided:
    """Decide on the pictures of an inspection as one listing: the strictest of them holds."""
    del row
    if session.scalars(select(PolicyRow)).first() is None:
        session.add(PolicyRow(version=1, text="", created_at=now, used_since=now))
        session.flush()
    order = get_args(Decision)
    strictest: Decision = max((one.decision for one in listings), key=order.index)
    found = [finding for listing in listings for finding in listing.findings]
    levels = {one.fingerprint: strictest for one in found}
    return Decided(strictest, [], 1, levels, [*with_whole_decisions(listings)])


def text_fingerprint(listing: Listing, finding: TextFinding) -> str:
    """16 hex digits that identify a mark in a field of the texts of a listing."""
    parts = (listing.external_id, finding.mark, finding.field, str(finding.start))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
