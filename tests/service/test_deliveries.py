"""Deliveries: signed, sent again, given up, shared by senders; against a real receiver."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select
from standardwebhooks import Webhook, WebhookVerificationError

from detector.service import deliveries, events, sender, webhooks
from detector.service.deliveries import Outcome
from detector.service.keys import OPERATOR, Caller, add_key, caller_of, revoke_key
from detector.service.sender import Sender, send_one
from detector.service.service import Service
from detector.service.settings import QueueSettings, WebhookSettings
from detector.service.storage.database import now_of
from detector.service.storage.events import DeliveryRow, EventRow, WebhookRow
from tests.service.receiver import Receiver, receiving

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
HOOKS = WebhookSettings(seconds=5, allow_http=True, allow_private=True)
RETRIES = HOOKS.retry_seconds


@pytest.fixture
def sending(service: Service) -> Service:
    """The service, allowed to send to this machine."""
    service.settings = replace(
        service.settings, webhooks=HOOKS, queue=QueueSettings(idle_seconds=0.05)
    )
    return service


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as listening:
        yield listening


def add(
    service: Service, url: str = "http://127.0.0.1/", caller: Caller = OPERATOR, kinds=()
) -> WebhookRow:
    with service.database.writing() as session:
        return webhooks.add_webhook(session, caller, url, kinds, settings=HOOKS, now=NOON)


def happen(service: Service, kind="mark.changed", now: datetime = NOON, **parties) -> EventRow:
    with service.database.writing() as session:
        return events.record(session, kind, {"mark": "ring"}, now=now, **parties)


def all_deliveries(service: Service) -> list[DeliveryRow]:
    with service.database.reading() as session:
        return [*session.scalars(select(DeliveryRow).order_by(DeliveryRow.number))]


def the_webhook(service: Service) -> WebhookRow:
    with service.database.reading() as session:
        return session.scalars(select(WebhookRow)).one()


def attempt(service: Service, outcome: Outcome, now: datetime, seed: int = 1) -> datetime | None:
    """Lease what is due, let it end so, and return when it is due again."""
    with service.database.writing() as session:
        message = deliveries.lease_message(session, HOOKS, now)
    assert message is not None
    with service.database.writing() as session:
        deliveries.settle(session, message, outcome, HOOKS, now=now, random=Random(seed))
    (row,) = (row for row in all_deliveries(service) if row.number == message.delivery)
    return row.due_at if row.state == "waiting" else None


def fail_always(service: Service, outcome: Outcome) -> list[timedelta]:
    """Fail one delivery until it is given up, and return the pauses."""
    pauses, now = [], NOON
    while (due := attempt(service, outcome, now)) is not None:
        pauses.append(due - now)
        now = due
    return pauses


# What is sent


def test_a_receiver_can_verify_what_it_gets(sending: Service, receiver: Receiver) -> None:
    secret = add(sending, receiver.url).secret
    event = happen(sending)
    assert send_one(sending, Random(1))
    got = receiver.next()
    body = Webhook(secret).verify(got.body, got.headers)
    assert body == {
        "type": "mark.changed",
        "timestamp": "2026-07-01T12:00:00+00:00",
        "data": {"mark": "ring"},
    }
    assert got.headers["webhook-id"] == event.id
    assert got.headers["content-type"] == "application/json"
    assert got.path == "/hook"
    (row,) = all_deliveries(sending)
    assert (row.state, row.status, row.attempts) == ("delivered", 204, 1)
    assert not send_one(sending, Random(1))


def test_changed_content_or_another_secret_is_seen(sending: Service, receiver: Receiver) -> None:
    secret = add(sending, receiver.url).secret
    happen(sending)
    send_one(sending, Random(1))
    got = receiver.next()
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(got.body + b" ", got.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + "A" * 32).verify(got.body, got.headers)


def test_while_a_secret_is_rotated_both_verify(sending: Service, receiver: Receiver) -> None:
    old = add(sending, receiver.url).secret
    with sending.database.writing() as session:
        row = session.scalars(select(WebhookRow)).one()
        webhooks.rotate_secret(row, timedelta(hours=1), now_of(session))
        new = row.secret
    happen(sending)
    send_one(sending, Random(1))
    got = receiver.next()
    assert old != new
    for secret in (old, new):
        assert Webhook(secret).verify(got.body, got.headers)


def test_after_the_overlap_the_old_secret_signs_no_more(
    sending: Service, receiver: Receiver
) -> None:
    old = add(sending, receiver.url).secret
    with sending.database.writing() as session:
        row = session.scalars(select(WebhookRow)).one()
        webhooks.rotate_secret(row, timedelta(0), now_of(session))
        new = row.secret
    happen(sending)
    send_one(sending, Random(1))
    got = receiver.next()
    assert Webhook(new).verify(got.body, got.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(got.body, got.headers)


def test_each_webhook_gets_the_kinds_it_asks_for(sending: Service) -> None:
    every = add(sending).id
    some = add(sending, kinds=["policy.used"]).id
    happen(sending, "mark.changed")
    happen(sending, "policy.used")
    assert [row.webhook for row in all_deliveries(sending)].count(every) == 2
    assert [row.webhook for row in all_deliveries(sending)].count(some) == 1


def test_each_webhook_gets_what_its_key_may_see(sending: Service) -> None:
    callers = {}
    with sending.database.writing() as session:
        for role, party in (("platform", ""), ("rights_holder", "us"), ("seller", "shop")):
            key = add_key(session, role, role, party, per_minute=0, now=NOON)
            session.flush()
            callers[role] = caller_of(session, key, NOON)
    hooks = {role: add(sending, caller=caller).id for role, caller in callers.items()}
    happen(sending, owner="us")
    happen(sending, owner="them", seller="shop")
    happen(sending)
    got = [row.webhook for row in all_deliveries(sending)]
    assert {role: got.count(hook) for role, hook in hooks.items()} == {
        "platform": 3,
        "rights_holder": 1,
        "seller": 1,
    }


def test_nothing_is_sent_for_a_key_that_was_revoked(sending: Service) -> None:
    with sending.database.writing() as session:
        key = add_key(session, "gone", "platform", per_minute=0, now=NOON)
        session.flush()
        caller = caller_of(session, key, NOON)
    add(sending, caller=caller)
    happen(sending)
    with sending.database.writing() as session:
        revoke_key(session, "gone", NOON)
    with sending.database.writing() as session:
        assert deliveries.lease_message(session, HOOKS, NOON) is None
    assert "revoked" in the_webhook(sending).off_reason
    assert [row.state for row in all_deliveries(sending)] == ["dead"]
    happen(sending)
    assert len(all_deliveries(sending)) == 1


# What is sent again


def test_a_receiver_that_fails_gets_it_again(sending: Service, receiver: Receiver) -> None:
    sending.settings = replace(
        sending.settings, webhooks=replace(HOOKS, retry_seconds=(0.05, 0.05, 0.05))
    )
    secret = add(sending, receiver.url).secret
    receiver.statuses = [500, 302, 429]
    receiver.headers = {"location": "http://127.0.0.1:1/"}  # not followed
    event = happen(sending)
    with Sender(sending, Random(1)):
        got = [receiver.next() for _ in range(4)]
    assert {each.headers["webhook-id"] for each in got} == {event.id}
    assert all(Webhook(secret).verify(each.body, each.headers) for each in got)
    (row,) = all_deliveries(sending)
    assert (row.state, row.attempts, row.status) == ("delivered", 4, 204)


def test_pauses_grow_and_differ(sending: Service) -> None:
    add(sending)
    happen(sending)
    pauses = fail_always(sending, Outcome(500, "the receiver answered 500"))
    assert len(pauses) == len(RETRIES)
    for pause, wanted in zip(pauses, RETRIES, strict=True):
        assert 0.75 * wanted <= pause.total_seconds() <= 1.25 * wanted


def test_two_that_failed_together_do_not_come_again_together(sending: Service) -> None:
    add(sending)
    happen(sending)
    happen(sending)
    assert len({attempt(sending, Outcome(500), NOON, seed) for seed in (1, 2)}) == 2


def test_what_is_given_up_is_dead_and_can_be_sent_again(sending: Service) -> None:
    hook = add(sending)
    event = happen(sending)
    fail_always(sending, Outcome(None, "no answer within 5 s"))
    with sending.database.reading() as session:
        ((row, its_event),) = webhooks.deliveries_of(session, hook, ["dead"], None, 10)
    assert its_event.id == event.id
    assert (row.attempts, row.error) == (len(RETRIES) + 1, "no answer within 5 s")
    later = NOON + timedelta(days=9)
    with sending.database.writing() as session:
        assert deliveries.send_again(session, hook, later, [row.number + 1]) == 0
        assert deliveries.send_again(session, hook, later) == 1
    attempt(sending, Outcome(200), later)
    assert [each.state for each in all_deliveries(sending)] == ["delivered"]


def test_a_receiver_may_ask_to_be_left_alone_for_a_while(sending: Service) -> None:
    add(sending)
    happen(sending)
    due = attempt(sending, Outcome(503, "busy", retry_after=3600), NOON)
    assert due == NOON + timedelta(hours=1)
    due = attempt(sending, Outcome(503, "busy", retry_after=1e300), due)
    assert due <= NOON + timedelta(hours=1, seconds=max(RETRIES))


# Webhooks that are switched off


def test_a_webhook_that_fails_for_days_is_switched_off(sending: Service) -> None:
    add(sending)
    failing = NOON
    while the_webhook(sending).off_since is None:
        happen(sending, now=failing)
        attempt(sending, Outcome(500), failing)
        failing += timedelta(hours=12)
        assert failing - NOON <= timedelta(days=6)
    assert failing - NOON > timedelta(days=HOOKS.off_after_days)
    assert "5 days" in the_webhook(sending).off_reason
    assert {row.state for row in all_deliveries(sending)} == {"dead"}


def test_one_success_lets_the_days_count_anew(sending: Service) -> None:
    add(sending)
    for day in range(12):
        happen(sending, now=NOON + timedelta(days=day))
        outcome = Outcome(200) if day == 4 else Outcome(500)
        with sending.database.writing() as session:
            for row in session.scalars(select(DeliveryRow).filter_by(state="waiting")):
                row.due_at = NOON + timedelta(days=day)
        attempt(sending, outcome, NOON + timedelta(days=day))
        assert (the_webhook(sending).off_since is None) == (day < 10)
        if day == 10:
            break


def test_one_that_is_gone_is_switched_off_at_once_and_its_owner_is_told(
    sending: Service, receiver: Receiver
) -> None:
    with sending.database.writing() as session:
        key = add_key(session, "ours", "rights_holder", "us", per_minute=0, now=NOON)
        session.flush()
        caller = caller_of(session, key, NOON)
    hook = add(sending, receiver.url, caller)
    receiver.statuses = [410]
    happen(sending, owner="us")
    assert send_one(sending, Random(1))
    with sending.database.reading() as session:
        told = events.after(session, caller, 0, ["webhook.switched_off"])
    assert [event.data["webhook"] for event in told] == [hook.id]
    assert "410" in told[0].data["reason"]
    happen(sending, owner="us")
    assert not send_one(sending, Random(1))
    with sending.database.writing() as session:
        webhooks.switch_on(session.scalars(select(WebhookRow)).one())
    happen(sending, owner="us")
    assert send_one(sending, Random(1))


# Many senders


def test_one_that_hangs_is_left_after_its_time_and_holds_no_other(
    sending: Service, receiver: Receiver
) -> None:
    sending.settings = replace(sending.settings, webhooks=replace(HOOKS, seconds=0.5, senders=2))
    with receiving() as hanging:
        hanging.statuses = [0] * 10
        slow = add(sending, hanging.url)
        fast = add(sending, receiver.url)
        for _ in range(3):
            happen(sending)
        with Sender(sending, Random(1)):
            hanging.next()
            got = {receiver.next().headers["webhook-id"] for _ in range(3)}
            hanging.next()
        assert len(got) == 3
    rows = all_deliveries(sending)
    assert {row.state for row in rows if row.webhook == fast.id} == {"delivered"}
    assert {row.error for row in rows if row.webhook == slow.id} >= {"no answer within 0.5 s"}


def test_many_senders_send_each_delivery_once(sending: Service) -> None:
    for _ in range(6):
        add(sending)
    for _ in range(4):
        happen(sending)
    messages, start = [], threading.Barrier(6)

    def work(_: int) -> None:
        start.wait()
        while True:
            with sending.database.writing() as session:
                message = deliveries.lease_message(session, HOOKS, NOON)
            if message is None:
                with sending.database.reading() as session:
                    waiting = select(DeliveryRow.number).filter_by(state="waiting", lease=None)
                    if not session.scalars(waiting).all():
                        return
                continue
            messages.append(message)
            with sending.database.writing() as session:
                deliveries.settle(session, message, Outcome(200), HOOKS, now=NOON, random=Random(1))

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(work, range(6)))
    assert len(messages) == 24
    assert len({message.delivery for message in messages}) == 24


def test_what_a_dead_sender_left_is_taken_by_another(sending: Service) -> None:
    add(sending)
    happen(sending)
    later = NOON + timedelta(minutes=2)
    with sending.database.writing() as session:
        first = deliveries.lease_message(session, HOOKS, NOON)
        assert deliveries.lease_message(session, HOOKS, NOON) is None
        second = deliveries.lease_message(session, HOOKS, later)
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    with sending.database.writing() as session:  # the first was only slow: its outcome is void
        for message in (second, first):
            outcome = Outcome(200 if message is second else 500)
            deliveries.settle(session, message, outcome, HOOKS, now=later, random=Random(1))
    assert [row.state for row in all_deliveries(sending)] == ["delivered"]


def test_what_ends_every_sender_is_given_up(sending: Service) -> None:
    add(sending)
    happen(sending)
    now = NOON
    for _ in range(len(RETRIES) + 1):
        with sending.database.writing() as session:
            assert deliveries.lease_message(session, HOOKS, now) is not None
        now += timedelta(minutes=2)
    with sending.database.writing() as session:
        assert deliveries.lease_message(session, HOOKS, now) is None
    (row,) = all_deliveries(sending)
    assert (row.state, row.attempts) == ("dead", len(RETRIES) + 1)
    assert "sender" in row.error


def test_a_sender_goes_on_after_a_fault(
    sending: Service, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One message that cannot be sent at all, for a reason that nobody foresaw."""
    real, faults = sender.post, [RuntimeError("unforeseen")]

    def post(*arguments, **how):
        if faults:
            raise faults.pop()
        return real(*arguments, **how)

    monkeypatch.setattr(sender, "post", post)
    for _ in range(2):
        add(sending, receiver.url)
    happen(sending)
    with Sender(sending, Random(1)):
        receiver.next()
    assert sorted(row.state for row in all_deliveries(sending)) == ["delivered", "waiting"]


def test_a_deleted_webhook_takes_its_deliveries_along(sending: Service) -> None:
    add(sending)
    happen(sending)
    with sending.database.writing() as session:
        message = deliveries.lease_message(session, HOOKS, NOON)
    with sending.database.writing() as session:
        session.delete(session.scalars(select(WebhookRow)).one())
    with sending.database.writing() as session:
        deliveries.settle(session, message, Outcome(200), HOOKS, now=NOON, random=Random(1))
    assert all_deliveries(sending) == []


def test_content_is_json_that_others_read(sending: Service) -> None:
    event = happen(sending)
    assert json.loads(deliveries.content_of(event))["type"] == "mark.changed"
