"""The queue: inspections wait in their own rows, and workers on any host lease them.

Whoever holds the token of a lease may finish the inspection. A lease ends by itself, so that what a
dead worker left is taken by another; its token is worth nothing as soon as that has happened. Each
inspection is therefore tried at least once, and finished once. `docs/service-queue.md` says why
this is no library.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import Session

from detector.service.events import record
from detector.service.settings import QueueSettings
from detector.service.storage.inspections import InspectionRow, InspectionState
from detector.service.storage.notifications import notify

WORKER_DIED = "the worker died, or lost its connection, at each attempt"


def enqueue(session: Session, row: InspectionRow, now: datetime) -> None:
    """Let an inspection, new or known, wait for a worker; those that are idle are woken."""
    row.state, row.due_at, row.lease = "queued", now, None
    session.add(row)
    session.flush()
    notify(session, "inspection_queued")


def lease(session: Session, settings: QueueSettings, now: datetime) -> InspectionRow | None:
    """Lease the inspection that has waited longest; None where none is due.

    The token is the row's `lease`. One whose worker died in the last of its attempts is parked.
    """
    while (row := _longest_due(session, now)) is not None:
        if row.attempts >= settings.attempts:
            _park(session, row, row.error or WORKER_DIED, now)
            session.flush()
            continue
        row.state, row.lease = "running", secrets.token_hex(16)
        row.attempts += 1
        row.due_at = now + timedelta(seconds=settings.lease_seconds)
        return row
    return None


def renew(
    session: Session, inspection: str, lease: str, settings: QueueSettings, now: datetime
) -> bool:
    """Let a lease begin anew; False where it is no longer held."""
    due = now + timedelta(seconds=settings.lease_seconds)
    changed = update(InspectionRow).where(_is_held(inspection, lease)).values(due_at=due)
    return bool(session.execute(changed.returning(InspectionRow.number)).all())


def held(session: Session, inspection: str, lease: str) -> InspectionRow | None:
    """The row of an inspection, locked, for whoever holds its lease; None for anybody else."""
    held_row = select(InspectionRow).where(_is_held(inspection, lease)).with_for_update()
    return session.scalars(held_row.execution_options(populate_existing=True)).one_or_none()


def retry_or_park(
    session: Session,
    inspection: str,
    lease: str,
    error: str,
    *,
    settings: QueueSettings,
    now: datetime,
) -> InspectionState | None:
    """Try an inspection again later, or park it after too many attempts.

    Its new state; None where the lease is no longer held.
    """
    row = held(session, inspection, lease)
    if row is None:
        return None
    row.error = error
    if row.attempts >= settings.attempts:
        _park(session, row, error, now)
        return "failed"
    wait = settings.backoff_seconds * 2 ** (row.attempts - 1)
    row.state, row.lease, row.due_at = "queued", None, now + timedelta(seconds=wait)
    return "queued"


def give_back(
    session: Session, inspection: str, lease: str, now: datetime, *, seconds: float = 0.0
) -> bool:
    """Let another worker have an inspection, as if it had not been tried; False as of `renew`.

    It may be taken after so many seconds.
    """
    row = held(session, inspection, lease)
    if row is None:
        return False
    row.attempts -= 1
    enqueue(session, row, now + timedelta(seconds=seconds))
    return True


def requeue(session: Session, inspection: str, now: datetime) -> bool:
    """Let a parked or finished inspection be made again; False for another, or an unknown one.

    What it found stays as it is until the new result takes its place.
    """
    ended = InspectionRow.state.in_(("done", "failed"))
    known = select(InspectionRow).where(InspectionRow.id == inspection, ended)
    row = session.scalars(known.with_for_update()).one_or_none()
    if row is None:
        return False
    row.attempts, row.error, row.finished_at = 0, "", None
    enqueue(session, row, now)
    return True


def waiting(session: Session) -> int:
    """How many inspections wait for a worker, or for their next attempt."""
    queued = select(func.count()).select_from(InspectionRow).where(InspectionRow.state == "queued")
    return session.scalar(queued) or 0


def oldest_age(session: Session, now: datetime) -> timedelta | None:
    """For how long the inspection that waits longest could have been taken; None without any."""
    since = session.scalar(select(func.min(InspectionRow.due_at)).where(_is_due(now)))
    return None if since is None else now - since


def parked(session: Session, most: int = 100) -> Sequence[InspectionRow]:
    """The inspections that were given up, newest first; each says why in `error`."""
    failed = select(InspectionRow).where(InspectionRow.state == "failed")
    return session.scalars(failed.order_by(InspectionRow.finished_at.desc()).limit(most)).all()


def _longest_due(session: Session, now: datetime) -> InspectionRow | None:
    """Lock the row; SQLite knows no rows' locks, but has one writer at a time."""
    due = select(InspectionRow).where(_is_due(now))
    first = due.order_by(InspectionRow.due_at, InspectionRow.number).limit(1)
    return session.scalars(first.with_for_update(skip_locked=True)).one_or_none()


def _is_due(now: datetime) -> ColumnElement[bool]:
    unfinished = InspectionRow.state.in_(("queued", "running"))
    return and_(unfinished, InspectionRow.due_at <= now)


def _is_held(inspection: str, lease: str) -> ColumnElement[bool]:
    return and_(InspectionRow.id == inspection, InspectionRow.lease == lease)


def _park(session: Session, row: InspectionRow, error: str, now: datetime) -> None:
    row.state, row.lease, row.error, row.finished_at = "failed", None, error, now
    session.flush()
    notify(session, "inspection_finished")
    data = {"inspection": row.id, "external_id": row.external_id, "error": error}
    record(session, "inspection.failed", data, seller=row.seller, now=now)
