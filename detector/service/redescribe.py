"""Past photos whose features are missing, or of other settings, are described again.

That reads the pictures once more, where they are still kept; of the others it is noted that there
are none, so that they are not looked for again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from detector.channels.registry import resolved
from detector.errors import StorageError, UsageError
from detector.jobs.pool import WorkerPool, in_order
from detector.jobs.runner import MAX_SECONDS
from detector.jobs.scan_config import ScanConfig
from detector.jobs.submission import to_request
from detector.pictures.worker import WorkerCrash
from detector.pipeline.kept_features import described_with
from detector.records import Submission
from detector.service.examine import describe_upload
from detector.service.photo_features import keep_features, undescribed
from detector.service.service import Service
from detector.service.storage.database import now_of

_BATCH = 50
_LOG = logging.getLogger(__name__)


def features_of_service(service: Service) -> str:
    """What features depend on that are kept with the settings of a service."""
    return described_with(resolved(service.settings.detection))


def describe_again(service: Service, config: ScanConfig, jobs: int) -> Iterator[None]:
    """Describe the photos of inspections that lack features; yields after some dozens.

    Raises `StorageError`, and `ReferenceIndexError` where a process can't use the index.
    """
    made_with = features_of_service(service)
    digests = _missing(service, made_with)
    if not digests:
        return
    with WorkerPool(describe_upload, jobs, MAX_SECONDS) as pool:
        job = _Job(service, pool, config, config.to_text())
        while digests:
            for digest, blob in in_order(map(job.begin, digests), jobs):
                if blob:
                    service.pictures.put(blob)
                with service.database.writing() as session:
                    store, now = service.pictures, now_of(session)
                    keep_features(session, store, digest, blob, described_with=made_with, now=now)
            yield
            digests = _missing(service, made_with)


@dataclass(frozen=True, slots=True)
class _Job:
    service: Service
    pool: WorkerPool
    config: ScanConfig
    text: str

    def begin(self, digest: str) -> Callable[[], tuple[str, bytes]]:
        """Start on one photo; calling what is returned waits for its features, b"" for none."""
        try:
            photo = self.service.pictures.get(digest)
        except StorageError:
            if self.service.pictures.has(digest):
                raise
            return lambda: (digest, b"")
        future = self.pool.submit(to_request(Submission(photo), self.text), self.config)

        def wait() -> tuple[str, bytes]:
            try:
                (blob,) = future.result()
            except (WorkerCrash, TimeoutError, UsageError, ValueError) as error:
                _LOG.warning("a past photo could not be described", exc_info=error)
                return digest, b""
            return digest, blob

        return wait


def _missing(service: Service, made_with: str) -> list[str]:
    with service.database.reading() as session:
        return [*undescribed(session, made_with, _BATCH)]
