"""Stand-in for part B's worker: it takes what is queued, one after another, until told to stop."""

from __future__ import annotations

import json
import threading

from sqlalchemy import select

from detector.jobs.runner import scan
from detector.jobs.scan_config import ScanConfig
from detector.pipeline.detector import Detector
from detector.records import Listing, Submission
from detector.serialise.jsonl import listing_to_json
from detector.service.service import Service
from detector.service.storage.database import now_of
from detector.service.storage.inspections import FindingRow, InspectionRow


class Worker:
    """Makes inspections, one after another."""

    def __init__(self, service: Service, jobs: int) -> None:
        self._service, self._jobs = service, jobs

    def run(self, stop: threading.Event) -> None:
        """Inspect what waits until `stop` is set."""
        service = self._service
        detector = Detector.open(service.settings.index, settings=service.settings.detection)
        config = ScanConfig.of(detector, service.settings.index)
        while not stop.is_set():
            with service.database.writing() as session:
                queued = select(InspectionRow).filter_by(state="queued").limit(1)
                row = session.scalars(queued.order_by(InspectionRow.number)).one_or_none()
                if row:
                    row.state = "running"
                    submissions = _submissions(service, row)
            if row is None:
                stop.wait(0.02)
                continue
            listings = list(scan(submissions, config, jobs=self._jobs))
            _write(service, row.number, listings, config)


def _submissions(service: Service, row: InspectionRow) -> list[Submission]:
    count = len(row.pictures)
    return [
        Submission(
            service.pictures.get(one.digest),
            row.title,
            row.description,
            row.category,
            row.brand,
            row.seller,
            tuple(map(int, row.classes)),
            row.external_id,
            one.position,
            count,
        )
        for one in row.pictures
    ]


def _write(service: Service, number: int, listings: list[Listing], config: ScanConfig) -> None:
    order = ("pass", "review", "block")
    with service.database.writing() as session:
        row, now = session.get_one(InspectionRow, number), now_of(session)
        row.state, row.finished_at, row.generation = "done", now, config.generation
        row.seconds = sum(listing.seconds for listing in listings)
        row.decision = max((listing.decision for listing in listings), key=order.index)
        row.results = [json.loads(listing_to_json(listing)) for listing in listings]
        for listing in listings:
            for one in listing.findings:
                row.findings.append(
                    FindingRow(
                        picture=listing.picture,
                        mark=one.mark,
                        fingerprint=one.fingerprint,
                        verdict=one.verdict,
                        score=one.score,
                        log_odds=one.log_odds,
                        level="block",
                        created_at=now,
                    )
                )
