"""What is deleted of old inspections, and what must stay, as time goes by."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from detector.errors import StorageError
from detector.service.periodic import claim
from detector.service.picture_references import hold_pictures
from detector.service.retention import BATCH, prune, prune_when_due, pruning
from detector.service.service import Service
from detector.service.storage.database import Database, now_of
from detector.service.storage.inspections import FindingRow, InspectionRow, PictureRow
from detector.service.storage.marks import MarkPictureRow, MarkRow
from tests.service.rows import add_finding, add_inspection

DAY = timedelta(days=1)
BEGIN = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = BEGIN + 31 * DAY


@pytest.fixture
def kept_30_days(service: Service) -> Service:
    service.settings = replace(service.settings, retention_days=30)
    return service


@pytest.fixture
def upload(kept_30_days: Service) -> Callable[..., str]:
    """An inspection of a picture; its digest is returned."""

    def add(name: str, moment: datetime = BEGIN, state: str = "done", finding: str = "") -> str:
        digest = kept_30_days.pictures.put(name.encode())
        with kept_30_days.database.writing() as session:
            row = add_inspection(session, moment, (digest,), state=state)
            if finding:
                add_finding(session, row, "ring", state=finding)
        return digest

    return add


def test_a_picture_is_kept_for_the_days_and_then_deleted(kept_30_days: Service, upload) -> None:
    digest = upload("one")
    assert prune(kept_30_days, BEGIN + 30 * DAY) == 0
    assert kept_30_days.pictures.has(digest)
    assert prune(kept_30_days, BEGIN + 30 * DAY + timedelta(seconds=1)) == 1
    assert not kept_30_days.pictures.has(digest)


def test_the_record_stays_and_tells_what_happened(kept_30_days: Service, upload) -> None:
    digest = upload("one", finding="confirmed")
    prune(kept_30_days, LATER)
    with kept_30_days.database.reading() as session:
        (picture,) = session.scalars(select(PictureRow))
        assert (picture.digest, picture.deleted_at) == (digest, LATER)
        assert session.scalars(select(InspectionRow)).one().state == "done"
        assert session.scalars(select(FindingRow)).one().mark == "ring"


@pytest.mark.parametrize(
    ("state", "finding", "stays"),
    [
        ("done", "", False),
        ("done", "confirmed", False),
        ("done", "rejected", False),
        ("failed", "", False),
        ("done", "open", True),
        ("queued", "", True),
        ("running", "", True),
    ],
)
def test_what_is_not_finished_or_not_reviewed_stays(
    kept_30_days: Service, upload, state: str, finding: str, stays: bool
) -> None:
    digest = upload("one", state=state, finding=finding)
    upload("another")
    assert prune(kept_30_days, LATER) == (1 if stays else 2)
    assert kept_30_days.pictures.has(digest) is stays


def test_a_younger_inspection_keeps_the_picture_of_an_old_one(
    kept_30_days: Service, upload
) -> None:
    digest = upload("one")
    assert upload("one", BEGIN + 20 * DAY) == digest
    assert prune(kept_30_days, LATER) == 0
    assert prune(kept_30_days, LATER + 20 * DAY) == 1
    assert not kept_30_days.pictures.has(digest)


def test_a_mark_keeps_its_picture(kept_30_days: Service, upload) -> None:
    digest = upload("one")
    with kept_30_days.database.writing() as session:
        mark = MarkRow(id="m", record={}, created_at=BEGIN, updated_at=BEGIN, state_since=BEGIN)
        mark.pictures = [MarkPictureRow(position=0, digest=digest, name="one")]
        session.add(mark)
    assert prune(kept_30_days, LATER) == 0
    assert kept_30_days.pictures.has(digest)


def test_a_picture_that_comes_back_is_kept_again(kept_30_days: Service, upload) -> None:
    upload("one")
    prune(kept_30_days, LATER)
    digest = upload("one", LATER)
    assert prune(kept_30_days, LATER + 30 * DAY) == 0
    assert kept_30_days.pictures.has(digest)
    assert prune(kept_30_days, LATER + 31 * DAY) == 1


def test_more_than_one_batch_is_deleted(kept_30_days: Service, upload, tmp_path: Path) -> None:
    digests = [kept_30_days.pictures.put(b"%d" % number) for number in range(BATCH + 3)]
    with kept_30_days.database.writing() as session:
        for digest in digests:
            add_inspection(session, BEGIN, (digest,), state="done")
    young = upload("young", LATER)
    assert prune(kept_30_days, LATER) == BATCH + 3
    files = [path.name for path in (tmp_path / "pictures").rglob("*") if path.is_file()]
    assert files == [young]
    assert prune(kept_30_days, LATER) == 0


def test_addresses_that_were_never_fetched_are_passed_over(kept_30_days: Service) -> None:
    with kept_30_days.database.writing() as session:
        add_inspection(session, BEGIN, ("",), state="failed")
    assert prune(kept_30_days, LATER) == 0


def test_without_days_nothing_is_deleted(service: Service) -> None:
    digest = service.pictures.put(b"one")
    with service.database.writing() as session:
        add_inspection(session, BEGIN, (digest,), state="done")
    assert prune(service, LATER) == prune_when_due(service) == 0
    assert service.pictures.has(digest)


def test_an_upload_that_is_under_way_keeps_its_picture(kept_30_days: Service, upload) -> None:
    """Its bytes were there already; what deletes them waits for its row."""
    digest = upload("one")
    results: list[int] = []
    thread = threading.Thread(target=lambda: results.append(prune(kept_30_days, LATER)))
    with kept_30_days.database.writing() as session:
        hold_pictures(session)
        assert kept_30_days.pictures.has(digest)
        thread.start()
        thread.join(0.3)  # deletes nothing meanwhile
        assert kept_30_days.pictures.has(digest)
        add_inspection(session, LATER, (digest,))
    thread.join(60)
    assert results == [0]
    assert kept_30_days.pictures.has(digest)


def test_a_store_that_cannot_be_changed_is_told(kept_30_days: Service, upload, tmp_path) -> None:
    digest = upload("one")
    (path,) = (path for path in tmp_path.rglob(digest))
    path.unlink()
    path.mkdir()
    with pytest.raises(StorageError, match=digest):
        prune(kept_30_days, LATER)
    with kept_30_days.database.reading() as session:
        assert session.scalars(select(PictureRow)).one().deleted_at is None


def test_a_task_is_claimed_by_one_process_an_hour(database: Database) -> None:
    hour, moments = timedelta(hours=1), [BEGIN, BEGIN, BEGIN + timedelta(minutes=59)]
    told = []
    for moment in (*moments, BEGIN + hour, BEGIN + hour, BEGIN + 3 * hour):
        with database.writing() as session:
            told.append(claim(session, "prune", hour, moment))
    assert told == [True, False, False, True, False, True]


def test_of_many_processes_one_has_the_task(database: Database) -> None:
    start, told = threading.Barrier(8), []

    def ask() -> None:
        start.wait(30)
        with database.writing() as session:
            told.append(claim(session, "prune", timedelta(hours=1), BEGIN))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(told) == [False] * 7 + [True]


def test_a_worker_prunes_once_an_hour(kept_30_days: Service, upload) -> None:
    with kept_30_days.database.reading() as session:
        now = now_of(session)
    upload("one", now - 31 * DAY)
    assert prune_when_due(kept_30_days) == 1
    upload("two", now - 31 * DAY)
    assert prune_when_due(kept_30_days) == 0


def test_a_worker_has_old_pictures_deleted_beside(kept_30_days: Service, upload) -> None:
    with kept_30_days.database.reading() as session:
        digest = upload("one", now_of(session) - 31 * DAY)
    waiting = threading.Event()
    with pruning(kept_30_days):
        assert any(not kept_30_days.pictures.has(digest) or waiting.wait(0.05) for _ in range(600))


def test_a_store_that_fails_does_not_end_a_worker(kept_30_days: Service, upload, caplog) -> None:
    with kept_30_days.database.writing() as session:
        session.execute(text("DROP TABLE periodic_tasks"))
    waiting = threading.Event()
    with pruning(kept_30_days):
        assert any(caplog.records or waiting.wait(0.05) for _ in range(600))
    assert "not deleted" in caplog.text
