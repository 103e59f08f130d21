"""Callers that wait for an answer at once: one look at the database serves all of them."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from detector.service.storage.database import Database
from detector.service.storage.inspections import InspectionRow

LOOK_SECONDS = 0.02
"""Between two looks while anybody waits; this is what waiting adds to an inspection, at most."""

_LOG = logging.getLogger(__name__)


class Waiting:
    """Who waits for which inspection. Belongs to one event loop, and costs no thread a caller.

    Lifetime: the app. After `stop` nobody waits any more, so that the server can end.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._callers: defaultdict[int, set[asyncio.Event]] = defaultdict(set)
        self._looking: asyncio.Task[None] | None = None
        self._stopped = False

    async def until_finished(self, number: int, seconds: float) -> None:
        """Return when the inspection with this number is finished or gone, or the time is over."""
        if seconds <= 0 or self._stopped:
            return
        finished = asyncio.Event()
        self._callers[number].add(finished)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        try:
            await asyncio.wait_for(finished.wait(), seconds)
        except TimeoutError:
            self._forget(number, finished)

    def stop(self) -> None:
        """Let all callers go with what there is now."""
        self._stopped = True
        self._release(list(self._callers))

    async def _look(self) -> None:
        while self._callers:
            numbers = list(self._callers)
            try:
                unfinished = await asyncio.to_thread(self._unfinished, numbers)
            except SQLAlchemyError as error:
                # Whoever is let go reads the inspection himself, and is told what is wrong.
                _LOG.warning("cannot look for finished inspections", exc_info=error)
                unfinished = set()
            self._release(set(numbers) - unfinished)
            await asyncio.sleep(LOOK_SECONDS)

    def _unfinished(self, numbers: Collection[int]) -> set[int]:
        waits = InspectionRow.state.in_(("queued", "running"))
        found = select(InspectionRow.number).where(InspectionRow.number.in_(numbers), waits)
        with self._database.reading() as session:
            return set(session.scalars(found))

    def _release(self, numbers: Collection[int]) -> None:
        for number in numbers:
            for finished in self._callers.pop(number, ()):
                finished.set()

    def _forget(self, number: int, finished: asyncio.Event) -> None:
        callers = self._callers.get(number, set())
        callers.discard(finished)
        if not callers:
            self._callers.pop(number, None)
