"""A dry run says what a policy would have decided, and changes nothing."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from detector.scoring.policy_file import policy_from_text
from detector.serialise.decode import listing_without_evidence
from detector.serialise.jsonl import listing_to_json
from detector.service.decisions import decide_inspection
from detector.service.dry_run import EXAMPLES, dry_run
from detector.service.policies import add_policy, use_policy
from detector.service.storage.database import Database
from detector.service.storage.inspections import InspectionRow
from tests.service.past import add_finding, add_inspection, add_mark, listing, score

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
STRICT = policy_from_text(
    'review = 0.5\nblock = 0.7\n[[rule]]\ndecision = "review"\n'
    'reason = "look again"\nseller = "me"\nscore = 0.8'
)


def day(number: int) -> datetime:
    return NOW - timedelta(days=number)


def test_changes_are_counted_with_examples(database: Database) -> None:
    with database.writing() as session:
        for number in range(EXAMPLES + 2):
            given = [listing(score(0.75))]
            add_inspection(session, day(number), given, decision="review", title=f"{number}")
        add_inspection(
            session, day(3), [listing(score(0.95), seller="me")], decision="block", seller="me"
        )
        add_inspection(session, day(4), [listing()])
        add_inspection(session, day(4), [listing(score(0.9))], state="queued", finished_at=None)
    with database.reading() as session:
        found = dry_run(session, STRICT, since=LONG_AGO, most=100)
    counts = {key: change.count for key, change in found.changes.items()}
    assert counts == {
        ("review", "block"): EXAMPLES + 2,
        ("block", "review"): 1,
        ("pass", "pass"): 1,
    }
    assert (found.inspections, found.changed, found.unreadable) == (EXAMPLES + 4, EXAMPLES + 3, 0)
    assert found.oldest == day(EXAMPLES + 1)
    stricter = found.changes["review", "block"].examples
    assert [one.title for one in stricter] == [str(number) for number in range(EXAMPLES)]
    assert stricter[0].reasons == ["vornak in the photo: score 0.75; block from 0.7"]
    (milder,) = found.changes["block", "review"].examples
    assert milder.reasons == ["look again (rule 1; vornak in the photo: score 0.95)"]
    assert found.changes["pass", "pass"].examples == []


def test_the_newest_inspections_since_a_moment_are_looked_at(database: Database) -> None:
    with database.writing() as session:
        for number in range(5):
            add_inspection(session, day(number), [listing()])
    with database.reading() as session:
        assert dry_run(session, STRICT, since=day(3), most=100).inspections == 4
        newest = dry_run(session, STRICT, since=LONG_AGO, most=2)
    assert (newest.inspections, newest.oldest) == (2, day(1))


def test_what_another_program_wrote_is_told(database: Database) -> None:
    with database.writing() as session:
        add_inspection(session, day(0), [listing()])
        add_inspection(session, day(1)).results = [{"schema": 3}]
        add_inspection(session, day(2)).results = ["?"]
    with database.reading() as session:
        found = dry_run(session, STRICT, since=LONG_AGO, most=100)
    assert (found.inspections, found.unreadable) == (1, 2)


@pytest.mark.parametrize("seed", range(3))
def test_it_agrees_with_decisions_made_at_the_time(database: Database, seed: int) -> None:
    """Replaying a stream of uploads under the policy that decided it changes nothing."""
    text = """
    block = 0.6
    [marks."ring"]
    review = 0.3
    [[rule]]
    decision = "block"
    reason = "repeated"
    score = 0.4
    blocked_listings = 2
    days = 5
    [[rule]]
    decision = "review"
    reason = "confirmed"
    confirmed_findings = 1
    days = 3
    """
    draw = random.Random(seed)
    with database.writing() as session:
        add_mark(session, LONG_AGO, "vornak", authorised_sellers=["you"])
        add_mark(session, LONG_AGO, "ring", "quarantined")
        use_policy(session, add_policy(session, text, now=LONG_AGO).version, now=LONG_AGO)
        for number in range(60):
            now, seller = day(30) + timedelta(hours=12 * number), draw.choice(["me", "you", ""])
            scores = [
                score(draw.random(), draw.choice(["vornak", "ring", "new"]))
                for _ in range(draw.randrange(3))
            ]
            listings = [listing(*scores, seller=seller)]
            row = add_inspection(session, now, listings, seller=seller, decision=None)
            row.decision = decide_inspection(session, row, listings, now).decision
            if draw.random() < 0.2:
                add_finding(session, row, now, draw.choice(["confirmed", "rejected"]))
        policy = policy_from_text(text)
        decided = set(session.scalars(select(InspectionRow.decision)))
    with database.reading() as session:
        found = dry_run(session, policy, since=LONG_AGO, most=100)
    assert decided == {"pass", "review", "block"}
    assert (found.inspections, found.changed) == (60, 0)


def test_a_dry_run_changes_nothing(database: Database) -> None:
    with database.writing() as session:
        row = add_inspection(session, day(0), [listing(score(0.75))], decision="review")
    with database.reading() as session:
        dry_run(session, STRICT, since=LONG_AGO, most=10)
    with database.reading() as session:
        assert session.get_one(InspectionRow, row.number).decision == "review"
        session.execute(update(InspectionRow).values(decision="pass"))  # not committed
    with database.reading() as session:
        assert session.get_one(InspectionRow, row.number).decision == "review"


def test_a_listing_without_evidence_decides_as_the_whole_one() -> None:
    given = listing(score(0.75), score(0.2, "ring"), category="Shoes", classes=(25,))
    read = listing_without_evidence(json.loads(listing_to_json(given)))
    assert read.scores == given.scores
    assert (read.category, read.classes) == ("Shoes", (25,))
