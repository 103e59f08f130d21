"""Several killable processes that answer requests, for as long as there is something to do."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from queue import LifoQueue
from threading import Condition
from typing import Self, TypeVar

from detector.jobs.index_check import check_index
from detector.jobs.scan_config import ScanConfig
from detector.pictures.worker import KillableWorker, WorkerCrash

Examine = Callable[[str], Sequence[bytes]]
"""`request -> parts`, of a scan one line of JSON; importable by a child, so a module's function."""

T = TypeVar("T")
_CLOSE_SECONDS = 0.05
READ_AHEAD = 3  # requests under way for each worker, so that one slow one does not idle the others


def in_order(begun: Iterable[Callable[[], T]], jobs: int) -> Iterator[T]:
    """Yield answers in the order in which the work on them was begun.

    Taking the next item of `begun` begins it, calling it waits for its answer. Somewhat more than
    `jobs` are under way.
    """
    waiting: deque[Callable[[], T]] = deque()
    for wait in begun:
        waiting.append(wait)
        if len(waiting) > READ_AHEAD * jobs:
            yield waiting.popleft()()
    while waiting:
        yield waiting.popleft()()


class WorkerPool:
    """Processes that answer requests, and for each a thread that waits for it.

    Lifetime: from entering the context to leaving it, which ends what is still under way.
    """

    def __init__(self, examine: Examine, jobs: int, seconds: float) -> None:
        self.seconds = seconds
        self._workers = [KillableWorker(examine) for _ in range(jobs)]
        self._threads = ThreadPoolExecutor(jobs)
        self._changed, self._answering, self._closing = Condition(), 0, False
        # Last in, first out: a few photos start few processes.
        self._idle: LifoQueue[KillableWorker] = LifoQueue()
        for worker in self._workers:
            self._idle.put(worker)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *trouble: object) -> None:
        self._closing = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        with self._changed:
            while self._answering:
                self._close()  # makes the calls end, but one may just have begun another process
                self._changed.wait(_CLOSE_SECONDS)
        self._threads.shutdown()
        self._close()

    def submit(self, request: str, config: ScanConfig) -> Future[list[bytes]]:
        """Have a request, made with this configuration, answered as soon as a worker is idle.

        The future gives the parts of the answer. It raises TimeoutError when that took longer than
        `seconds`, `WorkerCrash` when the process died over it, another OSError when none could be
        started, and `ReferenceIndexError` when the process died because of the index.
        """
        return self._threads.submit(self._answer, request, config)

    def _answer(self, request: str, config: ScanConfig) -> list[bytes]:
        worker = self._idle.get()
        with self._changed:
            self._answering += 1
        try:
            if self._closing:
                raise CancelledError
            return [part.tobytes() for part in worker.call(request, self.seconds)]
        except WorkerCrash as crash:
            raised = crash.status > 0  # an exception ended it, such as that of a damaged index
            check_index(config.index, config.generation, thorough=raised)
            raise
        finally:
            self._idle.put(worker)
            with self._changed:
                self._answering -= 1
                self._changed.notify_all()

    def _close(self) -> None:
        for worker in self._workers:
            worker.close()
