"""Watches a folder: each picture in it becomes an inspection, once by its content and its name.

The system says when something changes; what there is then is listed as for a scan. A file counts
when it has not changed for a while, so that what is still being written is left alone. What was
submitted stands in the database, so that a restart goes on where the last run ended.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import watchfiles
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from detector.errors import UsageError
from detector.jobs.journal import stamp
from detector.pictures.sources import find_pictures
from detector.service.keys import OPERATOR
from detector.service.service import Service
from detector.service.storage.inspections import InspectionRow, PictureRow
from detector.service.uploads import IncomingPicture, QueueFull, Upload, submit

SETTLE_SECONDS = 1.0
LIST_SECONDS = 30.0
"""After which the folder is listed even if nothing changed: shared disks tell of no change."""

_TICK_MILLISECONDS = 250
_BATCH = 500  # ids in one query: databases limit the parameters of a statement

_LOG = logging.getLogger(__name__)

Stamp = tuple[int, int]
Tell = Callable[[dict[str, Any]], None]


@dataclass(slots=True)
class Arrivals:
    """Which files are complete, and not taken yet in this state. Time is in seconds."""

    settle_seconds: float
    _taken: dict[Path, Stamp] = field(default_factory=dict)
    _seen: dict[Path, tuple[Stamp, float]] = field(default_factory=dict)

    @property
    def waiting(self) -> bool:
        """Whether there are files that may be complete at the next look."""
        return bool(self._seen)

    def complete(self, files: Mapping[Path, Stamp], now: float) -> Iterator[Path]:
        """Yield files that have had their size and time of change for long enough.

        `files` are all that there are now. Each is yielded until it is `take`n.
        """
        self._seen = {path: seen for path, seen in self._seen.items() if path in files}
        for path, state in files.items():
            if self._taken.get(path) == state:
                continue
            known, since = self._seen.get(path, (None, now))
            if known != state:
                self._seen[path] = state, now
            elif now >= since + self.settle_seconds:
                yield path

    def take(self, path: Path) -> None:
        """Remember that a file was taken in the state in which it was seen last."""
        self._taken[path], _ = self._seen.pop(path)


class FolderWatch:
    """Submits the pictures of a folder, and tells what was decided. Lifetime: one `run`."""

    def __init__(
        self, service: Service, folder: Path, *, settle_seconds: float = SETTLE_SECONDS
    ) -> None:
        """Raises `UsageError` where there is no such folder."""
        if not folder.is_dir():
            raise UsageError("this is no folder", place=str(folder), remedy="Name one to watch.")
        self._service, self._folder = service, folder.resolve()
        self._arrivals = Arrivals(settle_seconds)
        self._most_bytes = service.settings.detection.reader.max_bytes
        self._awaited = dict[str, str]()  # inspections under way: id and name of the file
        self._listed = -LIST_SECONDS

    def run(self, stop: threading.Event, tell: Tell) -> None:
        """Go on until `stop` is set; `tell` gets an object of plain JSON for each picture.

        Its keys are `path`, `inspection` (the id), `state` ("done" or "failed"), `decision`,
        `reasons`, `findings` (of each `mark`, `verdict`, `score`, `level`) and `error`.
        """
        for changed in self._ticks(stop):
            now = time.monotonic()
            if changed or self._arrivals.waiting or now >= self._listed + LIST_SECONDS:
                self._look(now, tell)
            self._tell_finished(tell)

    def _ticks(self, stop: threading.Event) -> Iterator[bool]:
        """Yield at each change, and now and then without one, whether there was a change."""
        while not stop.is_set():
            try:
                for changes in watchfiles.watch(
                    self._folder,
                    watch_filter=None,
                    stop_event=stop,
                    rust_timeout=_TICK_MILLISECONDS,
                    yield_on_timeout=True,
                ):
                    yield bool(changes)
            except RuntimeError as error:  # watchfiles 1.3 ends at a name that is no Unicode
                _LOG.info("watching anew", extra={"error": str(error)})
                yield True

    def _look(self, now: float, tell: Tell) -> None:
        """List the folder and submit what is complete, as far as the queue has room."""
        self._listed = now
        files = {path: state for path in find_pictures([self._folder]) if (state := stamp(path))}
        for path in [*self._arrivals.complete(files, now)]:
            try:
                self._submit(path)
            except QueueFull:
                _LOG.warning("the queue is full", extra={"folder": str(self._folder)})
                return
            except OSError as error:  # gone, or not for us
                name, message = _name_of(path), error.strerror or str(error)
                tell({"path": name, "inspection": None, "state": "failed", "error": message})
            self._arrivals.take(path)

    def _submit(self, path: Path) -> None:
        """Make an inspection of a file, unless there is one. Raises OSError and `QueueFull`."""
        with path.open("rb") as file:
            data = file.read(self._most_bytes + 1)  # what is larger is refused when it is examined
        name = _name_of(path)
        row = self._known(name, hashlib.sha256(data).hexdigest())
        if row is None:
            picture = IncomingPicture(lambda: data, name)
            row = submit(self._service, [picture], Upload(origin="watch"), OPERATOR)
            _LOG.info("picture submitted", extra={"path": name, "inspection": row.id})
        elif row.finished_at is not None:
            return
        self._awaited[row.id] = name

    def _known(self, name: str, digest: str) -> InspectionRow | None:
        """The inspection that the same file led to before."""
        same = (
            select(InspectionRow)
            .join(PictureRow, PictureRow.inspection == InspectionRow.number)
            .where(PictureRow.digest == digest, PictureRow.name == name)
            .where(InspectionRow.origin == "watch")
            .limit(1)
        )
        with self._service.database.reading() as session:
            return session.scalars(same).one_or_none()

    def _tell_finished(self, tell: Tell) -> None:
        ids = tuple(self._awaited)
        for start in range(0, len(ids), _BATCH):
            for row in self._finished(ids[start : start + _BATCH]):
                tell(_result(row, self._awaited.pop(row.id)))

    def _finished(self, ids: Sequence[str]) -> Sequence[InspectionRow]:
        ended = select(InspectionRow).where(
            InspectionRow.id.in_(ids), InspectionRow.state.in_(("done", "failed"))
        )
        ordered = ended.order_by(InspectionRow.finished_at, InspectionRow.number)
        with self._service.database.reading() as session:
            with_findings = ordered.options(selectinload(InspectionRow.findings))
            return session.scalars(with_findings).all()


def _result(row: InspectionRow, name: str) -> dict[str, Any]:
    findings = [
        {"mark": one.mark, "verdict": one.verdict, "score": one.score, "level": one.level}
        for one in row.findings
    ]
    return {
        "path": name,
        "inspection": row.id,
        "state": row.state,
        "decision": row.decision,
        "reasons": row.reasons,
        "findings": findings,
        "error": row.error,
    }


def _name_of(path: Path) -> str:
    """A path as text that every database keeps: names on a disk may be no Unicode."""
    return os.fsencode(path).decode(errors="backslashreplace")
