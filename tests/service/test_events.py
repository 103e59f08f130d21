"""Events: in the order of commits, and only for those whom they concern."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete

from detector.service import events
from detector.service.keys import OPERATOR, Caller
from detector.service.storage.database import Database
from detector.service.storage.events import EventRow

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
WRITERS, EACH = 8, 12


def record(database: Database, kind: events.EventKind = "mark.changed", **parties: str) -> int:
    with database.writing() as session:
        return events.record(session, kind, {"a": 1}, now=NOON, **parties).number


def numbers(database: Database, caller: Caller = OPERATOR, after: int = 0, **how) -> list[int]:
    with database.reading() as session:
        return [row.number for row in events.after(session, caller, after, **how)]


def test_events_come_after_a_cursor_in_their_order(database: Database) -> None:
    recorded = [record(database) for _ in range(5)]
    assert numbers(database) == sorted(recorded)
    assert numbers(database, after=recorded[1]) == recorded[2:]
    assert numbers(database, most=2) == recorded[:2]
    assert numbers(database, after=recorded[-1]) == []


def test_kinds_choose(database: Database) -> None:
    record(database, "mark.changed")
    wanted = record(database, "policy.used")
    assert numbers(database, kinds=["policy.used", "index.changed"]) == [wanted]


def test_each_sees_what_concerns_it(database: Database) -> None:
    ours, theirs = record(database, owner="us"), record(database, owner="them")
    sold, nobody = record(database, seller="us"), record(database)
    assert numbers(database) == [ours, theirs, sold, nobody]
    assert numbers(database, Caller("read_only")) == [ours, theirs, sold, nobody]
    assert numbers(database, Caller("rights_holder", "us")) == [ours]
    assert numbers(database, Caller("seller", "us")) == [sold]
    assert numbers(database, Caller("seller", "them")) == []


def test_a_transaction_that_is_taken_back_leaves_no_event(database: Database) -> None:
    def fail() -> None:
        with database.writing() as session:
            events.record(session, "mark.changed", {}, now=NOON)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert numbers(database) == []


def test_no_number_is_given_twice(database: Database) -> None:
    """Else a reader whose cursor is beyond a number would miss what has it now."""
    last = [record(database) for _ in range(3)][-1]
    with database.writing() as session:
        session.execute(delete(EventRow))
    assert record(database) > last


def test_a_poll_misses_no_event_of_concurrent_writers(database: Database) -> None:
    """A number that is seen stands for all below it, whenever the others commit."""
    done, seen = threading.Event(), []

    def write(_: int) -> list[int]:
        recorded = []
        for _ in range(EACH):
            with database.writing() as session:
                recorded.append(events.record(session, "mark.changed", {}, now=NOON).number)
        return recorded

    def poll() -> None:
        cursor, last_look = 0, False
        while not last_look:
            last_look = done.is_set()
            for number in numbers(database, after=cursor, most=7):
                seen.append(number)
                cursor = number
                last_look = False

    poller = threading.Thread(target=poll, daemon=True)
    poller.start()
    with ThreadPoolExecutor(WRITERS) as threads:
        recorded = [n for numbers in threads.map(write, range(WRITERS)) for n in numbers]
    done.set()
    poller.join()
    assert len(recorded) == WRITERS * EACH
    assert seen == sorted(recorded)


def test_a_later_number_is_not_seen_before_an_earlier_one(database: Database) -> None:
    """One transaction records and does not end; another that records waits for it."""
    second = threading.Event()

    def record_second() -> None:
        record(database)
        second.set()

    with database.writing() as session:
        first = events.record(session, "mark.changed", {}, now=NOON).number
        thread = threading.Thread(target=record_second, daemon=True)
        thread.start()
        assert not second.wait(0.3)
        assert numbers(database) == []
    thread.join()
    assert numbers(database)[0] == first
    assert len(numbers(database)) == 2
