"""A real server on a loopback port, for as long as a test needs it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from detector.service.api.server import make_server
from detector.service.service import Service


@contextmanager
def serving(
    service: Service, *, key: str | None = None, needs_keys: bool = False
) -> Iterator[httpx.Client]:
    """Serve, and give a client of it that sends this bearer key."""
    server = make_server(service, needs_keys=needs_keys)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        address = "http://{}:{}".format(*listening.getsockname())
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        try:
            # The socket listens already: the first request waits until the server answers.
            with httpx.Client(base_url=address, headers=headers, timeout=180) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join(30)
            assert not thread.is_alive()
