"""`GET /v1/events`: paging, waiting, and who sees what."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from detector.service import events
from detector.service.keys import add_key
from detector.service.service import Service
from tests.service.serving import serving

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def record(service: Service, kind: events.EventKind = "mark.changed", **parties: str) -> str:
    with service.database.writing() as session:
        return events.record(session, kind, {"mark": "ring"}, now=NOON, **parties).id


def key_of(service: Service, role: str, party: str = "") -> str:
    with service.database.writing() as session:
        return add_key(session, role, role, party, per_minute=0, now=NOON)


def test_a_poll_goes_on_from_its_cursor(service: Service) -> None:
    recorded = [record(service) for _ in range(5)]
    seen, cursor = [], 0
    with serving(service) as client:
        while page := client.get("/v1/events", params={"after": cursor, "limit": 2}).json():
            cursor = page["next"]
            if not page["events"]:
                break
            seen += page["events"]
        assert client.get("/v1/events", params={"after": cursor}).json() == {
            "events": [],
            "next": cursor,
        }
    assert [event["id"] for event in seen] == recorded
    assert seen[0] == {
        "number": seen[0]["number"],
        "id": recorded[0],
        "type": "mark.changed",
        "timestamp": "2026-07-01T12:00:00Z",
        "data": {"mark": "ring"},
    }


def test_a_poll_that_waits_is_answered_when_something_happens(service: Service) -> None:
    with serving(service) as client:
        answers: list[dict] = []
        thread = threading.Thread(
            target=lambda: answers.append(
                client.get("/v1/events", params={"wait": 50, "kind": "policy.used"}).json()
            ),
            daemon=True,
        )
        thread.start()
        record(service)  # of another kind
        wanted = record(service, "policy.used")
        thread.join(30)
    assert [event["id"] for event in answers[0]["events"]] == [wanted]


def test_many_that_wait_leave_room_for_others(service: Service) -> None:
    """More than there are threads for requests: an answer still comes."""
    end = threading.Event()
    with serving(service) as client:

        def wait() -> None:
            client.get("/v1/events", params={"wait": 50})
            end.set()

        threads = [threading.Thread(target=wait, daemon=True) for _ in range(60)]
        for thread in threads:
            thread.start()
        assert client.get("/v1/events").json()["events"] == []
        assert not end.is_set()
        record(service)
        for thread in threads:
            thread.join(30)
    assert end.is_set()


@pytest.mark.parametrize(
    ("role", "party", "seen"),
    [
        ("platform", "", ["owned", "sold", "nobody's"]),
        ("read_only", "", ["owned", "sold", "nobody's"]),
        ("rights_holder", "us", ["owned"]),
        ("rights_holder", "them", []),
        ("seller", "shop", ["sold"]),
        ("seller", "us", []),
    ],
)
def test_each_role_sees_its_own(service: Service, role: str, party: str, seen: list[str]) -> None:
    names = {
        record(service, owner="us"): "owned",
        record(service, seller="shop"): "sold",
        record(service): "nobody's",
    }
    key = key_of(service, role, party)
    with serving(service, key=key, needs_keys=True) as client:
        got = client.get("/v1/events").json()["events"]
    assert [names[event["id"]] for event in got] == seen


def test_without_a_key_nothing_is_told(service: Service) -> None:
    record(service)
    with serving(service, needs_keys=True) as client:
        assert client.get("/v1/events").status_code == 401


@pytest.mark.parametrize(
    "query", ["after=-1", "after=x", "after=99999999999999999999", "limit=0", "wait=-1", "kind=x"]
)
def test_a_question_that_makes_no_sense_is_a_problem(service: Service, query: str) -> None:
    with serving(service) as client:
        answer = client.get(f"/v1/events?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"]
