"""Retention: pictures are deleted when they are old and nobody needs them; records stay."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, aliased

from detector.errors import StorageError
from detector.service.periodic import claim
from detector.service.picture_references import remove_unused
from detector.service.service import Service
from detector.service.storage.database import now_of
from detector.service.storage.inspections import FindingRow, InspectionRow, PictureRow

EVERY = timedelta(hours=1)
"""How often a worker looks for old pictures."""

BATCH = 50
"""Pictures that are deleted in one transaction: others wait for it no longer than that takes."""

_LOOK_SECONDS = 300.0  # so that a host that dies is replaced in the same hour
_END_SECONDS = 5.0

_LOG = logging.getLogger(__name__)


@contextmanager
def pruning(service: Service) -> Iterator[None]:
    """While it lasts, a thread deletes old pictures when that is due: what each worker has beside.

    It does not keep a worker from ending: every batch is a transaction of its own.
    """
    stop = threading.Event()

    def run() -> None:
        is_over = not service.settings.retention_days
        while not is_over:
            try:
                prune_when_due(service)
            except (StorageError, SQLAlchemyError):
                _LOG.exception("old pictures were not deleted")
            is_over = stop.wait(_LOOK_SECONDS)

    thread = threading.Thread(target=run, name="pruning", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(_END_SECONDS)


def prune_when_due(service: Service) -> int:
    """`prune` once an hour, by one of all hosts."""
    if not service.settings.retention_days:
        return 0
    with service.database.writing() as session:
        is_due = claim(session, "prune", EVERY, now_of(session))
    return prune(service) if is_due else 0


def prune(service: Service, now: datetime | None = None) -> int:
    """Delete pictures older than `retention_days`, and return how many.

    A picture stays while a younger inspection has it, or one that is not finished, or one with an
    open finding, or a mark. `PictureRow.deleted_at` tells that an inspection has lost its picture.
    May be repeated, and done by two processes at once. Raises `StorageError`.
    """
    days, deleted = service.settings.retention_days, 0
    while days:
        with service.database.writing() as session:
            now = now or now_of(session)
            digests = old_pictures(session, now - timedelta(days=days), BATCH)
            deleted += _delete(session, service, digests, now)
        if not digests:
            break
    if deleted:
        _LOG.info("old pictures were deleted", extra={"pictures": deleted})
    return deleted


def count_old(service: Service) -> int:
    """How many pictures `prune` would delete now."""
    days = timedelta(days=service.settings.retention_days)
    with service.database.reading() as session:
        return len(old_pictures(session, now_of(session) - days))


def old_pictures(session: Session, before: datetime, most: int | None = None) -> Sequence[str]:
    """The digests of pictures that were uploaded before a moment and that no inspection needs."""
    other, its_pictures = aliased(InspectionRow), aliased(PictureRow)
    needed = (
        exists()
        .where(its_pictures.inspection == other.number, its_pictures.digest == PictureRow.digest)
        .where(its_pictures.deleted_at.is_(None), _needs_pictures(other, before))
    )
    old = select(PictureRow.digest).distinct().where(PictureRow.deleted_at.is_(None), ~needed)
    return session.scalars(old.where(PictureRow.digest != "").limit(most)).all()


def _needs_pictures(row: type[InspectionRow], before: datetime) -> ColumnElement[bool]:
    is_open = exists().where(FindingRow.inspection == row.number, FindingRow.state == "open")
    return or_(row.created_at >= before, row.state.in_(("queued", "running")), is_open)


def _delete(session: Session, service: Service, digests: Sequence[str], now: datetime) -> int:
    """Delete pictures, unless a mark or an inspection came by one since they were looked for."""
    before = now - timedelta(days=service.settings.retention_days)
    old = select(InspectionRow.number).where(InspectionRow.created_at < before)
    rows = update(PictureRow).where(PictureRow.digest.in_(digests), PictureRow.inspection.in_(old))
    session.execute(rows.where(PictureRow.deleted_at.is_(None)).values(deleted_at=now))
    return len(remove_unused(session, service.pictures, digests))
