"""Events: what happened in the service, numbered so that a poll with a cursor misses none."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from detector.service.storage.events import EventRow

EventKind = Literal["inspection.done", "inspection.failed", "mark.found"]


def record(
    session: Session,
    kind: EventKind,
    data: dict[str, Any],
    *,
    owner: str = "",
    seller: str = "",
    now: datetime,
) -> EventRow:
    """Record that something happened (stand-in: part E writes this module)."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(0x6576656E)))
    number = (session.scalar(select(func.max(EventRow.number))) or 0) + 1
    event = EventRow(
        number=number,
        id=secrets.token_hex(16),
        kind=kind,
        owner=owner,
        seller=seller,
        data=data,
        created_at=now,
    )
    session.add(event)
    session.flush()
    return event
