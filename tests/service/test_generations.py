"""The index is made from the marks in the database, while others go on reading it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import TypeAdapter
from sqlalchemy import select

from detector.errors import IndexMissing, UsageError
from detector.index.store import ReferenceIndex, verify
from detector.pipeline.detector import Detector
from detector.records import Submission
from detector.service.generations import current_generation, index_is_due, rebuild_index
from detector.service.index_copies import copies_of, index_at
from detector.service.index_updater import IndexUpdater
from detector.service.keys import OPERATOR
from detector.service.mark_catalogue import (
    StoredPicture,
    change_fields,
    find_mark,
    mark_of,
    replace_pictures,
    switch_mark,
)
from detector.service.mark_import import import_sources
from detector.service.service import Service
from detector.service.settings import ServiceSettings
from detector.service.storage.database import now_of
from detector.service.storage.events import EventRow
from detector.service.storage.marks import GenerationRow, MarkRow
from detector.service.taken_over import take_over_index

KILLED = """
import sys
from pydantic import TypeAdapter
from detector.service import generations
from detector.service.service import Service
from detector.service.settings import ServiceSettings

def stop(*_):
    print("built", flush=True)
    sys.stdin.read()

generations.publish = stop
settings = TypeAdapter(ServiceSettings).validate_json(sys.argv[1])
generations.rebuild_index(Service(settings))
"""


@pytest.fixture
def begun(service: Service) -> Service:
    """A service that has taken over the index of the two marks."""
    take_over_index(service)
    return service


@pytest.fixture
def other_host(begun: Service, tmp_path: Path) -> Iterator[Service]:
    """A host with the same database and store, and no copy of the index."""
    with Service(replace(begun.settings, index=tmp_path / "other")) as other:
        yield other


def switch(service: Service, mark_id: str, state: str) -> None:
    with service.database.writing() as session:
        switch_mark(session, find_mark(session, OPERATOR, mark_id), state, "", now_of(session))


def rename(service: Service, mark_id: str, name: str) -> None:
    with service.database.writing() as session:
        row = find_mark(session, OPERATOR, mark_id)
        change_fields(session, row, mark_of(mark_id, {"name": name}), now_of(session))


def current(service: Service) -> GenerationRow:
    with service.database.reading() as session:
        return current_generation(session)


def names_in(service: Service, generation: str) -> list[str]:
    with ReferenceIndex.open(index_at(service, generation)) as index:
        assert index.generation == generation
        return [mark.name for mark in index.marks]


def test_an_index_that_is_there_is_taken_over(begun: Service, small_index: Path) -> None:
    row = current(begun)
    with ReferenceIndex.open(small_index) as index:
        assert row.generation == index.generation
    assert (row.number, row.marks, row.reason) == (1, 2, "taken over")
    assert names_in(begun, row.generation) == ["ring", "vornak"]
    assert verify(index_at(begun, row.generation)) == []
    assert verify(begun.settings.index) == []
    with begun.database.reading() as session:
        assert not index_is_due(session)
        (picture,) = find_mark(session, OPERATOR, "ring").pictures
        assert picture.name == "ring.png"
    shutil.rmtree(begun.settings.index)
    assert take_over_index(begun).number == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # nothing of it asks more
def test_the_index_is_what_an_import_of_the_same_marks_makes(
    service: Service, marks_folder: Path, small_index: Path
) -> None:
    shutil.rmtree(service.settings.index)
    assert take_over_index(service) is None
    with pytest.raises(UsageError, match="no mark in use"):
        rebuild_index(service)
    import_sources(service, OPERATOR, [marks_folder])
    row = rebuild_index(service, "first")
    with ReferenceIndex.open(small_index) as index:
        assert row.generation == index.generation
    with service.database.reading() as session:
        for mark in session.scalars(select(MarkRow)):
            assert not mark.index_due
            assert not mark.distinctiveness["common"]
    assert rebuild_index(service).number == 1


def test_a_change_makes_a_generation_and_the_former_stays_readable(begun: Service) -> None:
    first = current(begun)
    with ReferenceIndex.open(index_at(begun, first.generation)) as reading:
        rename(begun, "ring", "Ring of fire")
        switch(begun, "vornak", "off")
        second = rebuild_index(begun)
        assert (second.number, second.marks) == (2, 1)
        assert names_in(begun, second.generation) == ["Ring of fire"]
        assert [mark.name for mark in reading.marks] == ["ring", "vornak"]
        assert names_in(begun, first.generation) == ["ring", "vornak"]
    with begun.database.reading() as session:
        kinds = session.scalars(select(EventRow.kind).order_by(EventRow.number)).all()
        assert kinds == ["mark.changed", "mark.changed", "index.changed"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # nothing of it asks more
def test_a_mark_that_was_taken_over_comes_back(begun: Service, photo_of) -> None:
    switch(begun, "ring", "off")
    rebuild_index(begun)
    switch(begun, "ring", "active")
    row = rebuild_index(begun)
    assert names_in(begun, row.generation) == ["ring", "vornak"]
    with begun.database.reading() as session:
        assert not index_is_due(session)
    found = Detector.open(index_at(begun, row.generation)).inspect(Submission(photo_of("ring")))
    assert [finding.mark for finding in found.findings] == ["ring"]


def test_a_picture_that_is_gone_costs_no_other_mark(begun: Service) -> None:
    with begun.database.writing() as session:
        row, now = find_mark(session, OPERATOR, "ring"), now_of(session)
        replace_pictures(session, row, [StoredPicture("gone.png", "0" * 64)], now)
    rename(begun, "vornak", "Vornak AG")
    assert names_in(begun, rebuild_index(begun).generation) == ["ring", "Vornak AG"]
    with begun.database.reading() as session:
        assert "gone.png is gone" in find_mark(session, OPERATOR, "ring").index_problem
        assert not index_is_due(session)


def test_hosts_bring_their_copy_up_to_date(begun: Service, other_host: Service) -> None:
    rename(begun, "ring", "Ring of fire")
    generation = rebuild_index(begun).generation
    shutil.rmtree(copies_of(begun))
    with ThreadPoolExecutor(4) as threads:
        hosts = [begun, other_host] * 2
        folders = list(threads.map(lambda host: index_at(host, generation), hosts))
    assert len(set(folders)) == 2
    for folder in folders:
        assert verify(folder) == []
    assert {path.name for path in copies_of(begun).iterdir()} == {generation, "lock"}


@pytest.mark.parametrize("name", ["../../etc", "0" * 32])
def test_an_unknown_generation_is_no_path(begun: Service, name: str) -> None:
    with pytest.raises((IndexMissing, ValueError)):
        index_at(begun, name)


def test_builders_of_two_hosts_work_one_after_another(begun: Service, other_host: Service) -> None:
    rename(begun, "ring", "one")
    rename(begun, "vornak", "two")
    with ThreadPoolExecutor(2) as threads:
        rows = list(threads.map(rebuild_index, [begun, other_host]))
    assert [row.number for row in rows] == [2, 2]
    assert names_in(begun, rows[0].generation) == ["one", "two"]


def test_a_builder_that_is_killed_leaves_the_former_generation(begun: Service) -> None:
    rename(begun, "ring", "Ring of fire")
    settings = TypeAdapter(ServiceSettings).dump_json(begun.settings).decode()
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, settings],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as builder:
        assert builder.stdout.readline() == "built\n"
        assert list(copies_of(begun).glob("build-*"))
        builder.send_signal(signal.SIGKILL)
        assert builder.wait() == -signal.SIGKILL
    assert current(begun).number == 1
    assert names_in(begun, current(begun).generation) == ["ring", "vornak"]
    row = rebuild_index(begun)
    assert names_in(begun, row.generation) == ["Ring of fire", "vornak"]
    assert not list(copies_of(begun).glob("build-*"))


def test_files_of_old_generations_are_forgotten(begun: Service, other_host: Service) -> None:
    first = current(begun).generation
    index_at(begun, first)
    for number in range(6):
        rename(begun, "ring", f"name {number}")
        last = rebuild_index(begun)
    assert names_in(other_host, last.generation) == ["name 5", "vornak"]
    with pytest.raises(IndexMissing):
        index_at(other_host, first)
    with begun.database.reading() as session:
        kept = session.scalars(select(GenerationRow.number).where(GenerationRow.manifest != ""))
        assert sorted(kept) == [3, 4, 5, 6, 7]


def test_the_updater_builds_by_itself(service: Service) -> None:
    with IndexUpdater(service, look_seconds=0.01):
        assert current(service).number == 1
        rename(service, "ring", "Ring of fire")
        deadline = time.monotonic() + 120
        while current(service).number == 1:
            assert time.monotonic() < deadline
    assert names_in(service, current(service).generation) == ["Ring of fire", "vornak"]
