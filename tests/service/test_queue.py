"""The queue on both databases, with a model beside it; time is what the test says."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import delete, select

from detector.service import queue
from detector.service.settings import QueueSettings
from detector.service.storage.database import Database
from detector.service.storage.notifications import Listener, notify
from detector.service.storage.tables import EventRow, InspectionRow, PictureRow

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SETTINGS = QueueSettings(lease_seconds=60, attempts=3, backoff_seconds=2)


def add(database: Database, name: str = "a", now: datetime = NOON) -> None:
    with database.writing() as session:
        row = InspectionRow(id=name, created_at=now, pictures=[PictureRow(position=0)])
        queue.enqueue(session, row, now)


def take(database: Database, now: datetime = NOON) -> InspectionRow | None:
    with database.writing() as session:
        return queue.lease(session, SETTINGS, now)


def fail(database: Database, row: InspectionRow, now: datetime = NOON) -> str | None:
    with database.writing() as session:
        return queue.retry_or_park(
            session, row.id, row.lease, "the store is gone", settings=SETTINGS, now=now
        )


def state_of(database: Database, name: str = "a") -> tuple[str, int, str]:
    with database.reading() as session:
        row = session.scalars(select(InspectionRow).filter_by(id=name)).one()
        return row.state, row.attempts, row.error


def test_inspections_are_leased_in_the_order_in_which_they_came(database: Database) -> None:
    for number, name in enumerate("abc"):
        add(database, name, NOON + number * SECOND)
    late = NOON + 10 * SECOND
    assert [take(database, late).id for _ in range(3)] == ["a", "b", "c"]
    assert take(database, late) is None


def test_a_lease_is_exclusive_until_it_ends(database: Database) -> None:
    add(database)
    first = take(database)
    assert take(database, NOON + 59 * SECOND) is None
    second = take(database, NOON + 60 * SECOND)
    assert second.id == "a"
    with database.writing() as session:
        assert queue.held(session, "a", first.lease) is None
        assert queue.held(session, "a", second.lease) is not None
        assert not queue.renew(session, "a", first.lease, SETTINGS, NOON)
    assert not fail(database, first)


def test_a_renewed_lease_lasts_longer(database: Database) -> None:
    add(database)
    row = take(database)
    with database.writing() as session:
        assert queue.renew(session, "a", row.lease, SETTINGS, NOON + 50 * SECOND)
    assert take(database, NOON + 100 * SECOND) is None
    assert take(database, NOON + 110 * SECOND) is not None


def test_attempts_wait_twice_as_long_each_time_and_then_it_is_parked(database: Database) -> None:
    add(database)
    now = NOON
    for wait in (2, 4):
        assert fail(database, take(database, now), now)
        assert take(database, now + (wait - 1) * SECOND) is None
        now += wait * SECOND
    assert fail(database, take(database, now), now)
    assert state_of(database) == ("failed", 3, "the store is gone")
    assert take(database, now + 1000 * SECOND) is None
    with database.reading() as session:
        assert [row.id for row in queue.parked(session)] == ["a"]
        (event,) = session.scalars(select(EventRow))
    assert (event.kind, event.data["inspection"]) == ("inspection.failed", "a")


def test_one_that_kills_its_workers_is_parked_too(database: Database) -> None:
    add(database)
    add(database, "b", NOON + 180 * SECOND)
    for attempt in range(3):
        assert take(database, NOON + 60 * attempt * SECOND).id == "a"
    assert take(database, NOON + 180 * SECOND).id == "b"
    assert state_of(database) == ("failed", 3, queue.WORKER_DIED)


def test_what_is_given_back_was_not_tried(database: Database) -> None:
    add(database)
    row = take(database)
    with database.writing() as session:
        assert queue.give_back(session, "a", row.lease, NOON, seconds=5)
        assert not queue.give_back(session, "a", row.lease, NOON)
    assert state_of(database) == ("queued", 0, "")
    assert take(database, NOON + 4 * SECOND) is None
    assert take(database, NOON + 5 * SECOND).attempts == 1


def test_only_what_has_ended_is_made_again(database: Database) -> None:
    add(database)
    with database.writing() as session:
        assert not queue.requeue(session, "a", NOON)
        assert not queue.requeue(session, "unknown", NOON)
    now = NOON
    while (row := take(database, now)) is not None:
        fail(database, row, now)
        now += 100 * SECOND
    with database.writing() as session:
        assert queue.requeue(session, "a", now)
    assert state_of(database) == ("queued", 0, "")
    assert take(database, now).id == "a"


def test_what_waits_is_counted_and_its_age_is_told(database: Database) -> None:
    with database.reading() as session:
        assert (queue.waiting(session), queue.oldest_age(session, NOON)) == (0, None)
    add(database, "a")
    add(database, "b", NOON + 3 * SECOND)
    with database.reading() as session:
        assert queue.waiting(session) == 2
        assert queue.oldest_age(session, NOON + 10 * SECOND) == 10 * SECOND
    take(database, NOON + 10 * SECOND)
    with database.reading() as session:
        assert queue.waiting(session) == 1
        assert queue.oldest_age(session, NOON + 10 * SECOND) == 7 * SECOND


def test_many_workers_at_the_same_time_take_different_ones(database: Database) -> None:
    names = {f"{number:02}" for number in range(40)}
    for name in names:
        add(database, name)
    with ThreadPoolExecutor(8) as threads:
        rows = list(threads.map(lambda _: take(database), range(48)))
    taken = [row.id for row in rows if row is not None]
    assert len(taken) == 40
    assert set(taken) == names


def test_a_row_that_is_locked_is_passed_over(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    add(database, "a")
    add(database, "b")
    with database.writing() as first, database.writing() as second:
        assert queue.lease(first, SETTINGS, NOON).id == "a"
        assert queue.lease(second, SETTINGS, NOON).id == "b"


def test_a_listener_hears_what_is_committed_and_nothing_else(database: Database) -> None:
    def interrupted() -> None:
        with database.writing() as session:
            queue.enqueue(session, InspectionRow(id="b", created_at=NOON), NOON)
            raise InterruptedError

    with Listener(database, "inspection_queued") as listener:
        if not database.is_sqlite:
            listener.wait(0, 5)  # it listens from now on
        before = listener.count
        with pytest.raises(InterruptedError):
            interrupted()
        with database.writing() as session:
            notify(session, "inspection_finished")
        assert listener.count == before
        add(database)
        listener.wait(before, 5)
        assert listener.count == before + 1
    assert not database.told


@dataclass
class Known:
    """What must be true of an inspection."""

    due: datetime
    state: str = "queued"
    attempts: int = 0
    lease: str | None = None


class Model(RuleBasedStateMachine):
    """Workers that take, finish, fail, die and come back, at any time."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.now, self.known, self.leases = NOON, dict[str, Known](), list[tuple[str, str]]()
        self.finished = list[str]()
        with self.database.writing() as session:
            for table in (EventRow, PictureRow, InspectionRow):
                session.execute(delete(table))

    @rule()
    def enqueue(self) -> None:
        name = f"{len(self.known):03}"
        add(self.database, name, self.now)
        self.known[name] = Known(self.now)

    @rule(seconds=st.sampled_from((1, 5, 30, 61)))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds * SECOND

    @rule()
    def lease(self) -> None:
        due = {name: one for name, one in self.known.items() if self.is_due(one)}
        for name in sorted(due, key=lambda name: (due[name].due, name)):
            if due[name].attempts < SETTINGS.attempts:
                break
            due.pop(name).state = "failed"
        row = take(self.database, self.now)
        if not due:
            assert row is None
            return
        first = min(due, key=lambda name: (due[name].due, name))
        assert row is not None
        assert row.id == first
        assert row.lease not in [lease for _, lease in self.leases]
        one = due[first]
        one.state, one.lease, one.attempts = "running", row.lease, one.attempts + 1
        one.due = self.now + SETTINGS.lease_seconds * SECOND
        self.leases.append((first, row.lease))

    @rule(data=st.data())
    def renew(self, data: st.DataObject) -> None:
        for name, lease in self.one_of(data):
            with self.database.writing() as session:
                renewed = queue.renew(session, name, lease, SETTINGS, self.now)
            assert renewed == (self.known[name].lease == lease)
            if renewed:
                self.known[name].due = self.now + SETTINGS.lease_seconds * SECOND

    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        for name, lease in self.one_of(data):
            with self.database.writing() as session:
                row = queue.held(session, name, lease)
                if row is not None:
                    row.state, row.lease = "done", None
            assert (row is not None) == (self.known[name].lease == lease)
            if row is not None:
                self.known[name].state, self.known[name].lease = "done", None
                self.finished.append(name)

    @rule(data=st.data())
    def fail(self, data: st.DataObject) -> None:
        for name, lease in self.one_of(data):
            one = self.known[name]
            with self.database.writing() as session:
                state = queue.retry_or_park(
                    session, name, lease, "e", settings=SETTINGS, now=self.now
                )
            assert (state is not None) == (one.lease == lease)
            if state:
                wait = SETTINGS.backoff_seconds * 2 ** (one.attempts - 1)
                one.state = "failed" if one.attempts == SETTINGS.attempts else "queued"
                one.lease, one.due = None, self.now + wait * SECOND
                assert state == one.state

    @rule(data=st.data())
    def give_back(self, data: st.DataObject) -> None:
        for name, lease in self.one_of(data):
            one = self.known[name]
            with self.database.writing() as session:
                known = queue.give_back(session, name, lease, self.now)
            assert known == (one.lease == lease)
            if known:
                one.state, one.lease, one.due = "queued", None, self.now
                one.attempts -= 1

    @invariant()
    def the_database_says_the_same(self) -> None:
        with self.database.reading() as session:
            rows = session.scalars(select(InspectionRow).order_by(InspectionRow.id)).all()
            waiting = queue.waiting(session)
        told = {row.id: (row.state, row.attempts, row.lease) for row in rows}
        assert told == {
            name: (one.state, one.attempts, one.lease) for name, one in self.known.items()
        }
        assert waiting == sum(one.state == "queued" for one in self.known.values())
        assert len(self.finished) == len(set(self.finished))

    def is_due(self, one: Known) -> bool:
        return one.state in ("queued", "running") and one.due <= self.now

    def one_of(self, data: st.DataObject) -> list[tuple[str, str]]:
        """A lease that was once given, held still or not; none where there never was one."""
        return [data.draw(st.sampled_from(self.leases))] if self.leases else []


def test_the_queue_does_what_its_model_does(database: Database) -> None:
    machine = type("ModelOnDatabase", (Model,), {"database": database})
    run_state_machine_as_test(
        machine, settings=hypothesis_settings(max_examples=15, stateful_step_count=30)
    )
