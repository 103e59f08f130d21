"""Stand-in for part B's queue."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from detector.service.storage.inspections import InspectionRow


def enqueue(session: Session, row: InspectionRow, now: datetime) -> None:
    """Let an inspection, new or known, wait for a worker."""
    row.state, row.due_at, row.lease = "queued", now, None
    session.add(row)
    session.flush()


def requeue(session: Session, inspection: str, now: datetime) -> bool:
    """Let a parked or finished inspection be made again; False for another, or an unknown one."""
    ended = InspectionRow.state.in_(("done", "failed"))
    known = select(InspectionRow).where(InspectionRow.id == inspection, ended)
    row = session.scalars(known.with_for_update()).one_or_none()
    if row is None:
        return False
    row.attempts, row.error, row.finished_at = 0, "", None
    enqueue(session, row, now)
    return True


def waiting(session: Session) -> int:
    """How many inspections wait for a worker."""
    queued = select(func.count()).select_from(InspectionRow).where(InspectionRow.state == "queued")
    return session.scalar(queued) or 0
