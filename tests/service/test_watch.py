"""Pictures of a folder become inspections: once, whole, and over restarts."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from sqlalchemy import select

from detector.errors import UsageError
from detector.service.service import Service
from detector.service.settings import Limits
from detector.service.storage.tables import InspectionRow
from detector.service.watch import Arrivals, FolderWatch
from tests.service.working import add, working

LONGEST = 60.0


@contextmanager
def watching(service: Service, folder: Path) -> Iterator[Queue[dict[str, Any]]]:
    """Watch a folder, and give the results as they come."""
    results, stop = Queue[dict[str, Any]](), threading.Event()
    watch = FolderWatch(service, folder, settle_seconds=0.05)
    thread = threading.Thread(target=watch.run, args=(stop, results.put))
    thread.start()
    try:
        yield results
    finally:
        stop.set()
        thread.join(LONGEST)
        assert not thread.is_alive()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (path := tmp_path / "photos").mkdir()
    return path


def names(results: Queue[dict[str, Any]], count: int) -> set[str]:
    return {Path(results.get(timeout=LONGEST)["path"]).name for _ in range(count)}


def inspections(service: Service) -> int:
    with service.database.reading() as session:
        return len(session.scalars(select(InspectionRow.id)).all())


def test_what_is_there_and_what_appears_is_inspected(service: Service, folder: Path) -> None:
    (folder / "old.jpg").write_bytes(b"old")
    (folder / "notes.txt").write_bytes(b"left out, as by a scan")
    with working(service), watching(service, folder) as results:
        first = results.get(timeout=LONGEST)
        (folder / "deep").mkdir()
        (folder / "deep" / "new.jpg").write_bytes(b"new")
        (folder / "crash.jpg").write_bytes(b"crash")
        assert names(results, 2) == {"new.jpg", "crash.jpg"}
    assert first == {
        "path": str(folder / "old.jpg"),
        "inspection": first["inspection"],
        "state": "done",
        "decision": "pass",
        "reasons": [],
        "findings": [],
        "error": "",
    }
    with service.database.reading() as session:
        row = session.scalars(select(InspectionRow).filter_by(id=first["inspection"])).one()
        assert row.origin == "watch"
    assert inspections(service) == 3


def test_a_restart_goes_on_where_the_last_run_ended(service: Service, folder: Path) -> None:
    (folder / "done.jpg").write_bytes(b"done")
    with working(service), watching(service, folder) as results:
        names(results, 1)
    (folder / "again.jpg").write_bytes(b"again")
    with watching(service, folder):  # no worker: it is queued, and nothing is told
        while inspections(service) < 2:
            pass
    (folder / "later.jpg").write_bytes(b"later")
    with watching(service, folder) as results:
        while inspections(service) < 3:  # the files are taken in order of name
            pass
        with working(service):
            assert names(results, 2) == {"again.jpg", "later.jpg"}
    assert inspections(service) == 3


def test_content_and_name_together_make_a_picture(service: Service, folder: Path) -> None:
    (folder / "a.jpg").write_bytes(b"one")
    (folder / "b.jpg").write_bytes(b"one")
    with working(service), watching(service, folder) as results:
        assert names(results, 2) == {"a.jpg", "b.jpg"}
        (folder / "a.jpg").write_bytes(b"another")
        assert names(results, 1) == {"a.jpg"}
        os.utime(folder / "b.jpg", (1, 1))  # the same, touched
        (folder / "c.jpg").write_bytes(b"one")
        assert names(results, 1) == {"c.jpg"}
    assert inspections(service) == 4


def test_a_full_queue_is_waited_for(service: Service, folder: Path) -> None:
    service.settings = replace(service.settings, limits=Limits(queued=1))
    add(service, "before", b"first")
    (folder / "a.jpg").write_bytes(b"second")
    with watching(service, folder) as results, working(service):
        assert names(results, 1) == {"a.jpg"}


def test_a_file_that_cannot_be_read_is_told(
    service: Service, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "secret.jpg").write_bytes(b"-")

    def forbidden(path: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", forbidden)  # root may read everything
    with watching(service, folder) as results:
        told = results.get(timeout=LONGEST)
    assert (told["state"], told["error"]) == ("failed", "Permission denied")
    assert inspections(service) == 0


def test_a_name_that_is_no_unicode_is_kept(service: Service, folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.jpg")).write_bytes(b"photo")
    with working(service), watching(service, folder) as results:
        assert names(results, 1) == {"caf\\xe9.jpg"}


def test_no_folder_is_an_error(service: Service, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no folder"):
        FolderWatch(service, tmp_path / "nothing")


PHOTO = Path("photo.jpg")


def complete(arrivals: Arrivals, size: int, now: float) -> bool:
    return list(arrivals.complete({PHOTO: (size, size)}, now)) == [PHOTO]


def test_a_file_that_grows_is_left_alone() -> None:
    arrivals = Arrivals(settle_seconds=1.0)
    told = [complete(arrivals, size, now) for size, now in ((1, 0), (2, 0.9), (3, 1.8), (3, 2.7))]
    assert not any(told)
    assert arrivals.waiting
    assert complete(arrivals, 3, 2.8)
    assert complete(arrivals, 3, 9.0)  # until it is taken
    arrivals.take(PHOTO)
    assert not arrivals.waiting
    assert not complete(arrivals, 3, 20.0)


def test_a_file_that_changed_or_went_is_new() -> None:
    arrivals = Arrivals(settle_seconds=1.0)
    complete(arrivals, 1, 0)
    assert complete(arrivals, 1, 1)
    arrivals.take(PHOTO)
    assert not complete(arrivals, 2, 2)
    assert list(arrivals.complete({}, 2.5)) == []
    assert not arrivals.waiting
    assert not complete(arrivals, 2, 3)
    assert complete(arrivals, 2, 4)
