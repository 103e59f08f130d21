"""How often marks are found and expected, and the test that compares both."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from detector.service.alarm_rates import (
    COMMON_RATE,
    DISTINCTIVE_RATE,
    THRESHOLD,
    advance,
    count,
    expected_rate,
    listings_so_far,
    observed_rate,
    take_turn,
    week_of,
    weight_of,
)
from detector.service.service import Service
from detector.service.storage.alarms import AlarmTestRow
from detector.service.storage.database import Database
from detector.service.storage.inspections import InspectionRow
from detector.service.storage.marks import MarkRow
from tests.service.made_up import add_marks, concluded, listing

WEIGHT = weight_of(DISTINCTIVE_RATE)
MONDAY = datetime(2030, 3, 4, 12, tzinfo=UTC)


def quarantined(rates: np.ndarray, expected: float, listings: int, seed: int) -> np.ndarray:
    """Whether each of many marks, found at these rates, goes beyond the threshold."""
    random, statistic = np.random.default_rng(seed), np.zeros(len(rates))
    beyond = np.zeros(len(rates), bool)
    for _ in range(listings):
        alarms = random.random(len(rates)) < rates
        quiet = advance(statistic, 1, expected)
        statistic = np.where(alarms, statistic + weight_of(expected), quiet)
        beyond |= statistic >= THRESHOLD
    return beyond


@pytest.mark.parametrize("expected", [DISTINCTIVE_RATE, COMMON_RATE])
def test_ten_thousand_marks_of_ordinary_luck_stay(expected: float) -> None:
    """The bound of Lorden: 10,000 marks x 5,000 listings / 1e10 = .005 false quarantines."""
    assert not quarantined(np.full(10_000, expected), expected, 5_000, seed=19).any()


@pytest.mark.parametrize(
    ("rate", "expected", "share"),
    [(0.1, DISTINCTIVE_RATE, 0.9), (0.2, DISTINCTIVE_RATE, 0.999), (0.5, COMMON_RATE, 0.999)],
)
def test_a_wrong_reference_is_seen_within_200_listings(rate, expected, share) -> None:
    assert quarantined(np.full(5_000, rate), expected, 200, seed=7).mean() >= share


@pytest.mark.parametrize("rate", [0.0001, 0.05, 0.3, 0.9, 1.0])
def test_a_mark_of_any_expected_rate_stays(rate: float) -> None:
    assert not quarantined(np.full(2_000, rate), rate, 2_000, seed=3).any()


def test_a_quiet_year_does_not_delay_the_test() -> None:
    assert advance(5.0, 100_000, DISTINCTIVE_RATE) == 0


def test_a_listing_is_one_alarm_whatever_its_pictures(service: Service) -> None:
    add_marks(service, "ring", "star")
    with service.database.writing() as session:
        concluded(session, ["ring"], MONDAY, pictures=16)
        concluded(session, [], MONDAY)
        assert listings_so_far(session) == 2
        assert session.get_one(AlarmTestRow, "ring").statistic == pytest.approx(WEIGHT)
        assert session.get(AlarmTestRow, "star") is None
        concluded(session, ["ring"], MONDAY)
        assert WEIGHT < session.get_one(AlarmTestRow, "ring").statistic < 2 * WEIGHT


def test_what_was_counted_is_not_counted_again(service: Service) -> None:
    add_marks(service, "ring")
    with service.database.writing() as session:
        row = concluded(session, ["ring"], MONDAY)
        before = session.get_one(AlarmTestRow, "ring").statistic
        count(session, row, [listing("0" * 64, ["ring"])], MONDAY + timedelta(1))
        assert session.get_one(AlarmTestRow, "ring").statistic == before


def test_a_listing_that_cannot_be_read_is_no_trial(service: Service) -> None:
    with service.database.writing() as session:
        unread = replace(listing("0" * 64, []), status="error", decision="review")
        count(session, InspectionRow(findings=[]), [unread], MONDAY)
        assert listings_so_far(session) == 0


def test_the_expected_rate_is_that_of_the_cohort_or_of_past_weeks(service: Service) -> None:
    add_marks(service, "ring")
    with service.database.writing() as session:
        row = session.get_one(MarkRow, "ring")
        row.created_at = MONDAY - timedelta(30)
        for number in range(100):
            concluded(session, ["ring"] * (number % 10 == 0), MONDAY)
        assert expected_rate(session, row, MONDAY) == DISTINCTIVE_RATE
        assert observed_rate(session, row, MONDAY) == 0.1
        later = MONDAY + timedelta(7)
        assert expected_rate(session, row, later) == pytest.approx((10 + 1) / (100 + 200))
        assert expected_rate(session, row, MONDAY + timedelta(70)) == DISTINCTIVE_RATE
        row.distinctiveness = {"common": True}
        assert expected_rate(session, row, MONDAY) == COMMON_RATE
        row.expected_alarms = 0.3
        assert expected_rate(session, row, later) == 0.3


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer
def test_inspections_are_concluded_one_after_another(database: Database) -> None:
    with database.writing() as session:
        take_turn(session)
        with database.reading() as other:
            other.execute(text("SET LOCAL lock_timeout = '50ms'"))
            with pytest.raises(OperationalError, match="lock timeout"):
                take_turn(other)
    with database.writing() as other:
        take_turn(other)


def test_weeks_begin_on_mondays() -> None:
    assert week_of(MONDAY) == week_of(MONDAY + timedelta(6)) == MONDAY.date()
    assert week_of(MONDAY + timedelta(7)) > MONDAY.date()
