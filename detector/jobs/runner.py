"""Examines many photos in killable processes; answers come in the order of the photos.

Every photo is read and examined in a child process, also when there is only one: a file that
crashes or hangs a decoder costs its own answer and a new process, and nothing else.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from detector.errors import ReferenceIndexError, UsageError
from detector.jobs.journal import Journal, Stamp, stamp_of
from detector.jobs.pool import Examine, WorkerPool, in_order
from detector.jobs.run_identity import run_identity
from detector.jobs.scan_config import ScanConfig
from detector.jobs.submission import (
    from_request,
    require_words_extra,
    to_request,
    with_submission_fields,
)
from detector.jobs.whole_listings import with_whole_decisions
from detector.pictures.read_submission import name_of, read_submission
from detector.pictures.worker import WorkerCrash
from detector.pipeline.detector import Detector
from detector.records import Listing, Reading, Submission
from detector.serialise.jsonl import listing_from_json, listing_to_json

MAX_SECONDS = 300.0  # a photo, reading included; ten times what 32 tiles take, so nothing is lost

# The examination runs other people's C code on strangers' files, and one photo must not end a
# scan; what is not an Exception is a request to stop.
_FAILURES = (Exception, MemoryError)

_LOG = logging.getLogger(__name__)


def scan(
    submissions: Iterable[Submission | Path | Listing],
    config: ScanConfig,
    *,
    jobs: int = 1,
    journal: Journal | None = None,
    seconds: float = MAX_SECONDS,
    examine: Examine | None = None,
) -> Generator[Listing]:
    """Examine photos in parallel and yield their listings in the order of `submissions`.

    A path is a photo alone; a listing is an answer that is known already, such as that about a row
    of a manifest that names no photo. `jobs` photos are examined at the same time, each in a
    process of its own that is killed after `seconds`. Photos that the journal holds are not
    examined again, and others are recorded in it before they are yielded. Pictures of one listing
    are yielded together. Close the iterator to end the processes.

    A photo raises nothing: one that fails is a listing with a status. Raises `UsageError` when the
    journal cannot be written, `MissingExtra` for a text where the extra `words` is not installed,
    and `ReferenceIndexError` when the index is missing, damaged, or replaced during the scan.
    """
    _LOG.info("scan begun", extra={"identity": run_identity(config), "jobs": jobs})
    with WorkerPool(examine or examine_photo, jobs, seconds) as pool:
        job = _Scan(config, config.to_text(), pool, journal)
        yield from with_whole_decisions(in_order(map(job.begin, submissions), jobs))


def examine_photo(request: str) -> list[bytes]:
    """Read and examine the photo that a JSON request names; a listing as a line of JSON.

    Raises `ReferenceIndexError`, which ends a worker: its parent looks at the index then.
    """
    began = time.perf_counter()
    submission, config = from_request(request)
    detector = detector_of(config)
    reading = read_submission(submission, detector.settings.reader)
    listing = _examined(detector, submission, reading)
    return [listing_to_json(replace(listing, seconds=time.perf_counter() - began)).encode()]


@lru_cache(maxsize=1)
def detector_of(config: str) -> Detector:
    """Give the one detector of a worker, from the text of a `ScanConfig`; a photo has one core."""
    import cv2

    cv2.setNumThreads(1)
    return ScanConfig.from_text(config).open()


def _examined(detector: Detector, submission: Submission, reading: Reading) -> Listing:
    try:
        return detector.inspect(submission, reading=reading)
    except ReferenceIndexError:
        raise  # not the photo's fault
    except _FAILURES as error:
        words = " ".join(f"{type(error).__name__}: {error}".split())
        message = f"the examination failed ({words}). Please report it with the photo."
        return replace(_unexamined(submission, message), digest=reading.digest)


@dataclass(frozen=True, slots=True)
class _Scan:
    """What every photo of one scan is begun with."""

    config: ScanConfig
    text: str
    pool: WorkerPool
    journal: Journal | None

    def begin(self, item: Submission | Path | Listing) -> Callable[[], Listing]:
        """Start on one photo; calling what is returned waits for its listing."""
        if isinstance(item, Listing):
            return lambda: item
        submission = item if isinstance(item, Submission) else Submission(item)
        require_words_extra(submission)
        recorded = self.journal.recall(submission) if self.journal else None
        if recorded is not None:
            listing = with_submission_fields(recorded, submission, self.config.seller)
            _LOG.debug("photo taken from the journal", extra={"path": listing.path})
            return lambda: listing
        before = stamp_of(submission)
        future = self.pool.submit(to_request(submission, self.text), self.config)
        return lambda: self._finish(submission, before, future.result)

    def _finish(
        self, submission: Submission, before: Stamp | None, wait: Callable[[], Sequence[bytes]]
    ) -> Listing:
        """Wait for the listing of a photo, record it and log it."""
        listing = with_submission_fields(
            self._awaited(submission, wait), submission, self.config.seller
        )
        if self.journal:
            self.journal.record(submission, before, listing)
        _LOG.info(
            "photo done",
            extra={
                "path": listing.path,
                "status": listing.status,
                "decision": listing.decision,
                "findings": len(listing.found),
                "seconds": round(listing.seconds, 3),
            },
        )
        return listing

    def _awaited(self, submission: Submission, wait: Callable[[], Sequence[bytes]]) -> Listing:
        try:
            (line,) = wait()
            return listing_from_json(line.decode())
        except (OSError, ValueError, UsageError) as error:
            return unanswered(submission, error, self.pool.seconds)


def unanswered(submission: Submission, error: Exception, seconds: float) -> Listing:
    """Give the listing of a photo for which a worker gave no answer, or one that makes no sense.

    `error` is what the future of `WorkerPool.submit` raised, or reading the answer; `seconds` the
    time that the worker had.
    """
    if isinstance(error, TimeoutError):
        message = f"took longer than {seconds:g} s and was stopped. Save it smaller."
    elif isinstance(error, OSError) and not isinstance(error, WorkerCrash):
        message = f"no worker could be started ({error}). Scan this photo again."
    else:
        message = "the worker died on this photo. Export the picture again."
    return _unexamined(submission, message)


def _unexamined(submission: Submission, message: str) -> Listing:
    """Give the listing of a photo of which nothing is known."""
    return with_submission_fields(
        Listing(name_of(submission), "error", "review", message), submission
    )
