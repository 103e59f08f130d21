"""What a process with a worker does beside inspecting: each task is due on one host at a time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from detector.pipeline.faults import FAULTS
from detector.service.index_updater import IndexUpdater
from detector.service.retention import pruning
from detector.service.retrospect import run_due
from detector.service.sender import Sender
from detector.service.service import Service
from detector.service.worker import Worker

LOOK_SECONDS = 2.0
"""Between two looks for a retrospect that is due."""

_LOG = logging.getLogger(__name__)


@contextmanager
def background_tasks(service: Service) -> Iterator[None]:
    """Do them while it lasts.

    The index follows the marks, webhooks are sent, retrospects are made, old pictures are deleted.
    An index that is there already is taken over first. Raises what `take_over_index` does.
    """
    with IndexUpdater(service), Sender(service), pruning(service), _retrospects(service):
        yield


@contextmanager
def _retrospects(service: Service) -> Iterator[None]:
    """Make retrospects that are due; one under way at the end goes on later, here or elsewhere."""
    stop = threading.Event()

    def run() -> None:
        busy = False
        while busy or not stop.wait(LOOK_SECONDS):
            try:
                busy = run_due(service, stop=stop) and not stop.is_set()
            except FAULTS:  # the database is away
                _LOG.exception("retrospects cannot be made")
                busy = False

    thread = threading.Thread(target=run, name="retrospects", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@contextmanager
def worker_beside(
    service: Service, jobs: int, on_failure: Callable[[], None] = lambda: None
) -> Iterator[None]:
    """Inspect in `jobs` processes while it lasts, beside what the caller does; 0 does nothing.

    `on_failure` is called from another thread when the worker fails; its error is raised at the
    end.
    """
    if not jobs:
        yield
        return
    stop, failures = threading.Event(), list[BaseException]()

    def work() -> None:
        try:
            Worker(service, jobs).run(stop)
        except FAULTS as error:
            _LOG.exception("the worker failed")
            failures.append(error)
            on_failure()

    thread = threading.Thread(target=work, name="worker")
    with background_tasks(service):
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
    if failures:
        raise failures[0]
