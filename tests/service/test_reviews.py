"""Findings are listed, confirmed and rejected; the counts stand with each mark."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from detector.service.alarm_rates import DISTINCTIVE_RATE, weight_of
from detector.service.keys import OPERATOR, Caller
from detector.service.reviews import (
    FindingFilter,
    counts_of,
    find_finding,
    list_findings,
    review,
)
from detector.service.service import Service
from detector.service.storage.alarms import AlarmTestRow
from detector.service.storage.events import EventRow
from tests.service.made_up import add_marks, concluded

WEIGHT = weight_of(DISTINCTIVE_RATE)
NOW = datetime(2030, 3, 6, tzinfo=UTC)
ACME, SELLER = Caller("rights_holder", "Acme"), Caller("seller", "s1")


@pytest.fixture
def found(service: Service) -> Service:
    """Three listings with four findings."""
    add_marks(service, "ring", owner="Acme")
    add_marks(service, "star")
    with service.database.writing() as session:
        concluded(session, ["ring", "star"], NOW, seller="s1")
        concluded(session, ["ring"], NOW, seller="s2")
        concluded(session, ["ring"], NOW, pictures=2)
    return service


def test_findings_are_listed_for_those_who_may_see_them(found: Service) -> None:
    with found.database.reading() as session:

        def marks(caller=OPERATOR, after=0, most=9, **wanted):
            rows = list_findings(session, caller, FindingFilter(**wanted), after, most)
            return [finding.mark for finding, _ in rows]

        assert sorted(marks()) == ["ring"] * 4 + ["star"]
        assert marks(ACME) == ["ring"] * 4
        assert sorted(marks(SELLER)) == ["ring", "star"]
        assert marks(mark="star") == marks(SELLER, mark="star") == ["star"]
        assert marks(seller="s2") == ["ring"]
        assert marks(level="review") == marks(state="confirmed") == marks(least_score=0.99) == []
        rows = list_findings(session, OPERATOR, FindingFilter(), 0, 2)
        assert len(rows) == 2
        assert len(marks(after=rows[-1][0].number)) == 3
        (star, _), *_ = list_findings(session, OPERATOR, FindingFilter(mark="star"))
        assert find_finding(session, ACME, star.number) is None
        assert find_finding(session, OPERATOR, star.number)[0] is star
        assert find_finding(session, OPERATOR, 99) is None


def test_reviews_are_counted(found: Service) -> None:
    with found.database.writing() as session:
        rows = list_findings(session, OPERATOR, FindingFilter(mark="ring"))
        findings = [finding for finding, _ in rows]
        assert counts_of(session, ["ring", "none"])["none"].shown == 0
        assert counts_of(session, ["ring"])["ring"].precision is None
        for finding, state in zip(findings, ["confirmed", "confirmed", "rejected"], strict=False):
            review(session, finding, state, NOW, by="Ann", note="seen")
        counts = counts_of(session, ["ring"])["ring"]
        assert (counts.shown, counts.confirmed, counts.rejected) == (4, 2, 1)
        assert counts.precision == pytest.approx(2 / 3)
        assert counts.interval == pytest.approx((0.2077, 0.9385), abs=1e-4)
        assert (findings[0].reviewed_by, findings[0].reviewed_at) == ("Ann", NOW)
        told = session.scalars(select(EventRow).filter_by(kind="finding.reviewed")).all()
        assert [event.owner for event in told] == ["Acme"] * 3


def test_a_review_is_undone(found: Service) -> None:
    with found.database.writing() as session:
        ((finding, _),) = list_findings(session, OPERATOR, FindingFilter(mark="star"))
        test = session.get_one(AlarmTestRow, "star")
        before = test.statistic
        review(session, finding, "rejected", NOW, by="Ann")
        assert test.statistic == pytest.approx(before + WEIGHT)
        review(session, finding, "open", NOW, by="Ann")
        assert test.statistic == pytest.approx(before)
        assert (finding.state, finding.reviewed_by, finding.reviewed_at) == ("open", "", None)


def test_two_findings_in_a_listing_are_one_alarm(found: Service) -> None:
    with found.database.writing() as session:
        rows = list_findings(session, OPERATOR, FindingFilter(mark="ring"))
        first, second = [finding for finding, _ in rows if finding.inspection == rows[-1][1].number]
        test = session.get_one(AlarmTestRow, "ring")
        before = test.statistic
        review(session, first, "confirmed", NOW)
        review(session, second, "confirmed", NOW)
        assert test.statistic == pytest.approx(before - WEIGHT)
        review(session, second, "rejected", NOW)
        assert test.statistic == pytest.approx(before + WEIGHT)
