"""Requests answered in killable processes, every answer kept at once: a long run is resumable.

Answers are kept in a text file: first a line that says what all of them depend on, then a line of
JSON an answer. An interrupted run goes on where it stopped, a finished one gives its answers again;
what a process died over is tried again.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from detector.errors import UsageError
from detector.jobs.pool import Examine, WorkerPool, in_order
from detector.jobs.run_identity import check_same
from detector.jobs.scan_config import ScanConfig

Line = dict[str, Any]

_FINAL = ("ok", "partial")
"""Status of photos that were read. The disk may be back, the limit raised, by the next run."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """What a process is asked: `text` is sent, `key` names the answer among those kept."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class ResultFile:
    """The file of answers, and what they depend on: a `run_identity` and what is added to it."""

    path: Path
    identity: Mapping[str, str]


def answered(
    requests: Sequence[Request],
    examine: Examine,
    config: ScanConfig,
    result_file: ResultFile,
    *,
    jobs: int,
    seconds: float,
) -> Generator[Line]:
    """The answers in the order of the requests.

    A process that dies, or needs more than `seconds`, has given an empty answer. Like that of a
    photo that could not be read it is not kept: the next run tries again. Raises `UsageError` when
    the file depends on something else or cannot be written, `ReferenceIndexError` when the index
    of `config` cannot be used any more.
    """
    done = _recall(result_file)
    _LOG.info("run begun", extra={"identity": dict(result_file.identity), "jobs": jobs})
    with (
        WorkerPool(examine, jobs, seconds) as workers,
        result_file.path.open("a", encoding="utf-8") as file,
    ):

        def begin(request: Request) -> Callable[[], Line]:
            if request.key in done:
                return lambda: done[request.key]
            future = workers.submit(request.text, config)

            def finish() -> Line:
                try:
                    (answer,) = future.result()
                    line: Line = json.loads(answer)
                except (OSError, ValueError):  # killed, or too late: TimeoutError is an OSError
                    return {}
                _keep(file, request, line)
                return line

            return finish

        yield from in_order(map(begin, requests), jobs)


def _keep(file: TextIO, request: Request, line: Line) -> None:
    if line.get("status", "ok") in _FINAL:
        file.write(f"{json.dumps({'key': request.key, **line})}\n")
        file.flush()


def _recall(result_file: ResultFile) -> dict[str, Line]:
    """The answers that are there, by key; makes the file where there is none."""
    path = result_file.path
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{json.dumps(dict(result_file.identity))}\n", encoding="utf-8")
        head, *rest = path.read_text(encoding="utf-8").split("\n")
        if rest and rest[-1]:  # cut short by a kill: what comes next begins a line of its own
            with path.open("a", encoding="utf-8") as file:
                file.write("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot be used: {error}", place=str(path)) from error
    check_same(_parsed_object(head), result_file.identity, place=str(path), run="run")
    lines = (_parsed(text) for text in rest)
    return {str(line.pop("key")): line for line in lines if line}


def _parsed(text: str) -> Line:
    """A line that was kept; nothing where it was cut short."""
    line = _parsed_object(text)
    return line if "key" in line else {}


def _parsed_object(text: str) -> dict[str, Any]:
    """The JSON object of a line, empty where there is none."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
