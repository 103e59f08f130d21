"""Examines the pictures of inspections in killable processes, with the newest index of all hosts.

Pictures are read from the store here and handed over as bytes: what examines them is given no
access to anything else.
"""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from PIL import Image

from detector.channels.registry import resolved
from detector.errors import DetectorError, IndexMissing, UsageError
from detector.index.manifest import MANIFEST
from detector.index.store import ReferenceIndex
from detector.jobs.pool import Examine, WorkerPool
from detector.jobs.runner import unanswered
from detector.jobs.scan_config import ScanConfig
from detector.jobs.submission import to_request, with_submission_fields
from detector.pictures.worker import WorkerCrash
from detector.pipeline.import_marks import check_settings
from detector.records import Listing, Submission
from detector.scoring.policy import Policy
from detector.scoring.scorer import default_scorer
from detector.serialise.jsonl import listing_from_json
from detector.service.generations import current_generation
from detector.service.index_copies import index_at
from detector.service.service import Service
from detector.service.storage.inspections import InspectionRow, PictureRow
from detector.settings import Settings

_WARM_SIDE = 64


class Interrupted(Exception):
    """An examination that was ended by the end of its worker; it says nothing of the pictures."""


class NoProcess(Exception):
    """No process could be started on this host; it says nothing of the pictures."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What became of the pictures of an inspection, in their order.

    `generation` is the state of the index with which all of them were made. `features` are what
    `examine_upload` gave beside each listing, b"" where it gave nothing.
    """

    listings: list[Listing]
    features: list[bytes]
    generation: str
    fetch_seconds: float
    examine_seconds: float


class Examinations:
    """A pool of processes that examine pictures. Lifetime: the context; threads may share it."""

    def __init__(self, service: Service, examine: Examine, jobs: int, seconds: float) -> None:
        self._service, self._jobs = service, jobs
        self._pool = WorkerPool(examine, jobs, seconds)
        self._lock, self._closing = threading.Lock(), False
        self._generation, self._text = "", ""
        self.looked_for = ""
        """The newest generation when an examination last began, whether or not it can be used."""
        self._config: ScanConfig | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *trouble: object) -> None:
        self._closing = True
        self._pool.__exit__(*trouble)

    def warm_up(self) -> None:
        """Let each process load what it needs before the first upload comes; nothing is raised."""
        try:
            config, text = self._configuration()
        except DetectorError:  # the first inspection says so
            return
        blank = io.BytesIO()
        Image.new("RGB", (_WARM_SIDE, _WARM_SIDE), "white").save(blank, "PNG")
        for _ in range(self._jobs):
            self._pool.submit(to_request(Submission(blank.getvalue()), text), config)

    def examine(self, row: InspectionRow, on_picture: Callable[[], None]) -> Examined:
        """Examine all pictures of an inspection, and call `on_picture` as each is done.

        A picture that crashes its process, or takes too long, has a listing that says so. Raises
        `StorageError` where a picture cannot be read from the store, `ReferenceIndexError` or
        `UsageError` where this host's index cannot be used, `NoProcess`, and `Interrupted`.
        """
        config, text = self._configuration()
        began = time.perf_counter()
        submissions = [self._submission(row, picture) for picture in row.pictures]
        fetched = time.perf_counter()
        futures = [self._pool.submit(to_request(one, text), config) for one in submissions]
        for future in futures:
            future.add_done_callback(lambda _: on_picture())
        answers = [*map(self._answer, row.pictures, submissions, futures)]
        return Examined(
            [listing for listing, _ in answers],
            [features for _, features in answers],
            config.generation,
            fetched - began,
            time.perf_counter() - fetched,
        )

    def _submission(self, row: InspectionRow, picture: PictureRow) -> Submission:
        """A picture with the fields of its listing; a picture alone has no number."""
        several = len(row.pictures) > 1
        return Submission(
            self._service.pictures.get(picture.digest),
            picture=picture.position if several else 0,
            pictures=len(row.pictures) if several else 0,
            **row.listing_fields,
        )

    def _answer(
        self, picture: PictureRow, submission: Submission, future: Future[list[bytes]]
    ) -> tuple[Listing, bytes]:
        """The listing of a picture with its features; a process is not believed who it is about."""
        listing, features = self._awaited(submission, future)
        named = with_submission_fields(listing, submission)
        path = picture.name or picture.uri or named.path
        return replace(named, path=path, digest=picture.digest), features

    def _awaited(
        self, submission: Submission, future: Future[list[bytes]]
    ) -> tuple[Listing, bytes]:
        try:
            line, features = future.result()
            return listing_from_json(line.decode()), features
        except CancelledError as error:
            raise Interrupted from error
        except (OSError, ValueError, UsageError) as error:
            if self._closing:
                raise Interrupted from error
            if isinstance(error, OSError) and not isinstance(error, WorkerCrash | TimeoutError):
                raise NoProcess(str(error)) from error
            return unanswered(submission, error, self._pool.seconds), b""

    def _configuration(self) -> tuple[ScanConfig, str]:
        """How to examine with the generation in use, also as text."""
        with self._service.database.reading() as session:
            newest = current_generation(session)
        self.looked_for = newest.generation if newest else ""
        with self._lock:
            if self._config is None or newest is None or newest.generation != self._generation:
                settings = self._service.settings
                known = newest.generation if newest else ""
                folder = (
                    index_at(self._service, known) if newest else _without_marks(settings.index)
                )
                self._config = _config_of(folder, settings.detection)
                self._generation, self._text = known, self._config.to_text()
            return self._config, self._text


def _without_marks(folder: Path) -> Path:
    """The index of a service whose database has no marks. Raises `IndexMissing` without one."""
    if not (folder / MANIFEST).is_file():
        told = "there are no marks yet, so inspections wait"
        raise IndexMissing(told, remedy="Add one with POST /v1/marks.")
    return folder


def _config_of(folder: Path, settings: Settings) -> ScanConfig:
    """As `ScanConfig.of` of a detector, without preparing its search, which each child does.

    The policy decides only what is shown; on inspections decides the one of the database.
    """
    settings, policy = resolved(settings), Policy()
    with ReferenceIndex.open(folder) as index:
        check_settings(index, settings)
        generation = index.generation
    return ScanConfig(folder, generation, settings, default_scorer(), policy, policy.review)
