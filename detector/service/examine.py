"""What a worker's killable child does with an upload: it inspects it and keeps its features."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace

from detector.jobs.runner import detector_of, examined
from detector.jobs.submission import from_request
from detector.pictures.read_submission import read_submission
from detector.pipeline.candidates import DescribedPhoto
from detector.pipeline.faults import FAULTS
from detector.pipeline.kept_features import KeptPicture, keep, pack
from detector.serialise.jsonl import listing_to_json

_LOG = logging.getLogger(__name__)


def examine_upload(request: str) -> list[bytes]:
    """Read and inspect the photo that a request of `to_request` names; it is described once.

    Returns:
        The listing as a line of JSON, and the photo's features for later marks; b"" where the photo
        could not be read, or its features not be kept.

    Raises `ReferenceIndexError`, which ends a worker: its parent looks at the index then.

    """
    began, kept = time.perf_counter(), list[KeptPicture]()
    submission, config = from_request(request)
    detector = detector_of(config)
    reading = read_submission(submission, detector.settings.reader)
    described = _keeping(detector.describe(reading.pictures), kept)
    listing = examined(detector, submission, reading, described)
    listing = replace(listing, seconds=time.perf_counter() - began)
    whole = listing.status in ("ok", "partial") and kept
    return [listing_to_json(listing).encode(), pack(kept) if whole else b""]


def describe_upload(request: str) -> list[bytes]:
    """The features of the photo that a request names, as of `examine_upload`, and no listing."""
    submission, config = from_request(request)
    detector = detector_of(config)
    reading = read_submission(submission, detector.settings.reader)
    kept = [keep(photo) for photo in detector.describe(reading.pictures)]
    return [pack(kept) if kept else b""]


def _keeping(photos: Iterable[DescribedPhoto], kept: list[KeptPicture]) -> Iterator[DescribedPhoto]:
    """Yield described pictures, keeping their features; where one fails, none are kept."""
    failed = False
    for photo in photos:
        try:
            if not failed:
                kept.append(keep(photo))
        except FAULTS as error:
            _LOG.warning("the features of a photo could not be kept", exc_info=error)
            failed = True
            kept.clear()
        yield photo
