"""A worker: leases inspections, has their pictures examined, and writes what was found.

One thread leases and renews; each inspection has a thread that waits for its pictures. Whatever
fails says something of the pictures (an answer), of this inspection (it is tried again, then
parked), or of this host (the inspection is given back, and the worker pauses).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from detector.errors import ReferenceIndexError, StorageError, UsageError
from detector.jobs.pool import Examine
from detector.jobs.runner import MAX_SECONDS
from detector.pipeline.faults import FAULTS
from detector.records import Decision
from detector.service import queue
from detector.service.conclusion import conclude
from detector.service.examinations import Examinations, Examined, Interrupted, NoProcess
from detector.service.examine import examine_upload
from detector.service.generations import current_generation
from detector.service.log import about_inspection
from detector.service.photo_features import keep_features
from detector.service.redescribe import features_of_service
from detector.service.service import Service
from detector.service.storage.database import now_of
from detector.service.storage.inspections import InspectionRow
from detector.service.storage.notifications import Listener

DRAIN_SECONDS = 8.0
"""For what is under way when a worker ends: containers are killed ten seconds after SIGTERM."""

DATABASE_AWAY = (OperationalError, InterfaceError)
_RETRY_SECONDS = 0.5
_LONGEST_PAUSE = 60.0

_LOG = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class _Running:
    """An inspection under way: its row, the token of its lease, and how many pictures are left."""

    row: InspectionRow
    lease: str
    left: int


class Worker:
    """Makes inspections in `jobs` processes. Lifetime: one `run`."""

    def __init__(
        self,
        service: Service,
        jobs: int,
        *,
        examine: Examine = examine_upload,
        seconds: float = MAX_SECONDS,
        drain_seconds: float = DRAIN_SECONDS,
    ) -> None:
        """`seconds` is the most for one picture, `drain_seconds` for what is left at the end."""
        self._service, self._settings, self._jobs = service, service.settings.queue, jobs
        self._examinations = Examinations(service, examine, jobs, seconds)
        self._listener = Listener(service.database, "inspection_queued")
        self._threads = ThreadPoolExecutor(2 * jobs, thread_name_prefix="inspection")
        self._running, self._lock = list[_Running](), threading.Lock()
        self._drain_seconds, self._over = drain_seconds, threading.Event()
        self._renewed, self._troubles = time.monotonic(), 0
        self._paused_until, self._paused_with = 0.0, ""

    def run(self, stop: threading.Event) -> None:
        """Take what waits, until `stop` is set; then finish what is under way, or give it back."""
        with self._listener, self._threads, self._examinations:
            self._examinations.warm_up()
            _LOG.info("worker begun", extra={"jobs": self._jobs})
            try:
                while not stop.is_set():
                    self._turn(self._take)
                self._drain()
            finally:
                self._over.set()
        _LOG.info("worker ended")

    def _turn(self, take: Callable[[], None]) -> None:
        """Renew leases, take inspections, and wait until there may be something to do."""
        count = self._listener.count
        try:
            self._renew()
            take()
        except DATABASE_AWAY as error:
            _LOG.warning("the database is away", extra={"error": str(error.orig)})
        self._listener.wait(count, self._settings.idle_seconds)

    def _take(self) -> None:
        """Lease inspections until no process is idle."""
        while self._left() < self._jobs and not self._is_paused():
            with self._service.database.writing() as session:
                now = now_of(session)
                row = queue.lease(session, self._settings, now)
                if row is None:
                    return
                running = _Running(row, row.lease or "", len(row.pictures))
            self._service.metrics.observe_stage("wait", (now - row.created_at).total_seconds())
            with self._lock:
                self._running.append(running)
            self._threads.submit(self._work, running)

    def _left(self) -> int:
        with self._lock:
            return sum(running.left for running in self._running)

    def _renew(self) -> None:
        """Renew all leases once a third of their time is over."""
        if time.monotonic() < self._renewed + self._settings.lease_seconds / 3:
            return
        self._renewed = time.monotonic()
        with self._lock:
            running = tuple(self._running)
        for one in running:  # one that is lost, or has just ended, is found out when it is written
            with self._service.database.writing() as session:
                queue.renew(session, one.row.id, one.lease, self._settings, now_of(session))

    def _drain(self) -> None:
        """Wait for what is under way, for a while; give the rest back before it is killed."""
        end = time.monotonic() + self._drain_seconds
        while self._running and time.monotonic() < end:
            self._turn(lambda: None)
        with self._lock:
            running = tuple(self._running)
        for one in running:
            try:
                with self._service.database.writing() as session:
                    queue.give_back(session, one.row.id, one.lease, now_of(session))
            except DATABASE_AWAY:
                _LOG.warning("not given back", extra={"inspection": one.row.id})  # the lease ends

    def _work(self, running: _Running) -> None:
        """Make one inspection, whatever comes; its log records and its trace name it."""
        row = running.row
        about: dict[str, str | int | float] = {
            "detector.inspection.id": row.id,
            "detector.attempt": row.attempts,
        }
        span = self._service.tracing.span("lease", parent=row.trace, attributes=about)
        with about_inspection(row.id), span:
            self._try(running)

    def _try(self, running: _Running) -> None:
        about = {"inspection": running.row.id, "attempt": running.row.attempts}
        try:
            self._inspect(running)
            self._troubles = 0
        except Interrupted:
            _LOG.info("inspection interrupted", extra=about)
        except DATABASE_AWAY:
            _LOG.exception("the database is away", extra=about)
            self._give_back(running)
        except (ReferenceIndexError, UsageError, NoProcess) as error:
            _LOG.error("this host cannot inspect: %s", error, extra=about)
            self._pause()
            self._give_back(running)
        except StorageError as error:
            _LOG.exception("a picture cannot be read", extra=about)
            if not isinstance(error.__cause__, FileNotFoundError):
                self._pause()
            self._retry(running, str(error))
        except FAULTS as error:
            _LOG.exception("an inspection failed", extra=about)
            self._retry(running, f"{type(error).__name__}: {error}")
        finally:
            with self._lock:
                self._running.remove(running)
            self._listener.wake()

    def _inspect(self, running: _Running) -> None:
        def on_picture() -> None:
            with self._lock:
                running.left -= 1
            self._listener.wake()

        with self._service.tracing.span("examine"):
            examined = self._examinations.examine(running.row, on_picture)
        began = time.perf_counter()
        with self._service.tracing.span("conclude"):
            decision = self._concluded(running, examined)
        if decision is None:
            _LOG.warning("a result was not written", extra={"inspection": running.row.id})
            return
        metrics = self._service.metrics
        metrics.observe_stage("fetch", examined.fetch_seconds)
        metrics.observe_stage("examine", examined.examine_seconds)
        metrics.observe_stage("conclude", time.perf_counter() - began)
        metrics.observe_inspection(examined.listings, decision)
        self._keep_features(examined)
        about = {"inspection": running.row.id, "decision": decision}
        _LOG.info("inspection done", extra={**about, "seconds": examined.examine_seconds})

    def _concluded(self, running: _Running, examined: Examined) -> Decision | None:
        return self._written(
            lambda session, now: conclude(
                session,
                running.row,
                running.lease,
                examined.listings,
                generation=examined.generation,
                seconds=examined.fetch_seconds + examined.examine_seconds,
                now=now,
            )
        )

    def _keep_features(self, examined: Examined) -> None:
        """Keep what photos are searched by for later marks; what fails is described again then."""
        store, made_with = self._service.pictures, features_of_service(self._service)
        found = zip(examined.listings, examined.features, strict=True)
        for digest, blob in {listing.digest: blob for listing, blob in found}.items():
            try:
                if blob:
                    store.put(blob)  # not within the transaction
                with self._service.database.writing() as session:
                    keep_features(
                        session,
                        store,
                        digest,
                        blob,
                        described_with=made_with,
                        now=now_of(session),
                    )
            except FAULTS as error:  # also where another worker has just kept them
                _LOG.warning("features not kept", exc_info=error, extra={"digest": digest})

    def _retry(self, running: _Running, error: str) -> None:
        state = self._written(
            lambda session, now: queue.retry_or_park(
                session,
                running.row.id,
                running.lease,
                error,
                settings=self._settings,
                now=now,
            )
        )
        if state == "queued":
            self._service.metrics.observe_retry()
        elif state == "failed":
            self._service.metrics.observe_parked()

    def _give_back(self, running: _Running) -> None:
        self._written(
            lambda session, now: queue.give_back(session, running.row.id, running.lease, now)
        )

    def _written(self, write: Callable[[Session, datetime], T]) -> T | None:
        """Do a transaction; while the database is away, try again for as long as a lease lasts.

        None where that was too short: then another worker takes the inspection.
        """
        end = time.monotonic() + self._settings.lease_seconds
        while time.monotonic() < end:
            try:
                with self._service.database.writing() as session:
                    return write(session, now_of(session))
            except DATABASE_AWAY as error:
                _LOG.warning("cannot be written yet", extra={"error": str(error.orig)})
                if self._over.wait(_RETRY_SECONDS):
                    break
        return None

    def _pause(self) -> None:
        """Take nothing for a while, twice as long each time, as others fare no better here."""
        self._troubles += 1
        self._paused_with = self._examinations.looked_for
        seconds = self._settings.backoff_seconds * 2.0 ** min(self._troubles - 1, 10)
        self._paused_until = time.monotonic() + min(seconds, _LONGEST_PAUSE)

    def _is_paused(self) -> bool:
        """Whether nothing is taken now. Another generation ends a pause: it may be the remedy."""
        if time.monotonic() >= self._paused_until:
            return False
        with self._service.database.reading() as session:
            newest = current_generation(session)
        return newest is None or newest.generation == self._paused_with
