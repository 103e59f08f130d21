"""Pictures at addresses: fetched from allowed hosts alone, here from this machine's own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from detector.pictures.fetch import fetch, host_of
from detector.pictures.read_submission import read_submission
from detector.pictures.worker import ReadWorker
from detector.records import Reading, Submission
from detector.settings import ReaderSettings
from tests.hostile import make_seeds

PNG = make_seeds(np.random.default_rng(1))[".png"]
HOST = "127.0.0.1"


class Shop(BaseHTTPRequestHandler):
    """Serves a picture, a page, and redirections to itself and elsewhere."""

    def do_GET(self) -> None:
        start = self.server.server_address[1]
        path = self.path.partition("?")[0]
        if path in ("/here", "/away", "/ftp"):
            places = {
                "/here": "/mug%20%C3%A9.png",
                "/away": f"http://localhost:{start}/mug.png",
                "/ftp": f"ftp://{HOST}/mug.png",
            }
            self.send_response(302)
            self.send_header("Location", places[path])
            self.end_headers()
            return
        body = b"<!doctype html>" if path == "/page.jpg" else PNG
        self.send_response(404 if path == "/none.jpg" else 200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture(scope="module")
def shop() -> Iterator[str]:
    with ThreadingHTTPServer((HOST, 0), Shop) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{HOST}:{server.server_address[1]}"
        server.shutdown()


def read(uri: str, *hosts: str) -> Reading:
    return read_submission(Submission(uri), ReaderSettings(allowed_hosts=hosts))


@pytest.mark.parametrize("path", ["/mug.png", "/mug é.png", "/mug.png?v=1.7", "/here", "/"])
def test_a_picture_of_an_allowed_host_is_read(shop: str, path: str) -> None:
    reading = read(f"{shop}{path}", HOST)
    assert (reading.path, reading.status) == (f"{shop}{path}", "ok")
    assert reading.pictures


def test_a_worker_reads_it_too(shop: str) -> None:
    with ReadWorker(ReaderSettings(allowed_hosts=(HOST,))) as worker:
        assert worker.read(f"{shop}/mug.png").status == "ok"
    with ReadWorker() as worker:
        assert worker.read(f"{shop}/mug.png").status == "refused"


@pytest.mark.parametrize("hosts", [(), ("localhost",), (f"{HOST}.shop.test",)])
def test_nothing_is_fetched_from_another_host(shop: str, hosts: tuple[str, ...]) -> None:
    reading = read(f"{shop}/mug.png", *hosts)
    assert reading.status == "refused"
    assert f"allow the host {HOST}" in reading.message
    with pytest.raises(OSError, match="not an allowed host"):
        fetch(f"{shop}/mug.png", hosts, 1000, 5.0)


@pytest.mark.parametrize("path", ["/away", "/ftp"])
def test_a_redirection_to_another_host_is_not_followed(shop: str, path: str) -> None:
    reading = read(f"{shop}{path}", HOST)
    assert reading.status == "error"
    assert "allowed host" in reading.message


def test_what_is_no_picture_and_what_is_not_there_are_errors(shop: str) -> None:
    assert "web page" in read(f"{shop}/page.jpg", HOST).message
    assert "404" in read(f"{shop}/none.jpg", HOST).message
    assert read("http://127.0.0.1:1/a.jpg", HOST).status == "error"
    for strange in ("ftp://127.0.0.1/a.jpg", "http://[", "data:,x", "http://"):
        assert read(strange, HOST).status == "refused"


def test_no_more_than_the_limit_is_fetched(shop: str) -> None:
    assert len(fetch(f"{shop}/mug.png", (HOST,), 10, 5.0)) == 11


def test_the_host_of_an_address() -> None:
    assert host_of("HTTPS://CDN.Shop.test:443/a") == "cdn.shop.test"
    assert host_of("https://cdn.shop.test@evil.test/a") == "evil.test"
    assert [host_of(uri) for uri in ("file:///a", "a.jpg", "http://[", "")] == [""] * 4
