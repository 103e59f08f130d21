"""ASGI middleware: a span for each request, which goes on with the trace of whoever calls."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from detector.service.api.metrics import route_of
from detector.service.tracing import Tracing

_QUIET = ("/metrics", "/healthz", "/readyz")
"""Asked for every few seconds by machines, which would hide all else."""


class RequestSpans:
    """Opens a span for each request, named as the semantic conventions of HTTP say."""

    def __init__(self, app: ASGIApp, tracing: Tracing) -> None:
        self._app, self._tracing = app, tracing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request within its span."""
        if scope["type"] != "http" or scope["path"] in _QUIET:
            await self._app(scope, receive, send)
            return
        caller = Headers(scope=scope).get("traceparent", "")
        method = {"http.request.method": scope["method"]}
        with self._tracing.span("request", parent=caller, attributes=method) as span:

            async def noting_the_status(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.note({"http.response.status_code": message["status"]})
                    if message["status"] >= 500:
                        span.fail(str(message["status"]))
                await send(message)

            try:
                await self._app(scope, receive, noting_the_status)
            finally:
                span.rename(f"{scope['method']} {route_of(scope)}")
                span.note({"http.route": route_of(scope)})
