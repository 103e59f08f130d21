"""A poisoned mark does no harm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import select

from detector.pipeline.detector import Detector
from detector.records import Submission
from detector.service.alarm_rates import DISTINCTIVE_RATE, THRESHOLD, expected_rate, weight_of
from detector.service.conclusion import conclude
from detector.service.mark_catalogue import (
    StoredPicture,
    delete_mark,
    mark_of,
    put_mark,
    replace_pictures,
)
from detector.service.quarantine import blocks_of, check, decide_again, release
from detector.service.reviews import review
from detector.service.service import Service
from detector.service.storage.alarms import AlarmTestRow
from detector.service.storage.events import EventRow
from detector.service.storage.inspections import InspectionRow, PictureRow
from detector.service.storage.marks import MarkRow
from detector.service.taken_over import take_over_index
from tests.service.made_up import add_marks, concluded, state_of

START = datetime(2030, 3, 6, tzinfo=UTC)


def test_a_poisoned_mark_in_a_stream_of_listings(service: Service) -> None:
    add_marks(service, "poison", owner="Acme")
    add_marks(service, "honest")
    random, decisions, quarantined_at = np.random.default_rng(19), [], None
    with service.database.writing() as session:
        for number in range(1000):
            poisoned, honest = random.random() < 0.15, random.random() < 0.01
            marks = ["poison"] * poisoned + ["honest"] * honest
            row = concluded(session, marks, START + timedelta(minutes=number))
            decisions.append((marks, row.decision))
            if quarantined_at is None and state_of(session, "poison") == "quarantined":
                quarantined_at = number
        assert quarantined_at is not None
        assert quarantined_at < 200
        later = decisions[quarantined_at + 1 :]
        assert {decision for marks, decision in later if marks == ["poison"]} == {"review"}
        assert {decision for marks, decision in later if "honest" in marks} == {"block"}
        assert state_of(session, "honest") == "active"

        before = decisions[: quarantined_at + 1]
        blocked = [decision for marks, decision in before if "poison" in marks]
        listed = blocks_of(session, "poison", most=1000)
        assert len(listed) == len(blocked) == blocked.count("block")
        told = session.scalars(select(EventRow).filter_by(kind="mark.quarantined")).all()
        assert [(event.owner, event.data["mark"]) for event in told] == [("Acme", "poison")]

        assert all(decide_again(session, row, START + timedelta(1)) for row in listed[:5])
        assert {row.decision for row in listed[:5]} == {"review"}
        assert len(blocks_of(session, "poison", most=1000)) == len(blocked) - 5
        assert not decide_again(session, listed[0], START + timedelta(1))


@pytest.fixture
def suspicious(service: Service) -> Service:
    """A service with a mark that one more alarm brings into quarantine."""
    add_marks(service, "ring")
    with service.database.writing() as session:
        while True:
            concluded(session, ["ring"], START)
            test = session.get_one(AlarmTestRow, "ring")
            if test.statistic + weight_of(DISTINCTIVE_RATE) > THRESHOLD:
                break
    assert test.statistic < THRESHOLD
    return service


def test_a_confirmed_finding_counts_against_quarantine(suspicious: Service) -> None:
    with suspicious.database.writing() as session:
        (first, *_) = session.scalars(select(InspectionRow)).all()
        review(session, first.findings[0], "confirmed", START, by="Ann")
        concluded(session, ["ring"], START)
        assert state_of(session, "ring") == "active"
        concluded(session, ["ring"], START)
        assert state_of(session, "ring") == "quarantined"


def test_a_rejected_finding_counts_for_it(suspicious: Service) -> None:
    with suspicious.database.writing() as session:
        (first, *_) = session.scalars(select(InspectionRow)).all()
        review(session, first.findings[0], "rejected", START, by="Ann")
        assert state_of(session, "ring") == "quarantined"


def test_a_released_mark_is_expected_as_often_as_it_was_found(suspicious: Service) -> None:
    with suspicious.database.writing() as session:
        concluded(session, ["ring"], START)
        row = session.get_one(MarkRow, "ring")
        assert row.state == "quarantined"
        release(session, row, "a real wave of copies", START)
        assert (row.state, row.expected_alarms) == ("active", 1.0)
        for _ in range(40):
            concluded(session, ["ring"], START)
        assert check(session, ["ring"], START) == []
        assert row.state == "active"


def test_a_mark_that_was_mended_begins_anew(suspicious: Service) -> None:
    with suspicious.database.writing() as session:
        concluded(session, ["ring"], START)
        row = session.get_one(MarkRow, "ring")
        replace_pictures(session, row, [StoredPicture("better.png", "1" * 64)], START)
        assert row.state == "quarantined"
        release(session, row, "another picture", START)
        assert (row.state, row.expected_alarms) == ("active", None)
        assert expected_rate(session, row, START + timedelta(14)) == DISTINCTIVE_RATE
        concluded(session, ["ring"], START)
        assert row.state == "active"


def test_a_quarantine_outlasts_the_deletion_of_a_mark(suspicious: Service) -> None:
    add_marks(suspicious, "other")
    with suspicious.database.writing() as session:
        concluded(session, ["ring"], START)
        row = session.get_one(MarkRow, "ring")
        delete_mark(session, row, START)
        again = put_mark(session, mark_of("ring", {}), [StoredPicture("a.png", "1" * 64)], START)
        assert (again is row, row.state, row.deleted_at) == (True, "quarantined", None)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # nothing of it asks more
def test_what_was_really_found_is_decided_again_without_its_pictures(
    service: Service, photo_of
) -> None:
    take_over_index(service)
    found = Detector.open(service.settings.index).inspect(Submission(photo_of("ring")))
    assert found.decision == "block"
    with service.database.writing() as session:
        row = InspectionRow(id="a" * 32, state="running", lease="held", due_at=START)
        row.created_at = START
        row.pictures = [PictureRow(position=1, digest=found.digest)]
        session.add(row)
        session.flush()
        conclude(session, row, "held", [found], generation="0" * 32, seconds=1.0, now=START)
        assert [each.id for each in blocks_of(session, "ring")] == [row.id]
        session.get_one(MarkRow, "ring").state = "quarantined"
        session.flush()
        assert decide_again(session, row, START)
        assert (row.decision, row.findings[0].level) == ("review", "review")
        assert blocks_of(session, "ring") == []
