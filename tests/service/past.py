"""Inspections that are done, as workers leave them in the database, without inspecting."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from detector.records import Listing, MarkScore
from detector.serialise.jsonl import listing_to_json
from detector.service.storage.inspections import FindingRow, InspectionRow, ReviewState
from detector.service.storage.marks import MarkRow, MarkState


def score(value: float, mark: str = "vornak", **fields: Any) -> MarkScore:
    return MarkScore(mark, "photo", value, log_odds=value * 10, **fields)


def listing(*scores: MarkScore, **fields: Any) -> Listing:
    return replace(Listing("a.jpg", "ok", "pass", scores=scores), **fields)


def add_inspection(
    session: Session, when: datetime, listings: Sequence[Listing] = (), **fields: Any
) -> InspectionRow:
    """An inspection that was accepted and done at a moment."""
    results = [json.loads(listing_to_json(one)) for one in listings]
    values = {"state": "done", "due_at": when, "created_at": when, "finished_at": when}
    values |= {"id": secrets.token_hex(8), "decision": "pass", "results": results}
    row = InspectionRow(**(values | fields))
    session.add(row)
    session.flush()
    return row


def add_finding(
    session: Session, row: InspectionRow, when: datetime, state: ReviewState, mark: str = "vornak"
) -> FindingRow:
    """A finding of an inspection that was reviewed at a moment."""
    finding = FindingRow(
        inspection=row.number,
        picture=0,
        mark=mark,
        fingerprint=secrets.token_hex(8),
        verdict="look-alike",
        score=0.9,
        log_odds=2.0,
        level="review",
        created_at=when,
        state=state,
        reviewed_at=when,
    )
    session.add(finding)
    session.flush()
    return finding


def add_mark(
    session: Session,
    when: datetime,
    mark: str = "vornak",
    state: MarkState = "active",
    **record: Any,
) -> MarkRow:
    """A mark without pictures."""
    row = MarkRow(
        id=mark,
        owner=record.get("owner", ""),
        record=record,
        state=state,
        state_since=when,
        created_at=when,
        updated_at=when,
    )
    session.add(row)
    session.flush()
    return row
