"""`/v1/webhooks`: made, changed, tested and deleted by those whose they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import httpx
import pytest
from standardwebhooks import Webhook

from detector.service import events
from detector.service.keys import add_key
from detector.service.sender import send_one
from detector.service.service import Service
from detector.service.settings import WebhookSettings
from tests.service.receiver import receiving
from tests.service.serving import serving

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
URL = "https://shop.example/hook"


@pytest.fixture
def sending(service: Service) -> Service:
    """The service, allowed to send to this machine, without a second try."""
    hooks = WebhookSettings(allow_http=True, allow_private=True, retry_seconds=(), most=3)
    service.settings = replace(service.settings, webhooks=hooks)
    return service


@pytest.fixture
def client(sending: Service) -> Iterator[httpx.Client]:
    with serving(sending) as opened:
        yield opened


def made(client: httpx.Client, **wanted: object) -> dict:
    answer = client.post("/v1/webhooks", json={"url": URL, **wanted})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_the_secret_is_shown_once(client: httpx.Client) -> None:
    webhook = made(client, kinds=["policy.used", "mark.changed"])
    secret = webhook.pop("secret")
    assert secret.startswith("whsec_")
    assert webhook["kinds"] == ["mark.changed", "policy.used"]
    assert client.get("/v1/webhooks").json() == {"webhooks": [webhook]}
    assert client.get(f"/v1/webhooks/{webhook['id']}").json() == webhook


def test_a_test_reaches_the_receiver_and_stands_among_the_deliveries(
    sending: Service, client: httpx.Client
) -> None:
    with receiving() as receiver:
        webhook = made(client, url=receiver.url, kinds=["policy.used"])
        other = made(client)
        queued = client.post(f"/v1/webhooks/{webhook['id']}/test")
        assert queued.status_code == 202
        assert send_one(sending, Random(1))
        got = receiver.next()
    body = Webhook(webhook["secret"]).verify(got.body, got.headers)
    assert (body["type"], body["data"]) == ("webhook.tested", {"webhook": webhook["id"]})
    (delivery,) = client.get(f"/v1/webhooks/{webhook['id']}/deliveries").json()["deliveries"]
    assert (delivery["state"], delivery["status"]) == ("delivered", 204)
    assert delivery["event"] == got.headers["webhook-id"] == queued.json()["event"]
    assert not client.get(f"/v1/webhooks/{other['id']}/deliveries").json()["deliveries"]


def test_dead_letters_are_listed_and_sent_again(sending: Service, client: httpx.Client) -> None:
    with receiving() as receiver:
        receiver.statuses = [500] * 3
        address = "/v1/webhooks/" + made(client, url=receiver.url)["id"]
        for _ in range(3):
            client.post(f"{address}/test")
            assert send_one(sending, Random(1))
        page = client.get(f"{address}/deliveries", params={"state": "dead", "limit": 2}).json()
        rest = client.get(
            f"{address}/deliveries", params={"state": "dead", "limit": 2, "before": page["next"]}
        ).json()
        numbers = [each["number"] for each in page["deliveries"] + rest["deliveries"]]
        assert numbers == sorted(numbers, reverse=True)
        assert len(numbers) == 3
        assert rest["next"] is None
        assert page["deliveries"][0]["error"] == "the receiver answered 500"
        resend = f"{address}/deliveries/resend"
        assert client.post(resend, json={"numbers": numbers[:1]}).json() == {"queued": 1}
        assert client.post(resend, json={}).json() == {"queued": 2}
        assert all(send_one(sending, Random(1)) for _ in range(3))
    dead = client.get(f"{address}/deliveries", params={"state": "dead"}).json()
    assert dead == {"deliveries": [], "next": None}


def test_a_rotation_gives_a_new_secret(sending: Service, client: httpx.Client) -> None:
    with receiving() as receiver:
        webhook = made(client, url=receiver.url)
        address = f"/v1/webhooks/{webhook['id']}"
        rotated = client.post(f"{address}/rotate", json={"overlap_seconds": 60}).json()
        client.post(f"{address}/test")
        send_one(sending, Random(1))
        got = receiver.next()
    for secret in {webhook["secret"], rotated["secret"]}:
        assert Webhook(secret).verify(got.body, got.headers)
    assert webhook["secret"] != rotated["secret"]


def test_a_webhook_is_switched_off_and_on(client: httpx.Client) -> None:
    address = "/v1/webhooks/" + made(client)["id"]
    client.post(f"{address}/test")
    off = client.patch(address, json={"off": True}).json()
    assert off["off_since"]
    assert off["off_reason"]
    (delivery,) = client.get(f"{address}/deliveries").json()["deliveries"]
    assert delivery["state"] == "dead"
    for path in ("test", "deliveries/resend"):
        assert client.post(f"{address}/{path}", json={}).status_code == 409
    on = client.patch(address, json={"off": False, "kinds": ["mark.changed"]}).json()
    assert (on["off_since"], on["off_reason"], on["kinds"]) == (None, "", ["mark.changed"])
    assert client.post(f"{address}/deliveries/resend", json={}).json() == {"queued": 1}


def test_a_deleted_webhook_is_gone(client: httpx.Client) -> None:
    address = "/v1/webhooks/" + made(client)["id"]
    client.post(f"{address}/test")
    assert client.delete(address).status_code == 204
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/test"), ("GET", "/deliveries")):
        assert client.request(method, address + path).status_code == 404


def test_addresses_that_lead_inside_are_refused(service: Service) -> None:
    with serving(service) as client:
        for url in ("http://shop.example/", "https://localhost/", "https://10.0.0.1/", "nonsense"):
            answer = client.post("/v1/webhooks", json={"url": url})
            assert answer.status_code == 422, url
        webhook = made(client)
        answer = client.patch(f"/v1/webhooks/{webhook['id']}", json={"url": "https://[::1]/"})
        assert answer.status_code == 422
        assert client.get(f"/v1/webhooks/{webhook['id']}").json()["url"] == URL


def test_there_is_a_most(client: httpx.Client) -> None:
    for _ in range(3):
        made(client)
    assert client.post("/v1/webhooks", json={"url": URL}).status_code == 422


def test_each_party_has_its_own(sending: Service) -> None:
    """Those of another party are as if they were not there; all keys of a party share theirs."""
    keys = {}
    with sending.database.writing() as session:
        for name, role, party in (
            ("us", "rights_holder", "us"),
            ("us2", "rights_holder", "us"),
            ("them", "rights_holder", "them"),
            ("shop", "seller", "us"),
            ("platform", "platform", ""),
            ("reader", "read_only", ""),
        ):
            keys[name] = add_key(session, name, role, party, per_minute=0, now=NOON)
    with serving(sending, needs_keys=True) as client:

        def call(name: str, method: str, path: str = "", **how) -> httpx.Response:
            client.headers["Authorization"] = f"Bearer {keys[name]}"
            return client.request(method, f"/v1/webhooks{path}", **how)

        webhook = call("us", "POST", json={"url": URL}).json()["id"]
        for name, sees in (
            *(("us", True), ("us2", True), ("them", False), ("shop", False)),
            *(("platform", True), ("reader", True)),
        ):
            assert (call(name, "GET", f"/{webhook}").status_code == 200) == sees, name
            assert bool(call(name, "GET").json()["webhooks"]) == sees, name
            assert (call(name, "GET", f"/{webhook}/deliveries").status_code == 200) == sees, name
        changes = [
            ("PATCH", "", {"off": True}),
            ("POST", "/rotate", {}),
            ("POST", "/test", None),
            ("POST", "/deliveries/resend", {}),
            ("DELETE", "", None),
        ]
        for method, path, body in changes:
            for name, status in (("them", 404), ("shop", 404), ("reader", 403)):
                answer = call(name, method, f"/{webhook}{path}", json=body)
                assert answer.status_code == status, (name, method, path)
        assert call("reader", "POST", json={"url": URL}).status_code == 403
        assert call("us2", "DELETE", f"/{webhook}").status_code == 204


def test_one_who_is_told_of_a_mark_gets_no_other(sending: Service) -> None:
    with sending.database.writing() as session:
        key = add_key(session, "us", "rights_holder", "us", per_minute=0, now=NOON)
    with serving(sending, key=key, needs_keys=True) as client:
        address = "/v1/webhooks/" + made(client)["id"]
        with sending.database.writing() as session:
            for owner in ("us", "them", ""):
                events.record(session, "mark.changed", {"mark": owner}, owner=owner, now=NOON)
        found = client.get(f"{address}/deliveries").json()["deliveries"]
    assert len(found) == 1
