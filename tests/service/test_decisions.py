"""The decision on an inspection: all pictures, the marks as they are, the seller's past."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy.orm import Session

from detector.records import Finding, Suppressor, TextFinding
from detector.records.listings import MarkScore
from detector.service.decisions import decide_inspection, text_fingerprint
from detector.service.keys import add_key
from detector.service.policies import add_policy, use_policy
from detector.service.storage.access import AccessKeyRow
from detector.service.storage.database import Database
from tests.service.past import add_finding, add_inspection, add_mark, listing, score

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


def use(session: Session, text: str) -> int:
    version = add_policy(session, text, now=NOW).version
    use_policy(session, version, now=NOW)
    return version


def test_the_strictest_picture_decides_and_reasons_say_which(database: Database) -> None:
    first = listing(score(0.6), external_id="x", picture=1, pictures=2)
    second = listing(score(0.95, "ring"), external_id="x", picture=2, pictures=2)
    with database.writing() as session:
        row = add_inspection(session, NOW, state="running", decision=None)
        decided = decide_inspection(session, row, [first, second], NOW)
    assert decided.decision == "block"
    assert decided.policy_version == 1
    assert decided.reasons == [
        "picture 2: ring in the photo: score 0.95; block from 0.9",
        "picture 1: vornak in the photo: score 0.60; review from 0.5",
    ]
    decisions = [(one.decision, one.whole_decision) for one in decided.listings]
    assert decisions == [("review", "block"), ("block", "block")]


def test_the_policy_in_use_decides_and_its_version_is_told(database: Database) -> None:
    with database.writing() as session:
        row = add_inspection(session, NOW)
        version = use(session, "review = 0.7")
        decided = decide_inspection(session, row, [listing(score(0.6))], NOW)
    assert (decided.decision, decided.policy_version) == ("pass", version)


@pytest.mark.parametrize(
    ("state", "deleted", "decision"),
    [
        ("active", False, "block"),
        ("quarantined", False, "review"),
        ("off", False, "pass"),
        ("active", True, "pass"),
    ],
)
def test_marks_count_as_they_are_now(database: Database, state, deleted, decision) -> None:
    with database.writing() as session:
        mark = add_mark(session, NOW, state=state)
        mark.deleted_at = NOW if deleted else None
        decided = decide_inspection(
            session, add_inspection(session, NOW), [listing(score(0.99))], NOW
        )
    assert decided.decision == decision
    assert any("quarantined" in reason for reason in decided.reasons) == (state == "quarantined")


def test_a_mark_that_is_off_hides_no_other(database: Database) -> None:
    hidden = score(0.95, suppressed_by=(Suppressor("ring", 0.9, 100.0),))
    with database.writing() as session:
        row = add_inspection(session, NOW)
        given = [listing(score(0.99, "ring"), hidden)]
        assert decide_inspection(session, row, given, NOW).decision == "block"
        add_mark(session, NOW, "ring", "quarantined")
        assert decide_inspection(session, row, given, NOW).decision == "review"
        add_mark(session, NOW, "vornak")
    with database.writing() as session:
        session.get_one(type(add_mark(session, NOW, "other")), "ring").state = "off"
        decided = decide_inspection(session, row, given, NOW)
    assert decided.reasons == ["vornak in the photo: score 0.95; block from 0.9"]


def test_rights_are_those_of_the_mark_now(database: Database) -> None:
    with database.writing() as session:
        add_mark(session, NOW, authorised_sellers=["me"])
        row = add_inspection(session, NOW, seller="me")
        mine = decide_inspection(session, row, [listing(score(0.99), seller="me")], NOW)
        yours = decide_inspection(session, row, [listing(score(0.99), seller="you")], NOW)
    assert (mine.decision, yours.decision) == ("pass", "block")


def test_every_finding_has_its_level(database: Database) -> None:
    photo, title = score(0.97), MarkScore("ring", "title", 0.6)
    finding = Finding(
        "vornak",
        "Vornak",
        0.97,
        "identical copy",
        (0, 0, 1, 1),
        np.zeros((4, 2), np.float32),
        (),
        "0123456789abcdef",
        log_odds=9.7,
    )
    text = TextFinding("ring", "Ring", 0.6, "title", 3, 7, "ring", "ring")
    given = listing(photo, title, findings=(finding,), text=(text,))
    with database.writing() as session:
        decided = decide_inspection(session, add_inspection(session, NOW), [given], NOW)
    key = text_fingerprint(given, text)
    assert decided.levels == {"0123456789abcdef": "block", key: "review"}
    assert text_fingerprint(given, replace(text, field="brand")) != key


RULES = """
[[rule]]
decision = "block"
reason = "{key}"
{key} = 2
days = 30
"""


@pytest.mark.parametrize("key", ["confirmed_findings", "blocked_listings", "pre_checks"])
def test_the_past_of_the_seller_counts_back_to_the_days_of_the_rule(database, key) -> None:
    def remember(seller: str, when: datetime) -> None:
        decision = "block" if key == "blocked_listings" else "pass"
        key_id = own.id if key == "pre_checks" else None
        row = add_inspection(session, when, seller=seller, decision=decision, key_id=key_id)
        if key == "confirmed_findings":
            add_finding(session, row, when, "confirmed")
            add_finding(session, row, when, "rejected")

    with database.writing() as session:
        add_key(session, "own", "seller", "me", per_minute=0, now=NOW)
        own = session.query(AccessKeyRow).one()
        use(session, RULES.format(key=key))
        row = add_inspection(session, NOW, seller="me", key_id=own.id, decision="block")
        remember("me", NOW - timedelta(days=1))
        remember("me", NOW - timedelta(days=31))
        remember("you", NOW - timedelta(days=1))
        given = [listing(seller="me")]
        assert decide_inspection(session, row, given, NOW).decision == "pass"
        remember("me", NOW - timedelta(days=29))
        decided = decide_inspection(session, row, given, NOW)
        assert (decided.decision, decided.reasons) == ("block", [f"{key} (rule 1)"])
        nobody = add_inspection(session, NOW)
        assert decide_inspection(session, nobody, given, NOW).decision == "pass"
