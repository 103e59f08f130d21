"""Keeps the index up to date while the service runs, in a process of its own."""

from __future__ import annotations

import json
import logging
import threading
from typing import Self

from pydantic import TypeAdapter
from sqlalchemy.exc import SQLAlchemyError

from detector.errors import DetectorError, UsageError
from detector.pictures.worker import KillableWorker
from detector.service.generations import index_is_due, rebuild_index
from detector.service.service import Service
from detector.service.settings import ServiceSettings
from detector.service.taken_over import take_over_index

LOOK_SECONDS = 1.0  # between two looks for marks that have changed
RETRY_SECONDS = 60.0  # after a build that failed
BUILD_SECONDS = 24 * 3600.0

_SETTINGS = TypeAdapter(ServiceSettings)
_LOG = logging.getLogger(__name__)


class IndexUpdater:
    """Builds the index whenever marks have changed. Lifetime: a thread, and a process per build.

    Any number of hosts may run one: they build one after another, and those that find nothing to
    do any more are done.
    """

    def __init__(self, service: Service, *, look_seconds: float = LOOK_SECONDS) -> None:
        self._service, self._look_seconds = service, look_seconds
        self._ended = threading.Event()
        self._worker = KillableWorker(rebuild_for)
        self._thread = threading.Thread(target=self._run, name="index-updater", daemon=True)

    def __enter__(self) -> Self:
        """Take over an index that is there already, and begin. Raises what `take_over_index` does.

        So an inspection that comes first finds a generation.
        """
        take_over_index(self._service)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        while self._thread.is_alive():
            self._worker.close()  # a build that is under way is lost, and begins anew later
            self._thread.join(1.0)
        self._worker.close()

    def _run(self) -> None:
        seconds = 0.0
        while not self._ended.wait(seconds):
            try:
                seconds = self._look_seconds if self._look() else RETRY_SECONDS
            except SQLAlchemyError as error:  # the database is away for a while
                _LOG.warning("marks cannot be looked up", exc_info=error)

    def _look(self) -> bool:
        """Build the index where that is due; False where it failed."""
        with self._service.database.reading() as session:
            if not index_is_due(session):
                return True
        try:
            told = _told(self._worker, self._service)
        except OSError as error:  # killed, or ended
            if not self._ended.is_set():
                _LOG.error("the index could not be built", exc_info=error)
            return False
        if "error" in told:
            _LOG.error("the index could not be built: %s", told["error"])
        return "error" not in told


def rebuild_in_process(service: Service) -> str:
    """Build the index where that is due, in a process of its own; return the generation in use.

    Raises `UsageError` with what stands in the way.
    """
    with KillableWorker(rebuild_for) as worker:
        try:
            told = _told(worker, service)
        except OSError as error:
            remedy = "Its log says why; the former index stays in use."
            raise UsageError("the index could not be built", remedy=remedy) from error
    if "error" in told:
        raise UsageError(told["error"])
    return told["generation"]


def rebuild_for(request: str) -> list[bytes]:
    """Build the index of the service with these settings: what the child process runs.

    Answers with JSON: the `generation`, or the `error` because of which there is none.
    """
    with Service(_SETTINGS.validate_json(request)) as service:
        try:
            answer = {"generation": rebuild_index(service, "marks have changed").generation}
        except DetectorError as error:
            answer = {"error": str(error)}
    return [json.dumps(answer).encode()]


def _told(worker: KillableWorker, service: Service) -> dict[str, str]:
    """What a child process answers. Raises `OSError` where it gives no answer."""
    request = _SETTINGS.dump_json(service.settings).decode()
    (answer,) = worker.call(request, BUILD_SECONDS)
    told: dict[str, str] = json.loads(answer.tobytes())
    return told
