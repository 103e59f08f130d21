"""Events: what happened in the service, numbered so that a poll with a cursor misses none."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from detector.service.storage.events import EventRow


def record(
    session: Session,
    kind: str,
    data: dict[str, Any],
    *,
    owner: str = "",
    seller: str = "",
    now: datetime,
) -> EventRow:
    """Record that something happened."""
    number = (session.scalar(select(func.max(EventRow.number))) or 0) + 1
    event = EventRow(
        number=number,
        id=f"evt_{secrets.token_hex(12)}",
        kind=kind,
        owner=owner,
        seller=seller,
        data=data,
        created_at=now,
    )
    session.add(event)
    session.flush()
    return event
