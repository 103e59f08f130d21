"""A client of the service: uploads, results, and lists, for Python programs.

with Client("http://127.0.0.1:8000", key="det_...") as client:
    result = client.inspect(["mug.jpg"], title="Mug", wait=30)
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import httpx

PATH = "/v1/inspections"
_BUSY = (429, 503)
_MOST_SECONDS = 60.0  # of one pause


class ServiceError(Exception):
    """The service has not done what it was asked: `status` and the members of its `problem`."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"{status}: {problem.get('detail', 'no details')}")
        self.status, self.problem = status, problem


class Client:
    """Calls one service. A busy service, and a lost connection, are tried again `attempts` times.

    Lifetime: its connections, from the first call to `close`. Raises `ServiceError` for what the
    service refuses, and httpx.TransportError where it cannot be reached.
    """

    def __init__(
        self, address: str, key: str = "", *, attempts: int = 5, timeout: float = 90.0
    ) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx.Client(base_url=address, headers=headers, timeout=timeout)
        self._attempts, self._pause = attempts, time.sleep

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def inspect(
        self, paths: Sequence[str | Path], *, wait: float = 0, **fields: Any
    ) -> dict[str, Any]:
        """Upload a listing with these pictures; its inspection, finished if `wait` was enough.

        `fields` are title, description, category, brand, seller, classes, external_id, uri. What is
        sent again because no answer came is one inspection all the same.
        """
        headers = {"Idempotency-Key": str(uuid.uuid4())}

        texts = [
            (name, (None, str(one)))
            for name, value in fields.items()
            for one in (value if isinstance(value, (list, tuple)) else [value])
        ]

        def send() -> httpx.Response:
            with ExitStack() as stack:
                opened = [stack.enter_context(Path(path).open("rb")) for path in paths]
                files = [("picture", (Path(file.name).name, file)) for file in opened]
                return self._http.post(
                    PATH, params={"wait": wait}, headers=headers, files=[*texts, *files]
                )

        return self._answer(send)

    def get(self, inspection: str, *, wait: float = 0) -> dict[str, Any]:
        """One inspection, by its id."""
        path = f"{PATH}/{quote(inspection, safe='')}"
        return self._answer(partial(self._http.get, path, params={"wait": wait}))

    def list(self, **filters: Any) -> Iterator[dict[str, Any]]:
        """All inspections that fit, the newest first; filters as of `GET /v1/inspections`."""
        cursor: str | None = ""
        while cursor is not None:
            asked = {**filters, "cursor": cursor}
            page = self._answer(partial(self._http.get, PATH, params=asked))
            yield from page["inspections"]
            cursor = page["next"]

    def _answer(self, send: Callable[[], httpx.Response]) -> dict[str, Any]:
        """Send until there is an answer that stands."""
        for attempt in range(1, self._attempts + 1):
            pause = 0.5 * 2**attempt
            try:
                answer = send()
                if answer.status_code not in _BUSY or attempt == self._attempts:
                    return _result(answer)
                told = answer.headers.get("retry-after", "")
                pause = float(told) if told.isdigit() else pause
            except httpx.TransportError:
                if attempt == self._attempts:
                    raise
            self._pause(min(_MOST_SECONDS, pause))
        raise ValueError("attempts is not positive")


def _result(answer: httpx.Response) -> dict[str, Any]:
    is_json = "json" in answer.headers.get("content-type", "")
    result: dict[str, Any] = answer.json() if is_json else {}
    if answer.is_error:
        raise ServiceError(answer.status_code, result)
    return result
