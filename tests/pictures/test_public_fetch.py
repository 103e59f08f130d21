"""Pictures at addresses that strangers name: nothing private is reached, and time is bounded."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from detector.pictures.public_fetch import fetch_public

HOST = "127.0.0.1"
BODY = b"x" * 5000


class Shop(BaseHTTPRequestHandler):
    """A picture, redirections to here and to this machine by another name, an endless answer."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        places = {"/here": "/mug.png", "/private": "http://inner.test/mug.png"}
        if self.path in places:
            self.send_response(302)
            self.send_header("Location", places[self.path])
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(404 if self.path == "/none" else 200)
        if self.path == "/endless":
            self.send_header("Connection", "close")
            self.end_headers()
            while not self.server.over.wait(0.05):
                self.wfile.write(b".")
            return
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture(scope="module")
def shop() -> Iterator[str]:
    with ThreadingHTTPServer((HOST, 0), Shop) as server:
        server.over, server.daemon_threads = threading.Event(), True
        server.handle_error = lambda *_: None  # a client that has gone
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{HOST}:{server.server_address[1]}"
        server.over.set()
        server.shutdown()


@pytest.mark.parametrize("path", ["/mug.png", "/here", "/mug é.png"])
def test_an_address_that_is_itself_allowed_is_reached(shop: str, path: str) -> None:
    assert fetch_public(shop + path, (HOST,), 10_000, 10) == BODY


def test_a_name_that_leads_to_this_machine_is_not_reached(shop: str) -> None:
    named = shop.replace(HOST, "localhost")
    with pytest.raises(PermissionError, match="not public"):
        fetch_public(named + "/mug.png", ("localhost",), 10_000, 10)


def test_a_redirection_to_a_private_address_is_not_followed(shop: str, monkeypatch) -> None:
    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *rest, **options: real(
            "10.0.0.1" if host == "inner.test" else host, *rest, **options
        ),
    )
    with pytest.raises(PermissionError, match="not public"):
        fetch_public(shop + "/private", (HOST, "inner.test"), 10_000, 10)
    with pytest.raises(PermissionError, match="not an allowed host"):
        fetch_public(shop + "/private", (HOST,), 10_000, 10)


def test_a_name_whose_address_changes_is_connected_to_as_it_was_checked(monkeypatch) -> None:
    """DNS answers once with a public address, then with this machine's."""
    asked, connected = [], []
    real = socket.getaddrinfo

    def lookup(host, port, *rest, **options):
        if host != "shop.test":
            return real(host, port, *rest, **options)
        asked.append(host)
        address = "192.0.2.1" if len(asked) > 1 else "93.184.215.14"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def connect(place, *_):
        connected.append(place)
        raise ConnectionRefusedError("not in a test")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(ConnectionRefusedError):
        fetch_public("http://shop.test/a.png", ("shop.test",), 10_000, 10)
    assert (asked, connected) == (["shop.test"], [("93.184.215.14", 80)])


def test_an_answer_without_an_end_is_cut(shop: str) -> None:
    with pytest.raises(TimeoutError, match="not there within"):
        fetch_public(shop + "/endless", (HOST,), 10_000, 0.3)


def test_an_answer_that_is_no_picture_is_told_by_its_status(shop: str) -> None:
    with pytest.raises(OSError, match="answers 404"):
        fetch_public(shop + "/none", (HOST,), 10_000, 10)


def test_more_than_the_limit_is_refused(shop: str) -> None:
    with pytest.raises(OSError, match="more than 4,999 bytes"):
        fetch_public(shop + "/mug.png", (HOST,), 4999, 10)
    assert len(fetch_public(shop + "/mug.png", (HOST,), 5000, 10)) == 5000


@pytest.mark.parametrize(
    "uri", ["ftp://127.0.0.1/a", "http://[", "http://127.0.0.1:1/a", "file:/etc/hosts"]
)
def test_what_cannot_be_fetched_is_an_oserror(uri: str) -> None:
    with pytest.raises(OSError, match=r".+"):
        fetch_public(uri, (HOST,), 1000, 5)
