"""`GET /metrics`: for Prometheus, from this host or with a key; and how requests are counted."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import uvicorn
from fastapi import APIRouter, Depends, FastAPI, Request, Response, Security
from fastapi.security import HTTPAuthorizationCredentials
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from detector.service.api.callers import BEARER, ServiceNeeded, authenticated
from detector.service.api.limits import RateLimit
from detector.service.api.listening import is_loopback, listening_socket
from detector.service.api.problems import Problem, answer_problems, problems_of
from detector.service.metrics import Metrics
from detector.service.service import Service

UNMATCHED = "unmatched"
"""The route of requests for an address that does not exist: their paths are never labels."""

_FORWARDED = ("forwarded", "x-forwarded-for", "via")
"""What a proxy adds: behind one on this host everybody comes from a loopback address."""

router = APIRouter(tags=["operation"])


def _may_scrape(
    request: Request,
    service: ServiceNeeded,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)],
) -> None:
    """Let in who is on this host or has a key that sees everything."""
    peer = request.client.host if request.client else ""
    if is_loopback(peer) and not any(name in request.headers for name in _FORWARDED):
        return
    caller = authenticated(request, service, bearer)
    if caller.role not in ("platform", "read_only"):
        raise Problem(403, f"a key of the role {caller.role} may not do this")


@router.get(
    "/metrics",
    operation_id="getMetrics",
    summary="Metrics for Prometheus",
    dependencies=[Depends(_may_scrape)],
    response_class=Response,
    responses={
        200: {
            "description": "The text format of Prometheus, or OpenMetrics as `Accept` says",
            "content": {"text/plain": {"example": "detector_database_up 1.0\n"}},
        },
        **problems_of(401, 403, 429, 503),
    },
)
def metrics(request: Request, service: ServiceNeeded) -> Response:
    """What this process counted, and gauges from the database, which all hosts share."""
    content, media_type = service.metrics.exposition(request.headers.get("accept", ""))
    return Response(content, media_type=None, headers={"content-type": media_type})


class RequestMetrics:
    """ASGI middleware that counts and times every request by its route."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. What the app raises is counted as status 500."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = time.perf_counter(), 500

        async def noting_the_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting_the_status)
        finally:
            seconds = time.perf_counter() - begun
            self._metrics.observe_request(scope["method"], route_of(scope), status, seconds)


def route_of(scope: Scope) -> str:
    """The template of the route that answers, such as `/v1/marks/{mark}`."""
    return str(getattr(scope.get("route"), "path", UNMATCHED))


@contextmanager
def serving_metrics(service: Service, host: str, port: int) -> Iterator[tuple[str, int]]:
    """Serve `/metrics` alone, as a worker does, and give the address; port 0 is any free one.

    On an address that other hosts reach, a key is asked for. Raises `UsageError` where the address
    cannot be used.
    """
    app = FastAPI(openapi_url=None)
    app.state.service, app.state.needs_keys = service, not is_loopback(host)
    app.state.rates = RateLimit()
    answer_problems(app)
    app.include_router(router)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    with listening_socket(host, port) as listening:
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        try:
            yield listening.getsockname()[:2]
        finally:
            server.should_exit = True
            thread.join()
