"""Work that is due again and again, and done by one of all hosts."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from detector.service.storage.periodic import PeriodicTaskRow


def claim(session: Session, task: str, every: timedelta, now: datetime) -> bool:
    """Whether a task is due; the one process that is told so does it.

    Of all that ask at the same time one gets it, since the row is locked until the end of the
    transaction. Should it die meanwhile, another does the task when it is due again: a task must be
    one that may be done twice.
    """
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = (sqlite if is_sqlite else postgresql).insert(PeriodicTaskRow)
    begun = insert.values(name=task, begun_at=now).on_conflict_do_update(
        index_elements=[PeriodicTaskRow.name],
        set_={"begun_at": now},
        where=PeriodicTaskRow.begun_at <= now - every,
    )
    return bool(session.execute(begun.returning(PeriodicTaskRow.name)).all())
