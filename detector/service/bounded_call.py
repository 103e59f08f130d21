"""A query that is waited for no longer than a time, and never made twice at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from sqlalchemy.exc import SQLAlchemyError

T = TypeVar("T")


class BoundedCall(Generic[T]):
    """Makes a call in a thread of its own.

    One that is too late goes on, and whoever calls next waits for it instead of making another:
    a database that hangs is asked once. Threads may share it.
    """

    def __init__(self, call: Callable[[], T], seconds: float) -> None:
        self._call, self._seconds = call, seconds
        self._lock = threading.Lock()
        self._under_way: Future[T] | None = None

    def __call__(self) -> T:
        """The result. Raises `TimeoutError` where it is too late, and errors of the database."""
        with self._lock:
            if self._under_way is None or self._under_way.done():
                self._under_way = Future()
                # A daemon: what hangs must not keep the program from ending.
                threading.Thread(target=self._run, args=(self._under_way,), daemon=True).start()
            future = self._under_way
        return future.result(self._seconds)

    def _run(self, future: Future[T]) -> None:
        try:
            future.set_result(self._call())
        except SQLAlchemyError as error:
            future.set_exception(error)
        finally:
            future.cancel()  # without effect where it has ended, and nobody waits for ever
