"""Measures retrospects: `python tools/measure_retrospect.py --data DIR`.

DIR are the development photos. Some of them are inspected as uploads are, and their kept features
are searched for every mark: recall is that of what the inspections found. Then a service has a past
of thousands, in which the photos are repeated, and searches it for one mark.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from development_photos import VARIABLE
from sqlalchemy import insert

from detector.jobs.pool import WorkerPool
from detector.jobs.scan_config import ScanConfig
from detector.jobs.submission import to_request
from detector.marks.registry import load_marks
from detector.pipeline.detector import Detector
from detector.pipeline.import_marks import import_marks
from detector.records import Listing, Submission
from detector.serialise.jsonl import listing_from_json
from detector.service.examine import examine_upload
from detector.service.kept_search import answer_of, search_kept, to_kept_request
from detector.service.redescribe import features_of_service
from detector.service.retrospect import CHUNK, SECONDS, run_due
from detector.service.retrospect_requests import ask_for_retrospect
from detector.service.service import Service
from detector.service.settings import ServiceSettings
from detector.service.storage.database import now_of
from detector.service.storage.inspections import InspectionRow, PictureRow
from detector.service.storage.marks import MarkRow
from detector.service.storage.pictures import PictureStore
from detector.service.storage.retrospects import PhotoFeaturesRow, RetrospectRow
from detector.settings import settings_for_words

FOLDERS = ("logos/photos", "designs/photos", "negatives/clothing", "negatives/produce")
Upload = tuple[Listing, bytes]


def main() -> None:
    """Inspect, search for every mark, then search a long past for one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get(VARIABLE))
    parser.add_argument("--photos", type=int, default=300)
    parser.add_argument("--past", type=int, default=10_000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sources = sorted((options.data / "logos" / "references").iterdir())
        import_marks(folder / "index", load_marks(sources), settings_for_words(False))
        detector = Detector.open(folder / "index", settings=settings_for_words(False))
        config = ScanConfig.of(detector, folder / "index")
        marks = [mark.id for mark in detector.index.marks]
        photos = sorted(path for each in FOLDERS for path in (options.data / each).iterdir())
        random.Random(options.seed).shuffle(photos)
        uploads = inspected(photos[: options.photos], config, options.jobs)
        mark = measure_recall(folder, uploads, config, marks, options.jobs)
        measure_past(folder, uploads, mark, options.past, options.jobs)


def inspected(photos: Sequence[Path], config: ScanConfig, jobs: int) -> list[Upload]:
    """Inspect photos as a worker does, and print what keeping their features costs."""
    began, text = time.perf_counter(), config.to_text()
    with WorkerPool(examine_upload, jobs, SECONDS) as pool:
        futures = [pool.submit(to_request(Submission(path), text), config) for path in photos]
        answers = [future.result() for future in futures]
    uploads = [(listing_from_json(line.decode()), blob) for line, blob in answers]
    size = sum(len(blob) for _, blob in uploads) / len(uploads)
    seconds = time.perf_counter() - began
    print(f"{len(uploads)} photos inspected in {seconds:.0f} s, {size / 1e3:.1f} kB kept of each")
    return uploads


def measure_recall(
    folder: Path, uploads: Sequence[Upload], config: ScanConfig, marks: Sequence[str], jobs: int
) -> str:
    """Print the recall of a search for every mark, and return the rarest of those found."""
    store = PictureStore(str(folder / "pictures"))
    photos = [(str(number), store.put(blob)) for number, (_, blob) in enumerate(uploads)]
    chunks = [photos[start : start + CHUNK] for start in range(0, len(photos), CHUNK)]
    text, wanted, found, counts = config.to_text(), 0, 0, dict[str, int]()
    further = 0
    with WorkerPool(search_kept, jobs, SECONDS) as pool:
        for mark in marks:
            requests = [to_kept_request(text, mark, store.address, chunk) for chunk in chunks]
            futures = [pool.submit(request, config) for request in requests]
            hits = {int(each) for one in futures for each in answer_of(one.result()).found}
            shown = {
                row
                for row, (listing, _) in enumerate(uploads)
                if any(finding.mark == mark for finding in listing.findings)
            }
            wanted, found = wanted + len(shown), found + len(shown & hits)
            further, counts[mark] = further + len(hits - shown), len(shown)
    print(f"recall {found} of {wanted} = {found / max(1, wanted):.3f}, {further} found beside them")
    return min((mark for mark in counts if counts[mark]), key=lambda mark: counts[mark])


def measure_past(folder: Path, uploads: Sequence[Upload], mark: str, count: int, jobs: int) -> None:
    """Print how long a service takes to search a past of `count` photos for a mark."""
    settings = ServiceSettings(
        f"sqlite:///{folder / 'detector.db'}",
        str(folder / "pictures"),
        folder / "index",
        detection=settings_for_words(False),
    )
    with Service.open(settings) as service:
        remember(service, uploads, mark, count)
        began, spent = time.perf_counter(), os.times()
        run_due(service, jobs=jobs)
        seconds, after = time.perf_counter() - began, os.times()
        cpu = sum(after[:4]) - sum(spent[:4])
        with service.database.reading() as session:
            row = session.query(RetrospectRow).one()
            print(
                f"{row.photos} photos searched for {mark} in {seconds:.1f} s ({cpu:.0f} s of CPU),"
            )
            print(f"{jobs} processes: {row.state}, found in {row.found}, {row.missing} missing")


def remember(service: Service, uploads: Sequence[Upload], mark: str, count: int) -> None:
    """Fill a service with inspections of repeated photos, and ask for a retrospect."""
    made_with = features_of_service(service)
    blobs = [service.pictures.put(blob) for _, blob in uploads]
    with service.database.writing() as session:
        now = now_of(session)
        names = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(count)]
        inspections = [
            {"id": name[:32], "state": "done", "due_at": now, "created_at": now, "results": []}
            for name in names
        ]
        session.execute(insert(InspectionRow), inspections)
        pictures = [
            {"inspection": number, "position": 1, "digest": name}
            for number, name in enumerate(names, 1)
        ]
        session.execute(insert(PictureRow), pictures)
        kept = [
            {
                "digest": name,
                "described_with": made_with,
                "blob": blobs[number % len(blobs)],
                "size": len(uploads[number % len(blobs)][1]),
                "created_at": now,
            }
            for number, name in enumerate(names)
        ]
        session.execute(insert(PhotoFeaturesRow), kept)
        times = {"state_since": now, "created_at": now, "updated_at": now}
        row = MarkRow(id=mark, owner="", record={"kind": "logo"}, **times)
        session.add(row)
        session.flush()
        ask_for_retrospect(session, row, now=now)


if __name__ == "__main__":
    main()
