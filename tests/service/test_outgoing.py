"""Requests to addresses that others chose: never into the inner network, never without end."""

from __future__ import annotations

import socket
import threading

import pytest

from detector.errors import UsageError
from detector.service import outgoing
from detector.service.outgoing import post
from detector.service.settings import WebhookSettings
from detector.service.webhooks import check_url
from tests.service.receiver import receiving


def test_an_answer_has_status_and_headers() -> None:
    with receiving() as receiver:
        receiver.statuses, receiver.headers = [503], {"Retry-After": "7"}
        status, headers = post(receiver.url, {"x-a": "b"}, b"body", seconds=20, private=True)
        got = receiver.next()
    assert (status, headers["retry-after"]) == (503, "7")
    assert (got.body, got.headers["x-a"]) == (b"body", "b")
    assert got.headers["host"] == receiver.url.split("/")[2]


def test_redirections_are_answers_and_not_followed() -> None:
    with receiving() as receiver:
        receiver.statuses, receiver.headers = [307], {"location": receiver.url}
        assert post(receiver.url, {}, b"", seconds=20, private=True)[0] == 307
        receiver.next()
        assert receiver.received.empty()


@pytest.mark.parametrize(
    ("url", "option"),
    [("http://shop.example/", "--webhooks-http"), ("https://10.0.0.1/", "--webhooks-private")],
)
def test_what_an_operator_can_allow_is_told(url: str, option: str) -> None:
    with pytest.raises(UsageError, match=option):
        check_url(url, WebhookSettings())


def test_a_private_address_is_refused_when_the_connection_is_made() -> None:
    with receiving() as receiver:
        with pytest.raises(PermissionError, match="not public"):
            post(receiver.url, {}, b"", seconds=20)
        assert receiver.received.empty()


def test_a_name_that_leads_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where one of several addresses is public: which is taken nobody can know."""

    def resolved(host, port, **_):
        inner = ("10.0.0.1", port)
        return [(0, 0, 0, "", ("8.8.8.8", port)), (0, 0, 0, "", inner)]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    with pytest.raises(PermissionError, match=r"shop\.example"):
        post("http://shop.example/", {}, b"", seconds=20)


def test_the_connection_goes_to_the_address_that_was_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The name is looked up once: a second look could lead elsewhere."""
    looked_up = []

    def resolved(host, port, **how):
        looked_up.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", port))]

    real = socket.getaddrinfo
    with receiving() as receiver:
        port = int(receiver.url.rsplit(":", 1)[1].split("/")[0])

        def by_name(host, *rest, **how):
            if host == "shop.example":
                return resolved(host, port)
            looked_up.append(host)
            return real(host, *rest, **how)

        monkeypatch.setattr(socket, "getaddrinfo", by_name)
        status, _ = post(f"http://shop.example:{port}/", {}, b"", seconds=20, private=True)
        assert receiver.next().headers["host"] == f"shop.example:{port}"
    assert status == 204
    assert looked_up.count("shop.example") == 1
    assert set(looked_up) == {"shop.example", "127.0.0.1"}


def drip(listener: socket.socket, end: threading.Event) -> None:
    """Answer one byte at a time, for ever."""
    connection, _ = listener.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nx-long: ")
        while not end.wait(0.02):
            try:
                connection.sendall(b"a")
            except OSError:
                return


def test_an_answer_that_drips_ends_at_the_deadline() -> None:
    end = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip, args=(listener, end))
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        with pytest.raises(TimeoutError, match=r"within 0\.5 s"):
            post(url, {}, b"", seconds=0.5, private=True)
        end.set()
        thread.join()


def test_headers_without_end_are_refused() -> None:
    def flood(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            try:
                connection.sendall(b"HTTP/1.1 200 OK\r\nx-long: " + b"a" * (8 << 20))
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=flood, args=(listener,))
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        with pytest.raises(OSError, match=r"\S"):
            post(url, {}, b"", seconds=20, private=True)
        thread.join()


def test_what_does_not_answer_is_an_error_of_the_system() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    for url in (f"http://127.0.0.1:{port}/", "https://no-such-host.invalid/"):
        with pytest.raises(OSError, match=r"\S"):
            post(url, {}, b"", seconds=20, private=True)


@pytest.mark.parametrize(
    "url",
    [
        *("http://shop.example/", "ftp://shop.example/", "shop.example", "", "https://", "//a.b/"),
        *("https://localhost/", "https://inside/", "https://x.local/", "https://127.0.0.1/"),
        *("https://[::1]/", "https://169.254.169.254/latest", "https://10.0.0.1:8443/"),
        *("https://me:secret@shop.example/", "https://shop.example:99999/", "https://[x/"),
        *("https://shop.example/\r\nx: y", "https://shöp.example/", "file:///etc/passwd"),
        *("https://sh op.example/", "https://shop.example/a b"),
    ],
)
def test_addresses_to_which_nothing_would_be_sent_are_refused(url: str) -> None:
    with pytest.raises(UsageError):
        check_url(url, WebhookSettings())


def test_an_operator_may_allow_more() -> None:
    check_url("https://shop.example:8443/a?b=c", WebhookSettings())
    check_url("http://shop.example/", WebhookSettings(allow_http=True))
    check_url("https://inside/", WebhookSettings(allow_private=True))
    assert outgoing.may_be_called("8.8.8.8", private=False)
