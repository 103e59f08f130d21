"""Stand-in for part F's logging: uvicorn's records take the way of `detector`'s."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def service_logging() -> Iterator[None]:
    """While it lasts, the handlers of `detector` write records of the service."""
    yield
