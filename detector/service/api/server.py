"""The server: uvicorn with its bounds, and what runs beside it in the same process."""

from __future__ import annotations

import asyncio
import logging
import socket
from contextlib import suppress
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from detector.service.api.app import create_app
from detector.service.background_tasks import worker_beside
from detector.service.index_updater import IndexUpdater
from detector.service.log import service_logging
from detector.service.service import Service

HEAD_BYTES = 16 << 10  # of a request line and its headers
HEAD_SECONDS = 10.0  # from the first byte of a request to the end of its headers
DRAIN_SECONDS = 30  # for requests that are being read or answered when the server ends

_LOG = logging.getLogger(__name__)


class BoundedProtocol(H11Protocol):
    """Closes a connection whose next request does not come whole: uvicorn waits for ever."""

    _overdue: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Expect the head of the first request."""
        super().connection_made(transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        """Expect the rest of a head that has begun; one that is whole is the server's affair."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_expecting()
        elif self._overdue is None:
            self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Expect nothing any more."""
        self._stop_expecting()
        super().connection_lost(exc)

    def _expect_head(self) -> None:
        self._overdue = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _stop_expecting(self) -> None:
        if self._overdue is not None:
            self._overdue.cancel()
            self._overdue = None


class DrainingServer(uvicorn.Server):
    """Answers what it has begun when it ends; who waits for a result is told where it will be."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app

    def end(self) -> None:
        """End soon; may be called by any thread."""
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more requests, and end when all are answered."""
        self._app.state.waiting.stop()
        await super().shutdown(sockets)


def make_server(service: Service, *, needs_keys: bool) -> DrainingServer:
    """A server of the app, which listens on the sockets that its `run` is given."""
    app = create_app(service, needs_keys=needs_keys)
    options: dict[str, Any] = {
        "http": BoundedProtocol,
        "ws": "none",
        "lifespan": "on",
        "log_config": None,
        "server_header": False,
        "proxy_headers": False,
        "limit_concurrency": service.settings.limits.connections,
        "h11_max_incomplete_event_size": HEAD_BYTES,
        "timeout_graceful_shutdown": DRAIN_SECONDS,
    }
    return DrainingServer(uvicorn.Config(app, **options), app)


def serve(service: Service, listening: socket.socket, *, needs_keys: bool) -> None:
    """Answer requests until SIGTERM or Ctrl-C, and inspect in `settings.jobs` processes meanwhile.

    Then running requests are answered, and the worker finishes what it has, or gives it back. An
    index that is there already is taken over first. Raises `DetectorError` where the worker fails.
    """
    server = make_server(service, needs_keys=needs_keys)
    jobs = service.settings.jobs
    with (
        service_logging(),
        worker_beside(service, jobs, server.end) if jobs else IndexUpdater(service),
        suppress(KeyboardInterrupt),  # uvicorn raises the signal again that ended it
    ):
        server.run([listening])
