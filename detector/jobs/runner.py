"""Examines many photos in killable processes; answers come in the order of the photos.

Every photo is read and examined in a child process, also when there is only one: a file that
crashes or hangs a decoder costs its own answer and a new process, and nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from detector.errors import UsageError
from detector.jobs.journal import Journal, stamp
from detector.jobs.pool import Examine, Workers, in_order
from detector.jobs.scan_config import Order
from detector.jobs.submission import Offer
from detector.pictures.reader import read_picture
from detector.pipeline.detector import Detector
from detector.records import Listing, Reading, Submission
from detector.serialise.jsonl import listing_from_json, listing_to_json

MAX_SECONDS = 120.0  # a photo, reading included; 100 times what is usual, so nothing sound is lost

# The examination runs other people's C code on strangers' files, and one photo must not end a
# scan; what is not an Exception is a request to stop.
_FAILURES = (Exception, MemoryError)


def scan(
    offers: Iterable[Offer | Path],
    order: Order,
    *,
    jobs: int = 1,
    journal: Journal | None = None,
    seconds: float = MAX_SECONDS,
    examine: Examine | None = None,
) -> Generator[Listing]:
    """Yield the listing of every photo, in the order of `offers` whatever `jobs` is.

    A path is a photo alone, an `Offer` a photo with its texts and seller. `jobs` photos are
    examined at the same time, each in a process of its own that is killed after `seconds`. With a
    journal, photos that it has are not examined again, and others are recorded before they are
    yielded. Raises nothing for a photo: what fails is a listing with a status. Raises `UsageError`
    when the journal cannot be written. Close the iterator to end the processes.
    """
    with Workers(examine or examine_photo, jobs, seconds) as workers:
        given = (one if isinstance(one, Offer) else Offer(one) for one in offers)
        begun = (_begin(offer, order.to_text(), workers, journal) for offer in given)
        yield from in_order(begun, jobs)


def examine_photo(request: str) -> list[bytes]:
    """Read and examine the photo that a JSON request names; a listing as a line of JSON."""
    began = time.perf_counter()
    offer, order = Offer.from_request(request)
    detector = _detector(order)
    if detector.index.generation != Order.from_text(order).generation:
        message = "the reference index was replaced during the scan. Scan this photo again."
        listing = _unexamined(offer, message)
    else:
        listing = _inspect(detector, read_picture(offer.path), offer)
    return [listing_to_json(replace(listing, seconds=time.perf_counter() - began)).encode()]


@lru_cache(maxsize=1)
def _detector(order: str) -> Detector:
    """The one detector of this process; one photo has one core."""
    import cv2

    cv2.setNumThreads(1)
    return Order.from_text(order).open()


def _inspect(detector: Detector, reading: Reading, offer: Offer) -> Listing:
    try:
        submission = Submission(
            offer.path,
            title=offer.title,
            description=offer.description,
            seller=offer.seller,
            classes=offer.classes,
        )
        return detector.inspect(submission, reading=reading)
    except _FAILURES as trouble:
        words = " ".join(f"{type(trouble).__name__}: {trouble}".split())
        message = f"the examination failed ({words}). Please report it with the photo."
        return replace(_unexamined(offer, message), digest=reading.digest)


def _begin(
    offer: Offer, order: str, workers: Workers, journal: Journal | None
) -> Callable[[], Listing]:
    """Start on one photo; what is returned waits for its listing."""
    if journal is None:
        return _submit(offer, order, workers)
    kept = journal.recall(offer.path, offer.beside)
    if kept is not None:
        return lambda: kept
    before = stamp(offer.path)
    wait = _submit(offer, order, workers)

    def finish() -> Listing:
        listing = wait()
        journal.record(offer.path, before, listing, offer.beside)
        return listing

    return finish


def _submit(offer: Offer, order: str, workers: Workers) -> Callable[[], Listing]:
    """Examine a photo as soon as a worker is idle; what is returned raises nothing for a photo."""
    future = workers.submit(offer.to_request(order))

    def wait() -> Listing:
        try:
            return listing_from_json(future.result())
        except TimeoutError:
            message = f"took longer than {workers.seconds:g} s and was stopped. Save it smaller."
        except (OSError, ValueError, UsageError):
            message = "the worker died on this photo. Export the picture again."
        return _unexamined(offer, message)

    return wait


def _unexamined(offer: Offer, message: str) -> Listing:
    """The listing of a photo that nothing is known about."""
    told = Listing(str(offer.path), "error", "review", message)
    return replace(told, title=offer.title, description=offer.description)
