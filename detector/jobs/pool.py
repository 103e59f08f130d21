"""Several killable processes that answer requests, for as long as something is to be done."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import LifoQueue
from typing import Self, TypeVar

from detector.pictures.worker import KillableWorker

Examine = Callable[[str], Sequence[bytes]]
"""`request -> one line of JSON`; a function of a module, so that a child process can import it."""


T = TypeVar("T")
READ_AHEAD = 3  # requests under way for each worker, so that one slow one does not idle the others


def in_order(begun: Iterable[Callable[[], T]], jobs: int) -> Iterator[T]:
    """Yield the answers in the order in which work was begun; some more than `jobs` are under way.

    Taking the next of `begun` begins it, calling it waits for its answer.
    """
    waiting: deque[Callable[[], T]] = deque()
    for wait in begun:
        waiting.append(wait)
        if len(waiting) > READ_AHEAD * jobs:
            yield waiting.popleft()()
    while waiting:
        yield waiting.popleft()()


class Workers:
    """Processes that examine photos, and for each a thread that waits for it.

    Lifetime: from entering the context to leaving it, which ends what is still under way.
    """

    def __init__(self, examine: Examine, jobs: int, seconds: float) -> None:
        self.seconds = seconds
        self._workers = [KillableWorker(examine) for _ in range(jobs)]
        self._threads = ThreadPoolExecutor(jobs)
        # Last in, first out: a few photos start few processes.
        self._idle: LifoQueue[KillableWorker] = LifoQueue()
        for worker in self._workers:
            self._idle.put(worker)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *trouble: object) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._close()  # makes the threads' calls end
        self._threads.shutdown()
        self._close()  # one may just have begun another process

    def submit(self, request: str) -> Future[str]:
        """Have a request answered as soon as a worker is idle.

        The future raises TimeoutError when the answer took longer than `seconds`, OSError when
        the process died.
        """
        return self._threads.submit(self._examine, request)

    def _examine(self, request: str) -> str:
        worker = self._idle.get()
        try:
            (line,) = worker.call(request, self.seconds)
            return line.tobytes().decode()
        finally:
            self._idle.put(worker)

    def _close(self) -> None:
        for worker in self._workers:
            worker.close()
