"""Which rows refer to a picture of the store, so that it is removed with the last of them only.

The store keeps the same bytes once. A picture that is being uploaded may be there already, and must
not be removed between the look at the store and the row that refers to it. So whoever writes such a
row holds the pictures first, and looks whether they are there; whoever removes some waits for that.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from detector.service.photo_features import forget_features
from detector.service.storage.inspections import PictureRow
from detector.service.storage.marks import MarkPictureRow
from detector.service.storage.pictures import PictureStore

REFERENCES: tuple[Select[str], ...] = (
    select(PictureRow.digest).where(PictureRow.deleted_at.is_(None)),
    select(MarkPictureRow.digest),
)
"""The digests of all pictures that somebody needs, from every table that has some."""

_LOCK = 0x70696374


def hold_pictures(session: Session) -> None:
    """Let nobody remove pictures until this writing transaction ends."""
    _lock(session, func.pg_advisory_xact_lock_shared)


def remove_unused(session: Session, store: PictureStore, digests: Collection[str]) -> set[str]:
    """Remove the pictures that no row refers to, with their kept features; return which they were.

    `session` is a writing transaction; rows that no longer refer to them are committed before it,
    so that there is never a row without its picture.
    """
    _lock(session, func.pg_advisory_xact_lock)
    used = set[str]()
    for needed in REFERENCES:
        (digest,) = needed.selected_columns
        used.update(session.scalars(needed.where(digest.in_(digests))))
    unused = {digest for digest in digests if digest} - used
    store.remove([*unused, *forget_features(session, unused)])
    return unused


def _lock(session: Session, lock: Any) -> None:
    """Take a lock until the transaction ends; on SQLite there is one writer anyway."""
    session.connection()  # begins the transaction
    if session.get_bind().dialect.name != "sqlite":
        session.execute(select(lock(_LOCK)))
