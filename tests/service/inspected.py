"""Inspections that are finished already, without a worker."""

from __future__ import annotations

import json
from collections.abc import Sequence

from detector.records import Listing
from detector.serialise.jsonl import listing_to_json
from detector.service.keys import OPERATOR, Caller
from detector.service.service import Service
from detector.service.storage.database import now_of
from detector.service.storage.inspections import FindingRow, InspectionRow
from detector.service.storage.marks import MarkRow
from detector.service.uploads import IncomingPicture, Upload, submit


def uploaded(
    service: Service, *photos: bytes, caller: Caller = OPERATOR, **fields: object
) -> InspectionRow:
    """An upload of these photos that waits in the queue."""
    pictures = [
        IncomingPicture(lambda photo=photo: photo, f"{n}.jpg") for n, photo in enumerate(photos, 1)
    ]
    return submit(service, pictures, Upload(**fields), caller)


def finish(service: Service, inspection: str, listings: Sequence[Listing]) -> None:
    """Write these listings as the result, as a worker does."""
    with service.database.writing() as session:
        row, now = session.query(InspectionRow).filter_by(id=inspection).one(), now_of(session)
        row.state, row.decision, row.finished_at = "done", listings[0].decision, now
        row.reasons = ["a reason"]
        row.results = [json.loads(listing_to_json(listing)) for listing in listings]
        for position, listing in enumerate(listings, 1):
            row.findings += [
                FindingRow(
                    picture=position,
                    mark=finding.mark,
                    fingerprint=finding.fingerprint,
                    verdict=finding.verdict,
                    score=finding.score,
                    log_odds=finding.log_odds,
                    level="block",
                    created_at=now,
                )
                for finding in listing.findings
            ]


def own(service: Service, mark: str, owner: str) -> None:
    """Let a mark belong to an owner."""
    with service.database.writing() as session:
        now = now_of(session)
        record = {"id": mark, "name": mark}
        session.add(
            MarkRow(
                id=mark,
                owner=owner,
                record=record,
                state_since=now,
                created_at=now,
                updated_at=now,
            )
        )
