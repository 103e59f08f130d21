"""Real workers with real child processes: what they answer, and what they leave to others."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

import pytest
from sqlalchemy import update

from detector.errors import IndexMissing
from detector.index.store import ReferenceIndex
from detector.marks.registry import load_marks
from detector.pipeline.import_marks import import_marks
from detector.service import examinations
from detector.service import worker as worker_module
from detector.service.examine import examine_upload
from detector.service.service import Service
from detector.service.settings import QueueSettings
from detector.service.storage.database import now_of
from detector.service.storage.tables import GenerationRow, InspectionRow
from tests.service.working import QUICK, add, row_of, wait_for, wait_until, working


@pytest.fixture
def fifo(tmp_path: Path) -> Path:
    os.mkfifo(path := tmp_path / "fifo")
    return path


def test_a_mark_is_found_in_an_upload(service: Service, photo_of) -> None:
    with working(service, examine=examine_upload):
        row = wait_for(service, add(service, "a", photo_of("vornak"), title="", seller="s-1"))
    assert row.state == "done"
    (result,) = row.results
    assert (result["path"], result["status"], result["seller"]) == ("a-1.jpg", "ok", "s-1")
    assert (result["picture"], result["pictures"]) == (0, 0)
    assert [finding.mark for finding in row.findings] == ["vornak"]
    generation = generation_of(service.settings.index)
    assert row.generation == result["provenance"]["index"] == generation
    assert row.attempts == 1


def test_pictures_of_one_inspection_are_examined_side_by_side(service: Service, fifo: Path) -> None:
    """Each of two waits for the other, so one process could never do both."""
    pictures = [f"read {fifo}".encode(), f"write {fifo}".encode()]
    with working(service, jobs=2):
        row = wait_for(service, add(service, "a", *pictures))
    assert [result["message"] for result in row.results] == ["read", "write"]
    assert [(result["picture"], result["pictures"]) for result in row.results] == [(1, 2), (2, 2)]


def test_what_becomes_of_a_process_is_an_answer(service: Service) -> None:
    with working(service, seconds=1.0):
        row = wait_for(service, add(service, "a", b"crash", b"hang", b"garbage", b"fine"))
    assert (row.state, row.attempts) == ("done", 1)
    assert [result["status"] for result in row.results] == ["error", "error", "error", "ok"]
    messages = [result["message"] for result in row.results]
    assert "died on this photo" in messages[0]
    assert "took longer than 1 s" in messages[1]
    assert "died on this photo" in messages[2]
    assert row.results[0]["digest"] == row.pictures[0].digest


def test_a_picture_that_is_gone_parks_its_inspection_alone(service: Service) -> None:
    lost, other = add(service, "a", b"lost"), add(service, "b", b"fine")
    service.pictures.remove([row_of(service, lost).pictures[0].digest])
    with working(service):
        assert wait_for(service, other).state == "done"
        row = wait_for(service, lost)
    assert (row.state, row.attempts, row.results) == ("failed", 2, [])
    assert "not in the store" in row.error


def test_without_an_index_inspections_wait(
    service: Service, small_index: Path, caplog: pytest.LogCaptureFixture
) -> None:
    index = service.settings.index
    shutil.rmtree(index)
    name = add(service, "a", b"fine")
    due = row_of(service, name).due_at
    with working(service):
        # Given back, and due anew; "running" would be too short to be seen.
        wait_until(service, name, lambda row: row.state == "queued" and row.due_at > due)
        shutil.copytree(small_index, index)
        row = wait_for(service, name)
    assert (row.state, row.attempts) == ("done", 1)
    assert "there are no marks yet, so inspections wait. Add one" in caplog.text


def test_another_generation_ends_a_pause(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pause would last until long after this test has given up."""
    monkeypatch.setattr(worker_module, "_LONGEST_PAUSE", 600.0)
    usable, failed = generation_of(service.settings.index), threading.Semaphore(0)

    def index_at(_: Service, generation: str) -> Path:
        if generation == usable:
            return service.settings.index
        failed.release()
        raise IndexMissing("lost")

    monkeypatch.setattr(examinations, "index_at", index_at)
    use(service, "lost")
    name = add(service, "a", b"fine")
    with working(service, settings=QueueSettings(backoff_seconds=600.0, idle_seconds=0.05)):
        assert failed.acquire(timeout=60)  # as the worker warms up
        assert failed.acquire(timeout=60)
        use(service, usable)
        row = wait_for(service, name)
    assert (row.state, row.attempts, row.generation) == ("done", 1, usable)


