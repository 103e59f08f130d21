"""A real worker, for as long as a test needs it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from detector.service.service import Service
from detector.service.worker import Worker


@contextmanager
def inspecting(service: Service) -> Iterator[None]:
    """Let a worker with one process take what is queued."""
    stop = threading.Event()
    thread = threading.Thread(target=Worker(service, 1).run, args=(stop,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(60)
        assert not thread.is_alive()
