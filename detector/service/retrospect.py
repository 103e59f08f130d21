"""Retrospects: a new mark is searched for in past uploads, by their kept features.

One host at a time works at a retrospect, in killable processes, some hundred photos at once. What
they gave is written in one transaction with the place to go on from, so that a retrospect which is
interrupted goes on there, on this host or another.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from detector.channels.registry import resolved
from detector.errors import DetectorError, UsageError
from detector.index.store import ReferenceIndex
from detector.jobs.pool import WorkerPool
from detector.jobs.scan_config import ScanConfig
from detector.pictures.worker import WorkerCrash
from detector.pipeline.import_marks import check_settings
from detector.scoring.scorer import default_scorer
from detector.service.events import record
from detector.service.generations import current_generation
from detector.service.index_copies import index_at
from detector.service.kept_search import KeptSearch, answer_of, search_kept, to_kept_request
from detector.service.photo_features import count_features, next_features
from detector.service.policies import policy_in_use
from detector.service.redescribe import describe_again, features_of_service
from detector.service.retrospect_findings import add_findings
from detector.service.service import Service
from detector.service.settings import QueueSettings
from detector.service.storage.database import now_of
from detector.service.storage.marks import MarkRow
from detector.service.storage.retrospects import PhotoFeaturesRow, RetrospectRow

CHUNK = 250
"""Photos that are searched together: the most alike of them are looked at closely."""

SECONDS = 300.0  # that a chunk may take
SHOWN = 50  # findings of one photo
LEASE = timedelta(seconds=SECONDS + 60)

Photos = Sequence[tuple[str, str]]
"""The digests of photos, and those of their kept features."""

_FAILED = (WorkerCrash, TimeoutError, ValueError, UsageError)
_LOG = logging.getLogger(__name__)


class Interrupted(Exception):
    """The search is to stop, or another host has taken it over."""


def run_due(service: Service, *, jobs: int = 1, stop: threading.Event | None = None) -> bool:
    """Do one retrospect that is due, with `jobs` processes; False where none is.

    It ends early, to be gone on with later, once `stop` is set. A retrospect that fails without
    getting on is tried again and parked as an inspection is.
    """
    with service.database.writing() as session:
        row = _leased(session, now_of(session))
    if row is None:
        return False
    run = _Run(service, row.number, row.lease or "", row.mark, jobs, stop or threading.Event())
    try:
        run.search()
    except Interrupted:
        run.give_back()
    except (DetectorError, OSError) as error:
        _LOG.warning("a retrospect failed", extra={"retrospect": row.id}, exc_info=error)
        run.put_off(str(error))
    return True


@dataclass(frozen=True, slots=True)
class _Run:
    """One turn at a retrospect: `lease` is the token by which this process holds it."""

    service: Service
    number: int
    lease: str
    mark: str
    jobs: int
    stop: threading.Event

    def search(self) -> None:
        """Search all features that are kept, from where the last turn ended."""
        config = _configuration(self.service, self.mark)
        made_with = features_of_service(self.service)
        for _ in describe_again(self.service, config, self.jobs):
            self._renew()
        with self.service.database.writing() as session:
            row = self._held(session)
            row.generation, row.total = config.generation, count_features(session, made_with)
        with WorkerPool(search_kept, self.jobs, SECONDS) as pool:
            chunks = _Chunks(self.service.pictures.address, pool, config, self.mark)
            for rows, answer in chunks.searched(self._chunks(made_with, row.position), self.jobs):
                self._write(rows, answer)
        with self.service.database.writing() as session:
            self._finish(session)

    def give_back(self) -> None:
        """Let this or another host go on at once."""
        with self.service.database.writing() as session:
            row = session.get_one(RetrospectRow, self.number)
            if row.lease == self.lease:
                row.state, row.lease, row.due_at = "queued", None, now_of(session)
                row.attempts = max(0, row.attempts - 1)

    def put_off(self, error: str) -> None:
        """Try again later, or park what was tried often enough."""
        settings = self.service.settings.queue
        with self.service.database.writing() as session:
            row, now = session.get_one(RetrospectRow, self.number), now_of(session)
            if row.lease != self.lease:
                return
            row.error, row.lease = error, None
            row.state, row.due_at = "queued", now + _backoff(row.attempts, settings)
            if row.attempts >= settings.attempts:
                row.state, row.finished_at = "failed", now

    def _chunks(self, made_with: str, position: int) -> Iterator[Sequence[PhotoFeaturesRow]]:
        while not self.stop.is_set():
            with self.service.database.reading() as session:
                rows = next_features(session, made_with, position, CHUNK)
            if not rows:
                return
            position = rows[-1].number
            yield rows
        raise Interrupted

    def _held(self, session: Session) -> RetrospectRow:
        """The row, whose lease is renewed. Raises `Interrupted` where another host has it."""
        row = session.get(RetrospectRow, self.number, with_for_update=True)
        if row is None or row.lease != self.lease or row.state != "running":
            raise Interrupted
        row.due_at = now_of(session) + LEASE
        return row

    def _renew(self) -> None:
        if self.stop.is_set():
            raise Interrupted
        with self.service.database.writing() as session:
            self._held(session)

    def _write(self, rows: Sequence[PhotoFeaturesRow], answer: KeptSearch) -> None:
        """Write what a chunk gave, with the place to go on from."""
        with self.service.database.writing() as session:
            row, now = self._held(session), now_of(session)
            lost = {one.digest for one in rows if not one.blob} | set(answer.unreadable)
            row.position, row.attempts, row.error = rows[-1].number, 0, ""
            row.photos += len(rows) - len(lost)
            row.missing += len(lost)
            row.found += len(answer.found)
            row.findings += add_findings(session, answer.found, self.mark, now)

    def _finish(self, session: Session) -> None:
        row, now = self._held(session), now_of(session)
        row.state, row.lease, row.finished_at = "done", None, now
        counts = {name: getattr(row, name) for name in ("photos", "missing", "found", "findings")}
        owner = session.get_one(MarkRow, self.mark).owner
        data = {"retrospect": row.id, "mark": self.mark, **counts}
        record(session, "retrospect.done", data, owner=owner, now=now)


@dataclass(frozen=True, slots=True)
class _Chunks:
    """The search of chunks in a pool of processes, which read the features from `store`."""

    store: str
    pool: WorkerPool
    config: ScanConfig
    mark: str

    def searched(
        self, chunks: Iterator[Sequence[PhotoFeaturesRow]], jobs: int
    ) -> Iterator[tuple[Sequence[PhotoFeaturesRow], KeptSearch]]:
        """Yield chunks in their order with what they gave; one waits for each process."""
        waiting = deque[tuple[Sequence[PhotoFeaturesRow], Photos, Future[list[bytes]]]]()
        for rows in chunks:
            kept: Photos = [(row.digest, row.blob) for row in rows if row.blob]
            waiting.append((rows, kept, self._submit(kept)))
            if len(waiting) > 2 * jobs:
                first, photos, future = waiting.popleft()
                yield first, self._answer(photos, future)
        for rows, photos, future in waiting:
            yield rows, self._answer(photos, future)

    def _submit(self, photos: Photos) -> Future[list[bytes]]:
        request = to_kept_request(self.config.to_text(), self.mark, self.store, photos)
        return self.pool.submit(request, self.config)

    def _answer(self, photos: Photos, future: Future[list[bytes]]) -> KeptSearch:
        """What photos gave. Raises `UsageError` where none of several can be searched."""
        answer = self._answered(photos, future)
        if len(photos) > 1 and len(answer.unreadable) == len(photos):
            remedy = "Look into the log of the process that searches."
            raise UsageError("no photo of a chunk could be searched", remedy=remedy)
        return answer

    def _answered(self, photos: Photos, future: Future[list[bytes]]) -> KeptSearch:
        """What photos gave; where they crash a process, each half of them alone."""
        try:
            return answer_of(future.result())
        except _FAILED as error:
            if len(photos) < 2:
                _LOG.warning("kept features could not be searched", exc_info=error)
                return KeptSearch({}, tuple(digest for digest, _ in photos))
        half = len(photos) // 2
        first, second = (
            self._answered(part, self._submit(part)) for part in (photos[:half], photos[half:])
        )
        return KeptSearch(first.found | second.found, first.unreadable + second.unreadable)


def _configuration(service: Service, mark: str) -> ScanConfig:
    """How photos are searched with the generation in use.

    Raises `UsageError` where that does not hold the mark yet, and `ReferenceIndexError`.
    """
    settings = resolved(service.settings.detection)
    with service.database.writing() as session:  # a new service makes its first policy
        newest, (_, policy) = current_generation(session), policy_in_use(session)
    folder = index_at(service, newest.generation) if newest else service.settings.index
    with ReferenceIndex.open(folder) as index:
        check_settings(index, settings)
        generation, known = index.generation, any(one.id == mark for one in index.marks)
    if not known:
        raise UsageError(f"the index does not hold {mark} yet", remedy="Wait for the next one.")
    scorer = default_scorer()
    return ScanConfig(folder, generation, settings, scorer, policy, policy.review, top=SHOWN)


def _leased(session: Session, now: datetime) -> RetrospectRow | None:
    """Take the oldest retrospect that is due, also one that a dead process left."""
    due = select(RetrospectRow).where(
        RetrospectRow.state.in_(("queued", "running")), RetrospectRow.due_at <= now
    )
    oldest = due.order_by(RetrospectRow.number).limit(1).with_for_update(skip_locked=True)
    row = session.scalars(oldest).first()
    if row is not None:
        row.state, row.lease, row.due_at = "running", secrets.token_hex(16), now + LEASE
        row.attempts += 1
    return row


def _backoff(attempts: int, settings: QueueSettings) -> timedelta:
    return timedelta(seconds=settings.backoff_seconds * 2 ** max(0, attempts - 1))
