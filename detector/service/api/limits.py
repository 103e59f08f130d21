"""Bounds of requests: how large and how slow a body may be, and how many a key may send."""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from detector.service.api.problems import problem_response

# The rest of the body is not read, so nothing can follow it on this connection.
_CLOSE = {"Connection": "close"}


class BodyLimits:
    """Refuses a body that is too large (413) or takes too long (408), before it is read whole.

    Starlette's `RequestBodyLimitMiddleware` knows no time limit, and answers no problem details.
    """

    def __init__(self, app: ASGIApp, most_bytes: int, seconds: float) -> None:
        self._app, self._most_bytes, self._seconds = app, most_bytes, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if _declared(scope) > self._most_bytes:
            error = self._too_large()
            answer = problem_response(Request(scope), 413, error.detail, _CLOSE)
            await answer(scope, receive, send)
            return
        await self._app(scope, self._counted(receive), send)

    def _counted(self, receive: Receive) -> Receive:
        """Receive as before, while the limits hold; an exception tells the route otherwise."""
        end = asyncio.get_running_loop().time() + self._seconds
        size, is_whole = 0, False

        async def counted() -> Message:
            nonlocal size, is_whole
            if is_whole:  # from here on only the end of the connection is waited for
                return await receive()
            try:
                async with asyncio.timeout_at(end):
                    message = await receive()
            except TimeoutError as error:
                told = f"the request was not there within {self._seconds:g} s"
                raise HTTPException(408, told, _CLOSE) from error
            size += len(message.get("body", b""))
            is_whole = not message.get("more_body", False)
            if size > self._most_bytes:
                raise self._too_large()
            return message

        return counted

    def _too_large(self) -> HTTPException:
        told = f"the request has more than {self._most_bytes:,} bytes"
        return HTTPException(413, told, _CLOSE)


def _declared(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() else 0


class RateLimit:
    """A token bucket for each key: so many requests a minute, and as many at once.

    The buckets are those of one process: with several hosts a key has its rate at each. A library
    with a shared store would cost every request a transaction; `limits`, the one that is kept
    well, has no token bucket.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._buckets: dict[int, tuple[float, float]] = {}

    def seconds_until_allowed(self, key: int, per_minute: int) -> int:
        """Take a token of a key and return 0, or the seconds until there will be one."""
        now, rate = self._clock(), per_minute / 60
        with self._lock:
            tokens, since = self._buckets.get(key, (float(per_minute), now))
            tokens = min(per_minute, tokens + (now - since) * rate)
            allowed = tokens >= 1
            self._buckets[key] = (tokens - allowed, now)
        return 0 if allowed else math.ceil((1 - tokens) / rate)
