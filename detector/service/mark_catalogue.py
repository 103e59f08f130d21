"""Marks as rows of the database: made, changed, switched off, deleted and listed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from detector.errors import UsageError
from detector.marks.fields import FIELDS, check_field, check_id, make_mark, unknown_name
from detector.records import Mark
from detector.service.events import record as record_event
from detector.service.keys import Caller
from detector.service.mark_pictures import NamedPicture
from detector.service.service import Service
from detector.service.storage.marks import MarkPictureRow, MarkRow, MarkState

LAST_MARK = "without a mark in use no photo can be called clean"


@dataclass(frozen=True, slots=True)
class MarkFilter:
    """Which marks are listed; what is empty says nothing. `text` is a part of id or name."""

    owner: str = ""
    state: MarkState | None = None
    kind: str = ""
    text: str = ""
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """A picture in the store: its name, and its SHA-256 in hex."""

    name: str
    digest: str


def mark_of(mark_id: str, record: Mapping[str, Any]) -> Mark:
    """Make a mark of the fields that a `mark.toml` has. Raises `MarkError` as its reader does."""
    for name in record:
        if name not in FIELDS:
            raise unknown_name("field", name, FIELDS, mark_id)
    values = {name: check_field(name, value) for name, value in record.items() if value is not None}
    checked = check_id(mark_id)
    return make_mark({"id": checked, **values, "name": values.get("name") or checked})


def record_of(mark: Mark) -> dict[str, Any]:
    """The fields of a mark that are not empty, as JSON has them; the inverse of `mark_of`."""
    values = asdict(mark)
    values |= values.pop("rights")
    return {name: _plain(values[name]) for name in FIELDS if values[name] not in ("", (), None)}


def stored(service: Service, pictures: Sequence[NamedPicture]) -> list[StoredPicture]:
    """Keep pictures that were checked. Raises `StorageError`."""
    return [StoredPicture(each.name, service.references.put(each.data)) for each in pictures]


def pictures_of(service: Service, row: MarkRow) -> list[NamedPicture]:
    """The pictures of a mark that are in use. Raises `StorageError` where one is gone."""
    used = [picture for picture in row.pictures if picture.used]
    return [NamedPicture(each.name, service.references.get(each.digest)) for each in used]


def digest_of(pictures: Iterable[MarkPictureRow]) -> str:
    """SHA-256 in hex of the pictures that are in use: their names and bytes, in order."""
    used = [[picture.name, picture.digest] for picture in pictures if picture.used]
    return sha256(json.dumps(used).encode()).hexdigest()


def find_mark(session: Session, caller: Caller, mark_id: str) -> MarkRow | None:
    """A mark that the caller may see; deleted ones are not found."""
    row = session.get(MarkRow, mark_id, options=[selectinload(MarkRow.pictures)])
    return row if row and row.deleted_at is None and may_see(caller, row) else None


def may_see(caller: Caller, row: MarkRow) -> bool:
    """Whether a caller may see a mark: a rights holder its own, a seller none."""
    if caller.role == "rights_holder":
        return row.owner == caller.party
    return caller.role != "seller"


def list_marks(
    session: Session, caller: Caller, wanted: MarkFilter, after: str = "", most: int = 100
) -> Sequence[MarkRow]:
    """The first `most` marks after an id that the caller may see, sorted by id."""
    query = select(MarkRow).where(MarkRow.id > after).options(selectinload(MarkRow.pictures))
    if caller.role == "seller":
        return []
    if caller.role == "rights_holder":
        query = query.where(MarkRow.owner == caller.party)
    if wanted.owner:
        query = query.where(MarkRow.owner == wanted.owner)
    if wanted.state:
        query = query.where(MarkRow.state == wanted.state)
    if wanted.kind:
        query = query.where(MarkRow.record["kind"].as_string() == wanted.kind)
    if wanted.text:
        name = MarkRow.record["name"].as_string()
        query = query.where(
            MarkRow.id.icontains(wanted.text, autoescape=True)
            | name.icontains(wanted.text, autoescape=True)
        )
    if not wanted.deleted:
        query = query.where(MarkRow.deleted_at.is_(None))
    return session.scalars(query.order_by(MarkRow.id).limit(most)).all()


def put_mark(
    session: Session, mark: Mark, pictures: Sequence[StoredPicture], now: datetime
) -> MarkRow:
    """Add a mark, or replace the fields and pictures of the one with its id, also a deleted one.

    A mark that comes as it is already stays as it is.
    """
    row = session.get(MarkRow, mark.id)
    if row is not None and row.deleted_at is None and _is(row, mark, pictures):
        return row
    if row is None:
        row = MarkRow(id=mark.id, revision=0, state_since=now, created_at=now, updated_at=now)
        session.add(row)
    if row.deleted_at is not None:
        row.deleted_at, row.state, row.state_reason, row.state_since = None, "active", "", now
    _take_fields(row, mark)
    replace_pictures(session, row, pictures, now)
    return row


def change_fields(session: Session, row: MarkRow, mark: Mark, now: datetime) -> None:
    """Replace the fields of a mark: names, words, rights."""
    _take_fields(row, mark)
    _changed(session, row, now, index_due=True)


def replace_pictures(
    session: Session, row: MarkRow, pictures: Sequence[StoredPicture], now: datetime
) -> None:
    """Replace the pictures of a mark; all are in use."""
    row.pictures.clear()
    session.flush()
    row.pictures.extend(
        MarkPictureRow(position=position, digest=picture.digest, name=picture.name, used=True)
        for position, picture in enumerate(pictures)
    )
    _changed(session, row, now, index_due=True)


def use_picture(
    session: Session, row: MarkRow, picture: MarkPictureRow, used: bool, now: datetime
) -> None:
    """Switch one picture of a mark on or off.

    Raises `UsageError` for the last one that is in use.
    """
    if not used and not any(other.used for other in row.pictures if other is not picture):
        message, remedy = "this is the last picture in use", "Switch the mark off instead."
        raise UsageError(message, place=row.id, remedy=remedy)
    if picture.used != used:
        picture.used = used
        _changed(session, row, now, index_due=True)


def switch_mark(
    session: Session, row: MarkRow, state: MarkState, reason: str, now: datetime
) -> None:
    """Bring a mark into a state. Raises `UsageError` where no mark would be in use any more."""
    if state == row.state:
        return
    if state == "off":
        _check_not_last(session, row)
    index_due = "off" in (state, row.state)
    row.state, row.state_reason, row.state_since = state, reason, now
    _changed(session, row, now, index_due=index_due)


def delete_mark(session: Session, row: MarkRow, now: datetime) -> None:
    """Delete a mark; its row stays, for the findings that name it.

    Raises `UsageError` where no mark would be in use any more.
    """
    _check_not_last(session, row)
    row.deleted_at = now
    _changed(session, row, now, index_due=True)


def stored_pictures(row: MarkRow) -> list[StoredPicture]:
    """The pictures of a mark, in use or not."""
    return [StoredPicture(picture.name, picture.digest) for picture in row.pictures]


def _check_not_last(session: Session, row: MarkRow) -> None:
    others = select(MarkRow.id).where(
        MarkRow.id != row.id, MarkRow.state != "off", MarkRow.deleted_at.is_(None)
    )
    if row.state != "off" and session.scalars(others.limit(1)).first() is None:
        remedy = "Add another mark first, or stop the service."
        raise UsageError(f"this is the last mark: {LAST_MARK}", place=row.id, remedy=remedy)


def _take_fields(row: MarkRow, mark: Mark) -> None:
    row.record, row.owner = record_of(mark), mark.rights.owner


def _changed(session: Session, row: MarkRow, now: datetime, *, index_due: bool) -> None:
    """A new revision of a mark, which is told."""
    row.revision += 1
    row.updated_at = now
    row.index_due = row.index_due or index_due
    data = {"mark": row.id, "revision": row.revision, "state": row.state}
    session.flush()
    record_event(session, "mark.changed", data, owner=row.owner, now=now)


def _is(row: MarkRow, mark: Mark, pictures: Sequence[StoredPicture]) -> bool:
    same_record = row.record == record_of(mark)
    return same_record and stored_pictures(row) == [*pictures]


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, date) else value
