"""Drift: the latest weeks beside the first ones, in histories that are laid into the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from detector.service.drift import WEEK, drift, stability_index
from detector.service.storage.database import Database
from detector.service.storage.marks import MarkRow
from tests.service.rows import add_finding, add_inspection

BEGIN = datetime(2026, 1, 7, 9, tzinfo=UTC)
NOW = BEGIN + 10 * WEEK


def lay(
    session: Session,
    week: int,
    marks: dict[str, int],
    *,
    inspections: int = 60,
    scores: tuple[float, ...] = (0.72, 0.97),
) -> None:
    """Inspections of one week; each mark is found in so many of them."""
    for number in range(inspections):
        moment = BEGIN + week * WEEK + number * timedelta(minutes=1)
        row = add_inspection(session, moment, state="done", finished_at=moment)
        for place, (mark, times) in enumerate(marks.items()):
            if number < times:
                add_finding(session, row, mark, scores[(number + place) % len(scores)])


def test_before_anything_was_inspected_there_is_nothing(database: Database) -> None:
    with database.reading() as session:
        assert drift(session, NOW).first is None


def test_a_young_service_has_no_week_to_compare(database: Database) -> None:
    with database.writing() as session:
        lay(session, 0, {"ring": 3})
        told = drift(session, BEGIN + 4 * WEEK)
    assert told.first is not None
    assert told.first.found == {"ring": 3}
    assert told.weeks == ()


def test_weeks_are_counted_by_mark_and_by_score(database: Database) -> None:
    with database.writing() as session:
        lay(session, 1, {"ring": 12})
        lay(session, 2, {"ring": 12, "star": 6})
        lay(session, 9, {"ring": 6}, scores=(0.0, 0.1, 1.0))
        add_inspection(session, NOW - WEEK / 2)  # one that waits counts nothing
        told = drift(session, NOW, weeks=3)
    assert told.first.begin == BEGIN + WEEK
    assert told.first.inspections == 120
    assert told.first.share("ring") == pytest.approx(0.2)
    assert told.first.share("star") == pytest.approx(0.05)
    assert sum(told.first.scores) == 30
    assert {i for i, count in enumerate(told.first.scores) if count} == {7, 9}
    assert [week.period.inspections for week in told.weeks] == [0, 0, 60]
    assert told.weeks[-1].period.found == {"ring": 6}
    assert told.weeks[-1].period.scores == (2, 2, 0, 0, 0, 0, 0, 0, 0, 2)


def test_the_same_again_is_no_drift(database: Database) -> None:
    with database.writing() as session:
        for week in (0, 1, 9):
            lay(session, week, {"ring": 12, "star": 3})
        (week,) = drift(session, NOW, weeks=1).weeks
    assert week.flagged == ()
    assert not week.scores_changed
    assert week.score_psi < 0.01


def test_a_mark_found_far_more_or_less_often_is_flagged(database: Database) -> None:
    with database.writing() as session:
        for week in (0, 1):
            lay(session, week, {"ring": 3, "star": 30, "same": 12})
        lay(session, 9, {"ring": 40, "star": 2, "same": 13, "never": 20})
        (week,) = drift(session, NOW, weeks=1).weeks
    assert week.flagged == ("never", "ring", "star")


def test_few_photos_flag_nothing(database: Database) -> None:
    with database.writing() as session:
        lay(session, 0, {"ring": 1}, inspections=10)
        lay(session, 9, {"ring": 4}, inspections=10)
        (week,) = drift(session, NOW, weeks=1).weeks
    assert week.flagged == ()


def test_a_mark_that_was_added_later_is_not_compared(database: Database) -> None:
    with database.writing() as session:
        lay(session, 0, {})
        lay(session, 9, {"added": 30, "was there": 30})
        for name, added in (("added", BEGIN + WEEK), ("was there", BEGIN)):
            row = MarkRow(id=name, record={}, created_at=added, updated_at=added, state_since=added)
            session.add(row)
        (week,) = drift(session, NOW, weeks=1).weeks
    assert week.flagged == ("was there",)


def test_other_scores_are_told(database: Database) -> None:
    with database.writing() as session:
        lay(session, 0, {"ring": 40}, scores=(0.95, 0.99))
        lay(session, 9, {"ring": 40}, scores=(0.55, 0.65, 0.95))
        (week,) = drift(session, NOW, weeks=1).weeks
    assert week.scores_changed
    assert week.score_psi > 0.25


def test_the_index_is_the_one_that_is_published() -> None:
    """Worked by hand: (0.4 - 0.5) ln(0.4 / 0.5) + (0.6 - 0.5) ln(0.6 / 0.5)."""
    index, _ = stability_index((50_000, 50_000), (40_000, 60_000))
    assert index == pytest.approx(0.1 * np.log(1.5), rel=1e-3)


def test_chance_alone_stays_below_the_level() -> None:
    random, shares = np.random.default_rng(5), np.full(10, 0.1)
    told = [
        stability_index(random.multinomial(4000, shares), random.multinomial(500, shares))
        for _ in range(2000)
    ]
    assert sum(index > level for index, level in told) <= 8


histograms = st.lists(st.integers(0, 1000), min_size=10, max_size=10)


@given(histograms, histograms)
def test_the_index_is_never_negative_and_symmetric(first, second) -> None:
    index, level = stability_index(first, second)
    assert index >= 0
    assert level >= 0
    assert (index, level) == pytest.approx(stability_index(second, first))
    assert stability_index(first, first)[0] == 0
