"""The kept features of past photos: in the picture store, listed in the database."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, exists, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from detector.service.storage.inspections import InspectionRow, PictureRow
from detector.service.storage.pictures import PictureStore
from detector.service.storage.retrospects import PhotoFeaturesRow


def keep_features(
    session: Session,
    store: PictureStore,
    digest: str,
    blob: bytes,
    *,
    described_with: str,
    now: datetime,
) -> None:
    """Keep the features of a photo, once; b"" says that there are none to be had.

    `store.put(blob)` before the transaction spares it the time to write them. Raises
    `StorageError`.
    """
    name = ""
    if blob:
        name = hashlib.sha256(blob).hexdigest()
        if not store.has(name):
            store.put(blob)
    sqlite_or_postgresql = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = sqlite_or_postgresql.insert(PhotoFeaturesRow).values(
        digest=digest, described_with=described_with, blob=name, size=len(blob), created_at=now
    )
    session.execute(row.on_conflict_do_nothing())


def forget_features(session: Session, digests: Collection[str]) -> list[str]:
    """Forget the features of some photos, and return the blobs that nothing needs any more.

    Remove those from the store once the transaction is committed.
    """
    chosen = select(PhotoFeaturesRow.blob).where(PhotoFeaturesRow.digest.in_(digests))
    blobs = set(session.scalars(chosen)) - {""}
    session.execute(delete(PhotoFeaturesRow).where(PhotoFeaturesRow.digest.in_(digests)))
    used = select(PhotoFeaturesRow.blob).where(PhotoFeaturesRow.blob.in_(blobs))
    return sorted(blobs - set(session.scalars(used)))


def next_features(
    session: Session, described_with: str, position: int, most: int
) -> Sequence[PhotoFeaturesRow]:
    """The first `most` features after a number that were described so."""
    query = select(PhotoFeaturesRow).where(
        PhotoFeaturesRow.described_with == described_with, PhotoFeaturesRow.number > position
    )
    return session.scalars(query.order_by(PhotoFeaturesRow.number).limit(most)).all()


def count_features(session: Session, described_with: str) -> int:
    """How many photos there are whose features were described so."""
    query = select(func.count()).where(PhotoFeaturesRow.described_with == described_with)
    return session.scalars(query).one()


def undescribed(session: Session, described_with: str, most: int) -> Sequence[str]:
    """Digests of `most` photos of inspections that are done, which were never described so."""
    described = exists().where(
        PhotoFeaturesRow.digest == PictureRow.digest,
        PhotoFeaturesRow.described_with == described_with,
    )
    query = (
        select(PictureRow.digest)
        .join(InspectionRow, InspectionRow.number == PictureRow.inspection)
        .where(InspectionRow.state == "done", PictureRow.digest != "", ~described)
    )
    return session.scalars(query.distinct().limit(most)).all()
