"""Workers, and the database, that are killed at random while inspections go on."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from detector.service import queue
from detector.service.service import Service
from detector.service.storage.database import now_of
from detector.service.storage.tables import EventRow, InspectionRow, PictureRow
from tests.service.postgresql import PostgresServer

ROOT = Path(__file__).parents[2]
LONGEST = 120.0
"""Seconds until everything that was accepted must have ended."""


@dataclass
class Process:
    """A process that is started again whenever it was killed; the first line says it is ready."""

    command: Sequence[str]
    environment: dict[str, str] | None = None
    running: subprocess.Popen[str] | None = None

    def start(self) -> None:
        self.running = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.running.stdout is not None
        line = self.running.stdout.readline()
        assert line, f"{self.command} ended with {self.running.wait()}"

    def check(self) -> None:
        """Whether it still runs; where not, what it said."""
        if self.running is not None and self.running.poll() is not None:
            raise AssertionError(self.running.communicate()[0])

    def kill(self) -> None:
        if self.running is not None:
            self.running.kill()
            self.running.communicate()
            self.running = None


def standin_worker(service: Service, index: Path | None = None) -> Process:
    """A worker process of this service that has its own copy of the index."""
    settings = service.settings
    places = (settings.database, settings.pictures, str(index or settings.index))
    return Process([sys.executable, "-m", "tests.service.standin_worker", *places])


@contextmanager
def started(processes: Sequence[Process]) -> Iterator[None]:
    with ExitStack() as stack:
        for process in processes:
            process.start()
            stack.callback(process.kill)
        yield


@dataclass
class Killing:
    """Kills at seeded random moments. `upload` takes a number and returns an inspection's id.

    It is called between kills, and again for the same number where it raises; an inspection that it
    has returned was accepted.
    """

    service: Service
    victims: dict[str, Process | PostgresServer]
    upload: Callable[[int], str]
    seed: int = 0
    longest_pause: float = 1.0
    accepted: list[str] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)

    def run(self, kills: int) -> dict[str, Any]:
        """Kill so often, wait until all has ended, and say how. The victims must run already."""
        moments = random.Random(self.seed)
        for _ in range(kills):
            until = time.monotonic() + moments.uniform(0, self.longest_pause)
            self._upload_until(until)
            name = moments.choice(sorted(self.victims))
            self.victims[name].kill()
            self.victims[name].start()
            self.kills[name] += 1
        self._await_end()
        return self._outcome()

    def _upload_until(self, until: float) -> None:
        while True:
            try:
                self.accepted.append(self.upload(len(self.accepted)))
            except (DBAPIError, OSError):
                time.sleep(0.05)
            if time.monotonic() > until:
                return
            time.sleep(0.05)

    def _await_end(self) -> None:
        end = time.monotonic() + LONGEST
        while self._unended():
            assert time.monotonic() < end, f"{self._unended()} inspections do not end"
            for victim in self.victims.values():
                if isinstance(victim, Process):
                    victim.check()
            time.sleep(0.1)

    def _unended(self) -> int:
        unended = InspectionRow.state.in_(("queued", "running"))
        with self.service.database.reading() as session:
            return session.scalars(select(func.count()).where(unended)).one()

    def _outcome(self) -> dict[str, Any]:
        """What stands in the database, and how it differs from each accepted one ended once."""
        with self.service.database.reading() as session:
            rows = session.scalars(select(InspectionRow)).all()
            results = {row.id: len(row.results) for row in rows}
            told = Counter(
                dict(event.data)["inspection"]
                for event in session.scalars(select(EventRow).filter_by(kind="inspection.done"))
            )
        return {
            "kills": dict(sorted(self.kills.items())),
            "accepted": len(self.accepted),
            "lost": len({*self.accepted} - results.keys()),
            "states": dict(Counter(row.state for row in rows)),
            "not_once": sum(told[row.id] != 1 or results[row.id] != 1 for row in rows),
            "without_generation": sum(not row.generation for row in rows),
            "attempts": dict(sorted(Counter(row.attempts for row in rows).items())),
        }


def queued(service: Service, number: int, picture: bytes) -> str:
    """Queue an inspection of one picture, as an accepted upload is; its id."""
    digest = service.pictures.put(picture)
    with service.database.writing() as session:
        now = now_of(session)
        row = InspectionRow(
            id=f"inspection-{number}-{time.monotonic_ns()}",
            created_at=now,
            pictures=[PictureRow(position=1, digest=digest, name=f"{number}.jpg")],
        )
        queue.enqueue(session, row, now)
    return row.id
