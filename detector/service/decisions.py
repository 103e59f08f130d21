"""A stand-in: the decision on an inspection."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from detector.records import Decision, Listing, TextFinding
from detector.scoring.policy import DECISIONS, Policy
from detector.service.storage.inspections import InspectionRow
from detector.service.storage.marks import MarkRow


@dataclass(frozen=True, slots=True, eq=False)
class Decided:
    """The decision on an inspection."""

    decision: Decision
    reasons: list[str]
    policy_version: int | None
    levels: dict[str, Decision]
    listings: list[Listing]


def decide_inspection(
    session: Session, row: InspectionRow, listings: Sequence[Listing], now: datetime
) -> Decided:
    """Decide on the pictures of an inspection."""
    policy, levels = Policy(), dict[str, Decision]()
    assert row.created_at <= now
    quarantined = session.scalars(select(MarkRow.id).filter_by(state="quarantined")).all()
    for finding in (one for listing in listings for one in listing.findings):
        high = finding.score >= policy.block and finding.mark not in quarantined
        levels[finding.fingerprint] = "block" if high else "review"
    decision: Decision = max(levels.values(), key=DECISIONS.index, default="pass")
    decided = [replace(listing, decision=decision) for listing in listings]
    return Decided(decision, [], None, levels, decided)


def text_fingerprint(listing: Listing, finding: TextFinding) -> str:
    """16 hex digits that identify a mark in a field of the texts of a listing."""
    parts = (listing.external_id, finding.mark, finding.field, str(finding.start))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
