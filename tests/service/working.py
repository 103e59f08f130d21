"""A worker in a thread, inspections for it to do, and a way to wait for them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from detector.service import queue
from detector.service.service import Service
from detector.service.settings import QueueSettings
from detector.service.storage.database import now_of
from detector.service.storage.notifications import Listener, notify
from detector.service.storage.tables import InspectionRow, PictureRow
from detector.service.worker import Worker
from tests.service.standin import examine

QUICK = QueueSettings(attempts=2, backoff_seconds=0.01, idle_seconds=0.05)
LONGEST = 60.0


@contextmanager
def working(
    service: Service, jobs: int = 1, settings: QueueSettings = QUICK, **options: Any
) -> Iterator[None]:
    """Let a worker run with the stand-in, unless `options` say otherwise."""
    service.settings = replace(service.settings, queue=settings)
    stop = threading.Event()
    worker = Worker(service, jobs, **{"examine": examine, **options})
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        with service.database.writing() as session:
            notify(session, "inspection_queued")  # so that it looks at once
        thread.join(LONGEST)
        assert not thread.is_alive()


def add(service: Service, name: str, *pictures: bytes, **fields: Any) -> str:
    """Queue an inspection of these pictures, and give its id."""
    digests = [service.pictures.put(picture) for picture in pictures]
    with service.database.writing() as session:
        now = now_of(session)
        rows = [
            PictureRow(position=position, digest=digest, name=f"{name}-{position}.jpg")
            for position, digest in enumerate(digests, 1)
        ]
        queue.enqueue(session, InspectionRow(id=name, created_at=now, pictures=rows, **fields), now)
    return name


def row_of(service: Service, name: str) -> InspectionRow:
    """An inspection with its results and findings."""
    with service.database.reading() as session:
        row = session.scalars(select(InspectionRow).filter_by(id=name)).one()
        assert (row.results, row.findings, row.pictures) is not None
        return row


def wait_for(service: Service, name: str, *states: str) -> InspectionRow:
    """Wait until an inspection is in one of these states, by default ended."""
    return wait_until(service, name, lambda row: row.state in (states or ("done", "failed")))


def wait_until(
    service: Service, name: str, is_so: Callable[[InspectionRow], bool]
) -> InspectionRow:
    """Wait until this is so of an inspection."""
    end = time.monotonic() + LONGEST
    with Listener(service.database, "inspection_finished") as listener:
        while time.monotonic() < end:
            count, row = listener.count, row_of(service, name)
            if is_so(row):
                return row
            listener.wait(count, 0.05)
    raise AssertionError(f"{name} is {row.state}: {row.error}")
