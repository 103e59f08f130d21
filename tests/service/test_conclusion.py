"""Results are written once, with all that follows from them, by whoever holds the lease."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from detector.pipeline.detector import Detector
from detector.records import Listing, Submission, TextFinding
from detector.serialise.jsonl import listing_from_json, listing_to_json
from detector.service import queue
from detector.service.conclusion import conclude
from detector.service.settings import QueueSettings
from detector.service.storage.database import Database
from detector.service.storage.tables import (
    EventRow,
    FindingRow,
    InspectionRow,
    MarkRow,
    PictureRow,
)

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
NAMED = TextFinding("vornak", "Vornak", 0.97, "title", 0, 6, "vornak", "Vornak")


@pytest.fixture(scope="module")
def found(small_index: Path, photo_of) -> Listing:
    """The listing of a photo in which a mark was found."""
    return Detector.open(small_index).inspect(Submission(photo_of("vornak")))


def leased(database: Database, pictures: int = 1) -> InspectionRow:
    rows = [PictureRow(position=1 + number, digest="d") for number in range(pictures)]
    with database.writing() as session:
        row = InspectionRow(id="a", created_at=NOON, seller="s-1", pictures=rows)
        queue.enqueue(session, row, NOON)
        return queue.lease(session, QueueSettings(), NOON)


def write(database: Database, row: InspectionRow, *listings: Listing, lease: str = "") -> bool:
    with database.writing() as session:
        return conclude(
            session, row, lease or row.lease, listings, generation="g", seconds=1.5, now=NOON
        )


def stored(database: Database) -> InspectionRow:
    with database.reading() as session:
        row = session.scalars(select(InspectionRow)).one()
        assert (
            row.results,
            row.findings,
            row.pictures,
        ) is not None  # loaded while there is a session
        return row


def test_results_are_the_lines_of_a_scan(database: Database, found: Listing) -> None:
    assert write(database, leased(database), found)
    row = stored(database)
    (result,) = row.results
    assert json.dumps(result, separators=(",", ":")) == listing_to_json(found)
    assert listing_from_json(json.dumps(result)).findings[0].mark == "vornak"
    assert (row.state, row.lease, row.generation, row.seconds) == ("done", None, "g", 1.5)
    assert row.finished_at == NOON
    assert row.decision == found.decision
    (finding,) = row.findings
    assert (finding.mark, finding.picture, finding.state) == ("vornak", 1, "open")
    assert finding.fingerprint == found.findings[0].fingerprint


def test_only_the_holder_of_the_lease_writes_and_only_once(
    database: Database, found: Listing
) -> None:
    row = leased(database)
    assert not write(database, row, found, lease="another")
    assert stored(database).state == "running"
    assert write(database, row, found)
    assert not write(database, row, replace(found, findings=()))
    assert len(stored(database).findings) == 1
    with database.reading() as session:
        assert len(session.scalars(select(EventRow)).all()) == 1


def test_a_failure_while_writing_leaves_nothing(database: Database, found: Listing) -> None:
    row = leased(database)
    with pytest.raises(ValueError, match="argument"):
        write(database, row, found, found)  # two listings for one picture
    assert (stored(database).state, stored(database).results) == ("running", [])
    assert stored(database).findings == []


def test_what_several_pictures_show_together_is_told_once(
    database: Database, found: Listing
) -> None:
    """The same photo twice, and a text that stands with each of them."""
    pictures = [replace(found, text=(NAMED,), picture=number, pictures=2) for number in (1, 2)]
    write(database, leased(database, 2), *pictures)
    row = stored(database)
    assert [(one.mark, one.picture) for one in row.findings] == [("vornak", 1), ("vornak", None)]
    assert {result["whole_decision"] for result in row.results} == {found.decision}


def test_a_certain_finding_in_a_text_has_finite_odds(database: Database, found: Listing) -> None:
    named = replace(NAMED, score=1.0, compatible=True)
    write(database, leased(database), replace(found, findings=(), text=(named,)))
    (finding,) = stored(database).findings
    assert 20 < finding.log_odds < 40
    assert finding.verdict == "named as compatible"


def test_an_inspection_that_is_made_again_keeps_reviews(database: Database, found: Listing) -> None:
    write(database, leased(database), replace(found, text=(NAMED,)))
    with database.writing() as session:
        in_photo, _ = session.scalars(select(FindingRow).order_by(FindingRow.number))
        in_photo.state, number = "rejected", in_photo.number
        assert queue.requeue(session, "a", NOON)
    assert len(stored(database).results) == 1
    with database.writing() as session:
        again = queue.lease(session, QueueSettings(), NOON + timedelta(seconds=1))
    assert write(database, again, found)
    (kept,) = stored(database).findings
    assert (kept.number, kept.state) == (number, "rejected")


def test_seller_and_owner_are_told_what_concerns_them(database: Database, found: Listing) -> None:
    row = leased(database)
    with database.writing() as session:
        for mark in ("vornak", "ring"):
            times = {"state_since": NOON, "created_at": NOON, "updated_at": NOON}
            session.add(MarkRow(id=mark, owner=f"owner of {mark}", record={}, **times))
    write(database, row, found)
    with database.reading() as session:
        done, named = session.scalars(select(EventRow).order_by(EventRow.number))
    assert (done.kind, done.seller, done.owner) == ("inspection.done", "s-1", "")
    assert done.data["inspection"] == "a"
    assert (named.kind, named.owner, named.seller) == ("mark.found", "owner of vornak", "")
    assert named.data["marks"] == ["vornak"]
