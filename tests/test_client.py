"""The client of the service, against answers that it is given, and against a real service."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from detector.client import Client, ServiceError

Answer = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    (tmp_path / "mug.jpg").write_bytes(b"bytes")
    return tmp_path / "mug.jpg"


def client_of(answer: Answer, **options: object) -> tuple[Client, list[float]]:
    """A client whose requests are answered by a function, and its pauses, which take no time."""
    client, pauses = Client("http://service.test", "det_x", **options), list[float]()
    client._http = httpx.Client(
        base_url="http://service.test",
        headers=client._http.headers,
        transport=httpx.MockTransport(answer),
    )
    client._pause = pauses.append
    return client, pauses


def test_a_busy_service_is_asked_again_with_the_same_key(photo: Path) -> None:
    seen = list[httpx.Request]()

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        busy = httpx.Response(429, headers={"Retry-After": "7"}, json={})
        lost = httpx.Response(503, json={})
        return [busy, lost, httpx.Response(200, json={"id": "i"})][len(seen) - 1]

    client, pauses = client_of(answer)
    with client:
        assert client.inspect([photo], title="Mug", classes=[9, 25], wait=3) == {"id": "i"}
    assert pauses == [7, 2]
    assert len({request.headers["idempotency-key"] for request in seen}) == 1
    assert {request.headers["authorization"] for request in seen} == {"Bearer det_x"}
    body = seen[-1].read()
    assert b"Mug" in body
    assert body.count(b'name="classes"') == 2
    assert b'filename="mug.jpg"' in body


def test_a_lost_connection_is_tried_again_and_then_told(photo: Path) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("gone", request=request)

    client, pauses = client_of(answer, attempts=3)
    with pytest.raises(httpx.ConnectError):
        client.inspect([photo])
    assert pauses == [1, 2]


def test_a_service_that_stays_busy_and_one_that_refuses_are_errors(photo: Path) -> None:
    client, pauses = client_of(lambda _: httpx.Response(429, json={"detail": "full"}), attempts=2)
    with pytest.raises(ServiceError, match="429: full") as told:
        client.inspect([photo])
    assert (told.value.status, len(pauses)) == (429, 1)
    client, pauses = client_of(lambda _: httpx.Response(404, text="no JSON"))
    with pytest.raises(ServiceError, match="404"):
        client.get("a/b")
    assert pauses == []


def test_a_list_follows_its_cursors() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.params["seller"] == "s1"
        pages = {"": ([1, 2], "c"), "c": ([3], None)}
        found, following = pages[request.url.params["cursor"]]
        return httpx.Response(200, json={"inspections": found, "next": following})

    client, _ = client_of(answer)
    assert list(client.list(seller="s1")) == [1, 2, 3]
