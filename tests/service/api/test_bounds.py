"""What holds for every request: ids, bounds, headers, and errors that give nothing away."""

from __future__ import annotations

import logging
import shutil
import socket
from collections.abc import Iterator
from contextlib import suppress

import httpx

from detector.service.api import server
from detector.service.api.limits import RateLimit
from detector.service.request_id import WithRequestId
from detector.service.service import Service
from tests.service.api.test_inspections import PATH, photo, problem, with_settings
from tests.service.serving import serving


def chunks(count: int, size: int = 10_000) -> Iterator[bytes]:
    yield from (b"x" * size for _ in range(count))


def exchange(client: httpx.Client, *sent: bytes) -> bytes:
    """What the server sends back for these raw bytes until it closes the connection."""
    with socket.create_connection((client.base_url.host, client.base_url.port), 30) as raw:
        for part in sent:
            raw.sendall(part)
        answer = b""
        with suppress(ConnectionResetError):  # what was sent is not read to its end
            while part := raw.recv(65536):
                answer += part
        return answer


def test_request_ids_are_taken_or_made(client: httpx.Client) -> None:
    mine = client.get("/healthz", headers={"X-Request-ID": "order-7.a_b"})
    assert mine.headers["x-request-id"] == "order-7.a_b"
    for wrong in ("", "a b", "é".encode(), "x" * 129, "-x", 'a"b'):
        made = client.get("/healthz", headers={"X-Request-ID": wrong}).headers["x-request-id"]
        assert made != wrong
        assert len(made) == 32


def test_records_of_a_request_have_its_id(service, caplog) -> None:
    caplog.handler.addFilter(WithRequestId())
    service.pictures.put = None  # type: ignore[method-assign]
    with caplog.at_level(logging.ERROR, "uvicorn.error"), serving(service) as client:
        answer = client.post(PATH, files=[photo()], headers={"X-Request-ID": "r-1"})
    told = problem(answer, 500)
    assert told["detail"] == "the service has a fault"
    assert "NoneType" not in answer.text
    assert {record.request_id for record in caplog.records} == {"r-1"}


def test_why_the_storage_cannot_be_used_is_for_the_log_alone(service, caplog, tmp_path) -> None:
    folder = tmp_path / "pictures"
    shutil.rmtree(folder, ignore_errors=True)
    folder.write_bytes(b"no folder")
    with (
        caplog.at_level(logging.ERROR, "detector.service.api.problems"),
        serving(service) as client,
    ):
        told = problem(client.post(PATH, files=[photo()]), 503)
    assert told["detail"] == "the storage of the service cannot be used"
    assert str(folder) not in told["detail"]
    assert "cannot be used: " in caplog.text
    assert str(folder) in caplog.text


