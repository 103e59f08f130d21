"""Accepting an upload (stand-in: part A writes this module)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from detector.service.keys import Caller
from detector.service.queue import enqueue, waiting
from detector.service.service import Service
from detector.service.storage.database import now_of
from detector.service.storage.inspections import InspectionRow, PictureRow


class QueueFull(Exception):
    """As many inspections wait as may; nothing of the upload was kept."""


@dataclass(frozen=True, slots=True)
class IncomingPicture:
    """A picture that was sent, or stands at an address (`uri`)."""

    read: Callable[[], bytes]
    name: str = ""
    uri: str = ""


@dataclass(frozen=True, slots=True)
class Upload:
    """A listing that is to be inspected."""

    title: str = ""
    description: str = ""
    seller: str = ""
    external_id: str = ""
    origin: str = "api"


def submit(
    service: Service, pictures: Sequence[IncomingPicture], upload: Upload, caller: Caller
) -> InspectionRow:
    """Store the pictures, and make the upload with them an inspection that waits in the queue."""
    digests = [service.pictures.put(one.read()) for one in pictures]
    with service.database.writing() as session:
        if waiting(session) >= service.settings.limits.queued:
            raise QueueFull
        now = now_of(session)
        row = InspectionRow(
            id=secrets.token_hex(16),
            key_id=caller.key_id,
            origin=upload.origin,
            external_id=upload.external_id,
            title=upload.title,
            description=upload.description,
            seller=upload.seller,
            created_at=now,
            pictures=[
                PictureRow(position=position, digest=digest, name=one.name, uri=one.uri)
                for position, (digest, one) in enumerate(zip(digests, pictures, strict=True), 1)
            ],
        )
        enqueue(session, row, now)
    return row
