"""Versions of the policy: kept as they are, taken into use and back."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from detector.errors import PolicyError
from detector.scoring.policy import Policy
from detector.service.policies import add_policy, policy_in_use, use_policy, versions
from detector.service.storage.database import Database
from detector.service.storage.events import EventRow

NOW = datetime(2026, 12, 1, tzinfo=UTC)


def test_a_new_service_has_the_shipped_policy(database: Database) -> None:
    with database.writing() as session:
        assert policy_in_use(session) == (1, Policy())
    with database.reading() as session:
        (row,) = versions(session)
    assert row.version == 1
    assert row.used_since is not None


def test_a_version_decides_once_it_is_taken_into_use_and_an_older_one_again(
    database: Database,
) -> None:
    with database.writing() as session:
        second = add_policy(session, "review = 0.4", note="milder", author="ana", now=NOW)
        third = add_policy(session, "review = 0.6", now=NOW)
        assert (second.version, third.version) == (2, 3)
        assert policy_in_use(session)[0] == 1
        for version, review in ((2, 0.4), (3, 0.6), (2, 0.4)):
            use_policy(session, version, author="ben", now=NOW)
            assert policy_in_use(session) == (version, Policy(review))
        use_policy(session, 2, now=NOW + timedelta(1))  # it is in use already
        assert second.used_since < NOW + timedelta(1)
        events = session.scalars(select(EventRow).order_by(EventRow.number)).all()
        changes = [(event.data["former"], event.data["version"]) for event in events]
        assert changes == [(1, 2), (2, 3), (3, 2)]
        assert {event.kind for event in events} == {"policy.used"}
        assert [row.version for row in versions(session, most=2)] == [3, 2]
        assert [row.version for row in versions(session, before=2)] == [1]


def test_a_wrong_policy_is_not_kept(database: Database) -> None:
    with pytest.raises(PolicyError, match="unknown key reviw"), database.writing() as session:
        add_policy(session, "reviw = 0.4", now=NOW)
    with pytest.raises(PolicyError, match="200000 are the most"), database.writing() as session:
        add_policy(session, "#" * 200_001, now=NOW)
    with pytest.raises(PolicyError, match="no version 7"), database.writing() as session:
        use_policy(session, 7, now=NOW)
    with database.writing() as session:
        assert [row.version for row in versions(session)] == [1]


def test_versions_that_are_added_at_once_have_numbers_of_their_own(database: Database) -> None:
    numbers, begin = list[int](), threading.Barrier(4)

    def add() -> None:
        begin.wait(30)
        with database.writing() as session:
            numbers.append(add_policy(session, "review = 0.4", now=NOW).version)

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(numbers) == [2, 3, 4, 5]
