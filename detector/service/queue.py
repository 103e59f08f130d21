"""A stand-in: the queue."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from detector.service.storage.inspections import InspectionRow


def requeue(session: Session, inspection: str, now: datetime) -> bool:
    """Let a parked or finished inspection be made again; False for another, or an unknown one."""
    row = session.scalars(select(InspectionRow).filter_by(id=inspection)).one_or_none()
    if row is None or row.state not in ("done", "failed"):
        return False
    row.state, row.due_at, row.lease = "queued", now, None
    row.attempts, row.error, row.finished_at = 0, "", None
    return True
