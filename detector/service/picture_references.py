"""Which rows refer to a picture of the store, so that it is removed with the last of them only.

The store keeps the same bytes once. A picture that is being uploaded may be there already, and must
not be removed between the look at the store and the row that refers to it. So whoever writes such a
row holds the pictures first, and looks whether they are there; whoever removes some waits for that.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from detector.service.storage.inspections import PictureRow
from detector.service.storage.pictures import PictureStore

REFERENCES: tuple[InstrumentedAttribute[str], ...] = (PictureRow.digest,)
"""Every column that holds the digest of a picture in the store of listings' pictures."""

_LOCK = 0x70696374


def hold_pictures(session: Session) -> None:
    """Let nobody remove pictures until this writing transaction ends."""
    _lock(session, func.pg_advisory_xact_lock_shared)


def remove_unused(session: Session, store: PictureStore, digests: Collection[str]) -> set[str]:
    """Remove the pictures that no row refers to, and return which they were.

    `session` is a writing transaction; rows that no longer refer to them are committed before it,
    so that there is never a row without its picture.
    """
    _lock(session, func.pg_advisory_xact_lock)
    used = set[str]()
    for column in REFERENCES:
        used.update(session.scalars(select(column).where(column.in_(digests))))
    unused = {digest for digest in digests if digest} - used
    store.remove(unused)
    return unused


def _lock(session: Session, lock: Any) -> None:
    """Take a lock until the transaction ends; on SQLite there is one writer anyway."""
    if session.get_bind().dialect.name != "sqlite":
        session.execute(select(lock(_LOCK)))
