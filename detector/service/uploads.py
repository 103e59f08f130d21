"""Accepting an upload: its pictures are stored, then one transaction makes it an inspection."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from detector.errors import StorageError
from detector.service.idempotency import recall, remember
from detector.service.keys import Caller
from detector.service.picture_references import hold_pictures, remove_unused
from detector.service.queue import enqueue, waiting
from detector.service.service import Service
from detector.service.settings import Limits
from detector.service.storage.database import now_of
from detector.service.storage.inspections import InspectionRow, PictureRow

RETRY_SECONDS = 5
"""After which a caller that was turned away may try again."""

_TRIES = 3  # a picture is removed, or the same request accepted, while this one is: both are rare


class QueueFull(Exception):
    """As many inspections wait as may; nothing of the upload was kept."""


@dataclass(frozen=True, slots=True)
class IncomingPicture:
    """A picture that was sent, or stands at an address (`uri`).

    `read` gives its bytes, also a second time.
    """

    read: Callable[[], bytes]
    name: str = ""
    uri: str = ""


@dataclass(frozen=True, slots=True)
class UploadedPicture:
    """A picture that lies in the store under its digest."""

    digest: str
    name: str = ""
    uri: str = ""


@dataclass(frozen=True, slots=True)
class Upload:
    """A listing that is to be inspected; its fields are as of `Submission`.

    `origin` says how it came. Of two uploads of a caller with the same `idempotency_key`, the
    second is answered with the inspection of the first.
    """

    pictures: tuple[UploadedPicture, ...] = ()
    title: str = ""
    description: str = ""
    category: str = ""
    brand: str = ""
    seller: str = ""
    classes: tuple[int, ...] = ()
    external_id: str = ""
    origin: str = "api"
    idempotency_key: str = ""

    @property
    def digest(self) -> str:
        """What is asked for, as SHA-256: all but the key. An address stands for its picture."""
        fields = asdict(replace(self, idempotency_key=""))
        for picture in fields["pictures"]:
            picture["digest"] = "" if picture["uri"] else picture["digest"]
        return hashlib.sha256(json.dumps(fields).encode()).hexdigest()


class _PictureGone(Exception):
    """A picture that was in the store has been removed meanwhile."""


def submit(
    service: Service, pictures: Sequence[IncomingPicture], upload: Upload, caller: Caller
) -> InspectionRow:
    """Store the pictures, and make the upload with them an inspection that waits in the queue.

    Raises `QueueFull`, `KeyReused`, `StorageError`, and what `IncomingPicture.read` does; then
    nothing is kept.
    """
    if upload.idempotency_key and (row := _repeated(service, pictures, upload, caller)):
        return row
    for _ in range(_TRIES):
        stored = list[UploadedPicture]()
        try:
            stored.extend(_stored(service, picture) for picture in pictures)
            return _accepted(service, replace(upload, pictures=tuple(stored)), caller)
        except (IntegrityError, _PictureGone):
            continue
        except Exception:
            _discard(service, stored)
            raise
    raise StorageError("the upload cannot be kept", remedy="Send it again.")


def accept(
    session: Session, upload: Upload, caller: Caller, limits: Limits, now: datetime
) -> InspectionRow:
    """Make an upload, whose pictures are stored, an inspection in the queue.

    A seller's upload is his own. Raises `QueueFull`, and `KeyReused` for a key that another upload
    had; IntegrityError where the same upload is being accepted by another process.
    """
    hold_pictures(session)
    if caller.role == "seller":
        upload = replace(upload, seller=caller.party)
    if upload.idempotency_key and (known := recall(session, upload, caller, now)):
        return known
    if waiting(session) >= limits.queued:
        raise QueueFull
    row = _row_of(upload, caller, now)
    session.add(row)
    enqueue(session, row, now)
    session.flush()
    if upload.idempotency_key:
        remember(session, upload, caller, row, now)
    return row


def check_room(service: Service) -> None:
    """Raise `QueueFull` where an upload would be turned away, before it is read."""
    with service.database.reading() as session:
        if waiting(session) >= service.settings.limits.queued:
            raise QueueFull


def _accepted(service: Service, upload: Upload, caller: Caller) -> InspectionRow:
    """Accept an upload. Raises `_PictureGone` where a picture was removed since it was stored."""
    with service.tracing.span("enqueue") as span:
        with service.database.writing() as session:
            now = now_of(session)
            row = accept(session, upload, caller, service.settings.limits, now)
            if not all(service.pictures.has(picture.digest) for picture in upload.pictures):
                raise _PictureGone
            row.trace = row.trace or span.context
        if row.created_at == now:  # else it is the inspection of the same upload before
            service.metrics.observe_upload()
            span.note({"detector.inspection.id": row.id})
    return row


def _discard(service: Service, pictures: Sequence[UploadedPicture]) -> None:
    """Remove the pictures of an upload that is not accepted, unless somebody else has them."""
    with service.database.writing() as session:
        remove_unused(session, service.pictures, {picture.digest for picture in pictures})


def _repeated(
    service: Service, pictures: Sequence[IncomingPicture], upload: Upload, caller: Caller
) -> InspectionRow | None:
    """The inspection that this very upload led to before; its pictures are not stored again."""
    hashed = (
        UploadedPicture(
            "" if one.uri else hashlib.sha256(one.read()).hexdigest(), one.name, one.uri
        )
        for one in pictures
    )
    upload = replace(upload, pictures=tuple(hashed))
    if caller.role == "seller":
        upload = replace(upload, seller=caller.party)
    with service.database.reading() as session:
        return recall(session, upload, caller, now_of(session))


def _stored(service: Service, picture: IncomingPicture) -> UploadedPicture:
    data = picture.read()
    digest = service.pictures.put(data)
    service.metrics.observe_picture(len(data))
    return UploadedPicture(digest, picture.name, picture.uri)


def _row_of(upload: Upload, caller: Caller, now: datetime) -> InspectionRow:
    return InspectionRow(
        id=secrets.token_hex(16),
        key_id=caller.key_id,
        origin=upload.origin,
        external_id=upload.external_id,
        title=upload.title,
        description=upload.description,
        category=upload.category,
        brand=upload.brand,
        seller=upload.seller,
        classes=list(upload.classes),
        state="queued",
        due_at=now,
        created_at=now,
        reasons=[],
        results=[],
        pictures=[
            PictureRow(position=position, digest=one.digest, name=one.name, uri=one.uri)
            for position, one in enumerate(upload.pictures, 1)
        ],
    )
