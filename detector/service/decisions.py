"""The decision on an inspection (stand-in: part D writes this module)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from detector.records import Decision, Listing
from detector.service.storage.inspections import InspectionRow
from detector.service.storage.policies import PolicyRow


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision with its reasons; `levels` is what each finding alone asks for."""

    decision: Decision
    reasons: list[str]
    policy_version: int
    levels: Mapping[str, Decision]


def decide_inspection(
    session: Session, row: InspectionRow, listings: Sequence[Listing], now: datetime
) -> Decided:
    """Decide on all pictures and texts of a listing."""
    if session.scalars(select(PolicyRow)).first() is None:
        session.add(PolicyRow(version=1, text="", created_at=now, used_since=now))
        session.flush()
    order = get_args(Decision)
    strictest: Decision = max((one.decision for one in listings), key=order.index)
    found = [finding for listing in listings for finding in listing.findings]
    return Decided(strictest, [], 1, {one.fingerprint: strictest for one in found})