def test_the_next_inspection_has_the_next_generation(
    service: Service, marks_folder: Path, photo_of
) -> None:
    index = service.settings.index
    shutil.rmtree(index)
    import_marks(index, load_marks([marks_folder / "ring.png"]))
    with working(service, examine=examine_upload):
        first = wait_for(service, add(service, "a", photo_of("vornak")))
        import_marks(index, load_marks([marks_folder / "vornak.png"]))
        second = wait_for(service, add(service, "b", photo_of("vornak")))
    assert [len(first.findings), len(second.findings)] == [0, 1]
    assert {first.generation, second.generation}.isdisjoint({""})
    assert first.generation != second.generation


def test_a_generation_that_comes_meanwhile_is_for_the_next(
    service: Service, marks_folder: Path, fifo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = service.settings.index.with_name("newer")
    import_marks(newer, load_marks([marks_folder / "ring.png"]))
    folders = {generation_of(folder): folder for folder in (service.settings.index, newer)}
    monkeypatch.setattr(examinations, "index_at", lambda _, generation: folders[generation])
    first, second = folders
    use(service, first)
    slow = add(service, "a", f"read {fifo}".encode(), b"fine")
    with working(service, jobs=2):
        with fifo.open("wb"):  # opens when the process of the first picture reads
            use(service, second)
            wait_for(service, add(service, "b", b"fine"))
        wait_for(service, slow)
    assert [row_of(service, name).generation for name in "ab"] == [first, second]


def generation_of(folder: Path) -> str:
    with ReferenceIndex.open(folder) as index:
        return index.generation


def use(service: Service, generation: str) -> None:
    with service.database.writing() as session:
        session.add(GenerationRow(generation=generation, marks=1, created_at=now_of(session)))


def test_what_is_under_way_at_the_end_is_finished(service: Service, fifo: Path) -> None:
    name = add(service, "a", f"read {fifo}".encode())
    with working(service, drain_seconds=60):
        wait_for(service, name, "running")
        fifo.write_bytes(b"-")  # returns as soon as the process reads
    assert row_of(service, name).state == "done"


def test_what_cannot_be_finished_is_given_back(service: Service, fifo: Path) -> None:
    name = add(service, "a", f"read {fifo}".encode())
    with working(service, drain_seconds=0):
        wait_for(service, name, "running")
    row = row_of(service, name)
    assert (row.state, row.attempts, row.lease, row.results) == ("queued", 0, None, [])


def test_a_result_that_comes_after_the_lease_is_not_written(service: Service, fifo: Path) -> None:
    name = add(service, "a", f"read {fifo}".encode())
    with working(service):
        wait_for(service, name, "running")
        with service.database.writing() as session:
            session.execute(update(InspectionRow).values(lease="another"))
        fifo.write_bytes(b"-")
        wait_for(service, add(service, "b", b"fine"))
    row = row_of(service, name)
    assert (row.state, row.lease, row.results) == ("running", "another", [])


def test_leases_are_renewed_while_pictures_are_examined(service: Service, fifo: Path) -> None:
    settings = QueueSettings(lease_seconds=6.0, idle_seconds=0.05)
    name = add(service, "a", f"read {fifo}".encode())
    with working(service, settings=settings):
        due = wait_for(service, name, "running").due_at
        wait_until(service, name, lambda row: row.due_at > due)
        fifo.write_bytes(b"-")
        row = wait_for(service, name)
    assert (row.state, row.attempts) == ("done", 1)


def test_an_idle_worker_is_woken_by_what_is_queued(service: Service) -> None:
    """It would look by itself only long after this test has given up."""
    lazy = QueueSettings(idle_seconds=15.0)
    with working(service, settings=lazy):
        assert wait_for(service, add(service, "a", b"fine")).state == "done"
        assert wait_for(service, add(service, "b", b"fine")).state == "done"


def test_more_is_taken_only_by_idle_processes(service: Service, fifo: Path) -> None:
    first = add(service, "a", f"read {fifo}".encode())
    second = add(service, "b", b"fine")
    with working(service, settings=QUICK):
        wait_for(service, first, "running")
        assert row_of(service, second).state == "queued"
        fifo.write_bytes(b"-")
        wait_for(service, second)