def test_answers_have_headers_that_bind_browsers(client: httpx.Client) -> None:
    for path in ("/healthz", PATH, "/nothing"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert "server" not in headers


def test_a_large_body_is_refused_before_it_is_read(service: Service) -> None:
    with_settings(service, body_bytes=100_000)
    form = {"Content-Type": "multipart/form-data; boundary=x"}
    with serving(service) as client:
        problem(client.post(PATH, content=b"x" * 200_000, headers=form), 413)
        # A generator is sent in chunks, without a length.
        part = b'--x\r\nContent-Disposition: form-data; name="picture"; filename="a"\r\n\r\n'
        problem(client.post(PATH, content=(p for p in (part, *chunks(30))), headers=form), 413)
        assert client.get("/healthz").status_code == 200
        head = f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\n".encode()
        claimed = exchange(client, head + b"Content-Length: 99999999999\r\n\r\n")
        assert claimed.startswith(b"HTTP/1.1 413")


def test_a_slow_body_is_refused(service: Service) -> None:
    with_settings(service, body_seconds=0.2)
    head = f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n".encode()
    with serving(service) as client:
        answer = exchange(client, head + b"Content-Type: multipart/form-data; boundary=x\r\n\r\n--")
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"application/problem+json" in answer


def test_a_head_that_does_not_end_is_not_waited_for(client, monkeypatch) -> None:
    monkeypatch.setattr(server, "HEAD_SECONDS", 0.2)
    assert exchange(client, b"") == b""
    assert exchange(client, b"GET /healthz HTTP/1.1\r\nHost: 127") == b""


def test_heads_that_make_no_sense_are_refused(client: httpx.Client) -> None:
    get = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    for head in (
        get + b"X: " + b"x" * 300_000 + b"\r\n\r\n",
        get + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
        get + b"Content-Length: -1\r\n\r\n",
        get + b"Content-Length: 1\r\nTransfer-Encoding: gzip\r\n\r\n",
        get + b"X\0: y\r\n\r\n",
        b"GET /healthz\r\n\r\n",
        b"\x16\x03\x01 TLS",
    ):
        answer = exchange(client, head)
        assert answer == b"" or answer[:12] in (b"HTTP/1.1 400", b"HTTP/1.1 501"), head
    assert client.get("/healthz").status_code == 200


MULTIPART = [
    (b"", "boundary=x"),
    (b"garbage", "boundary=x"),
    (b"--x\r\n", "boundary=x"),
    (b"--x--\r\n", "boundary=x"),
    (b"--x\r\n\r\nbody\r\n--x--\r\n", "boundary=x"),
    (b'--x\r\nContent-Disposition: form-data; name=""\r\n\r\na\r\n--x--\r\n', "boundary=x"),
    (b"--x\r\nContent-Disposition: \r\n\r\na\r\n--x--\r\n", "boundary=x"),
    (b"--x--\r\n", ""),
    (b"--x--\r\n", "boundary=" + "x" * 300),
    (b"--x\r\n" + b"A: b\r\n" * 5000 + b"\r\n--x--\r\n", "boundary=x"),
    (
        b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\n\xff\r\n--x--\r\n',
        'boundary=x; charset="rot13"',
    ),
]


def test_forms_that_make_no_sense_are_refused(client: httpx.Client) -> None:
    for body, parameter in MULTIPART:
        headers = {"Content-Type": f"multipart/form-data;{parameter}"}
        answer = client.post(PATH, content=body, headers=headers)
        assert answer.status_code in (400, 422), (body, answer.text)
        problem(answer, answer.status_code)


def test_paths_lead_nowhere_else(client: httpx.Client) -> None:
    for path in (
        "/v1/inspections/..%2f..%2fetc%2fpasswd",
        "/v1/inspections/%00",
        "/v1/inspections/a%00b/pictures/1",
        "/v1/inspections/%2e%2e/pictures/1",
        "//etc/passwd",
        "/v1/inspections/" + "x" * 65,
    ):
        raw = exchange(
            client, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
        )
        assert raw[:12] in (b"HTTP/1.1 404", b"HTTP/1.1 422"), path


def test_without_keys_no_web_page_is_answered(client: httpx.Client) -> None:
    for headers in (
        {"Host": "evil.test"},
        {"Host": "127.0.0.1.evil.test:8000"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://shop.test"},
        {"Origin": "null"},
    ):
        problem(client.get(PATH, headers=headers), 403)
        problem(client.post(PATH, files=[photo()], headers=headers), 403)
    assert client.get(PATH, headers={"Host": "localhost:8000"}).status_code == 200


def test_a_key_has_a_rate(as_role, service: Service) -> None:
    with_settings(service, per_minute=3)
    reader = as_role("read_only")
    for _ in range(3):
        assert reader.get(PATH).status_code == 200
    answer = reader.get(PATH)
    problem(answer, 429)
    assert 1 <= int(answer.headers["retry-after"]) <= 20
    assert as_role("platform").get(PATH).status_code == 200


def test_a_bucket_fills_with_time() -> None:
    now = 0.0
    rates = RateLimit(lambda: now)
    assert [rates.seconds_until_allowed(1, 2) for _ in range(3)] == [0, 0, 30]
    now = 29.0
    assert rates.seconds_until_allowed(1, 2) == 1
    now = 30.0
    assert [rates.seconds_until_allowed(1, 2) for _ in range(2)] == [0, 30]
    now = 10_000.0
    assert [rates.seconds_until_allowed(1, 2) for _ in range(3)] == [0, 0, 30]


def test_health(client, service, tmp_path) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert "index" in problem(client.get("/readyz"), 503)["reasons"]
    with server.IndexUpdater(service):
        assert client.get("/readyz").json() == {"status": "ok"}
    (tmp_path / "file").write_bytes(b"")
    service.pictures._root = str(tmp_path / "file" / "no folder")
    assert problem(client.get("/readyz"), 503)["reasons"] == {
        "pictures": "the store cannot be written"
    }
