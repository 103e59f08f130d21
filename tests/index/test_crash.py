from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from detector.errors import ReferenceIndexError
from detector.index.lock import writer_lock
from detector.index.store import ReferenceIndex, leftovers, upsert, verify

from .synthetic import contents, entries, plain

assert __package__ is not None
TOP = Path(__file__).parents[len(__package__.split("."))]
IMPORTER = [sys.executable, "-m", f"{__package__}.importer"]
BASE, CHANGING = "xyz", "abcd"
EVENT_KILLS, CLOCK_KILLS = 25, 25


def importer(folder: Path, names: str, seed: int = 0, kill_at: int = 0) -> subprocess.Popen[str]:
    """Start an import in its own process and wait until it is about to begin."""
    words = [*IMPORTER, str(folder), names, str(seed), str(kill_at)]
    process = subprocess.Popen(words, cwd=TOP, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def finished(process: subprocess.Popen[str]) -> str:
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return output


class Chain:
    """Imports that change the same marks to and fro in one folder, each of which may be killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.states: list[dict[str, Any]] = [
            plain([*entries(BASE), *entries(CHANGING, seed)]) for seed in (0, 1)
        ]
        upsert(folder, [*entries(BASE), *entries(CHANGING, 0)])
        self.now = 0

    def start(self, kill_at: int = 0) -> subprocess.Popen[str]:
        return importer(self.folder, CHANGING, 1 - self.now, kill_at)

    def check(self, done: bool) -> None:
        """After an import: the index is sound and exactly in its old or its new state."""
        assert verify(self.folder) == []
        with ReferenceIndex.open(self.folder) as index:
            found = contents(index)
        assert found in self.states
        state = self.states.index(found)
        assert not done or state == 1 - self.now
        self.now = state


def test_an_import_killed_at_any_moment_leaves_the_old_or_the_new_state(tmp_path: Path) -> None:
    chain = Chain(tmp_path / "index")
    rng = random.Random(3)
    began = time.monotonic()
    events = int(finished(chain.start()))
    lasted = time.monotonic() - began
    chain.check(done=True)
    killed = {"old": 0, "new": 0, "with leftovers": 0}
    # The first kill comes when the new state is visible but the old one not yet cleared away.
    points = [events - 5, *(rng.randint(1, events - 5) for _ in range(EVENT_KILLS - 1))]
    for number in range(EVENT_KILLS + CLOCK_KILLS):
        before = chain.now
        by_event = number < EVENT_KILLS
        process = chain.start(points[number] if by_event else 0)
        try:
            process.communicate(timeout=60 if by_event else rng.uniform(0, lasted / 2))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
        assert process.returncode in ([-signal.SIGKILL] if by_event else [-signal.SIGKILL, 0])
        if process.returncode:
            killed["with leftovers"] += bool(leftovers(chain.folder))
        chain.check(done=process.returncode == 0)
        killed["old" if chain.now == before else "new"] += process.returncode != 0
    assert killed["old"] >= 15
    assert killed["new"] >= 1
    assert killed["with leftovers"] >= 15
    finished(chain.start())
    chain.check(done=True)
    assert leftovers(chain.folder) == []


def test_a_first_import_that_is_killed_can_be_repeated(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    for kill_at in (4, 40, 80):
        process = importer(folder, "abc", kill_at=kill_at)
        process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL
    finished(importer(folder, "abc"))
    with ReferenceIndex.open(folder) as index:
        assert contents(index) == plain(entries("abc"))
    assert verify(folder) == []
    assert leftovers(folder) == []


def test_imports_at_the_same_time_come_one_after_the_other(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    names = ("abc", "def", "ghi")
    processes = [importer(folder, some) for some in names]
    for process in processes:
        finished(process)
    with ReferenceIndex.open(folder) as index:
        assert contents(index) == plain(entries("".join(names)))
    assert verify(folder) == []


def test_an_import_waits_for_the_writer_before_it(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    upsert(folder, entries("a"))
    with writer_lock(folder):
        process = importer(folder, "b")
        with pytest.raises(subprocess.TimeoutExpired):
            process.communicate(timeout=0.5)
        with ReferenceIndex.open(folder) as index:
            assert contents(index) == plain(entries("a"))
    finished(process)
    with ReferenceIndex.open(folder) as index:
        assert contents(index) == plain(entries("ab"))


def test_a_writer_that_waits_too_long_says_so(tmp_path: Path) -> None:
    with (
        writer_lock(tmp_path),
        pytest.raises(ReferenceIndexError, match="another import") as caught,
        writer_lock(tmp_path, seconds=0),
    ):
        pass
    assert "try again" in caught.value.remedy
    with writer_lock(tmp_path, seconds=0):
        pass
