"""A real HTTP receiver of webhooks, which takes, refuses, redirects or hangs as a test says."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Received:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """What came in, and how the next requests are answered: statuses first, then 204.

    A status of 0 means to hang until the test ends.
    """

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    received: queue.Queue[Received] = field(default_factory=queue.Queue)
    end: threading.Event = field(default_factory=threading.Event)

    def next(self) -> Received:
        """Wait for the next request."""
        return self.received.get(timeout=20)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Listen on a loopback port."""
    receiver = Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(receiver))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    try:
        yield receiver
    finally:
        receiver.end.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(receiver: Receiver) -> Callable[..., BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status = receiver.statuses.pop(0) if receiver.statuses else 204
            receiver.received.put(Received(self.path, headers, body))
            if not status:
                receiver.end.wait()
                return
            self.send_response(status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Tests read what came in from `received`."""

    return Handler
