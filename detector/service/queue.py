"""The queue: inspections wait in their own rows, and workers on any host lease them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from detector.service.storage.inspections import InspectionRow


def oldest_age(session: Session, now: datetime) -> timedelta | None:
    """For how long the inspection that waits longest could have been taken; None without any."""
    unfinished = InspectionRow.state.in_(("queued", "running"))
    is_due = and_(unfinished, InspectionRow.due_at <= now)
    since = session.scalar(select(func.min(InspectionRow.due_at)).where(is_due))
    return None if since is None else now - since
