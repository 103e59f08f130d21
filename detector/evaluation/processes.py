"""Requests answered in killable processes, every answer kept at once: a long run is resumable.

Answers are kept in a text file: first a line that says what all of them depend on, then a line of
JSON an answer. An interrupted run goes on where it stopped, a finished one gives its answers again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from detector.errors import UsageError
from detector.jobs.pool import Examine, Workers, in_order
from detector.pipeline.detector import Detector
from detector.settings import reading

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """What a process is asked: `text` is sent, `key` names the answer among those kept."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Kept:
    """The file of answers, and the line that says what they depend on (no line breaks in it)."""

    path: Path
    head: str


def answered(
    requests: Sequence[Request], examine: Examine, kept: Kept, *, jobs: int, seconds: float
) -> Generator[Line]:
    """The answers in the order of the requests.

    A process that dies, or needs more than `seconds`, has given an empty answer: that is kept too.
    Raises `UsageError` when the file depends on something else or cannot be written.
    """
    done = _recall(kept)
    with Workers(examine, jobs, seconds) as workers, kept.path.open("a", encoding="utf-8") as file:

        def begin(one: Request) -> Callable[[], Line]:
            if one.key in done:
                return lambda: done[one.key]
            future = workers.submit(one.text)

            def finish() -> Line:
                try:
                    line: Line = json.loads(future.result())
                except (OSError, ValueError):  # killed, or too late: TimeoutError is an OSError
                    line = {}
                file.write(f"{json.dumps({'key': one.key, **line})}\n")
                file.flush()
                return line

            return finish

        yield from in_order(map(begin, requests), jobs)


@lru_cache(maxsize=1)
def detector_of(index: str, generation: str, words: bool) -> Detector:
    """The detector of an index, once in a process. Raises `UsageError` when it was replaced."""
    import cv2

    cv2.setNumThreads(1)
    detector = Detector.open(Path(index), settings=reading(words))
    if detector.index.generation != generation:
        raise UsageError("the reference index was replaced during the benchmark")
    return detector


def _recall(kept: Kept) -> dict[str, Line]:
    """The answers that are there, by key; makes the file where there is none."""
    path = kept.path
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{kept.head}\n", encoding="utf-8")
        head, *rest = path.read_text(encoding="utf-8").split("\n")
        if rest and rest[-1]:  # cut short by a kill: what comes next begins a line of its own
            with path.open("a", encoding="utf-8") as file:
                file.write("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot be used: {error}", place=str(path)) from error
    if head != kept.head:
        remedy = "Give another folder, or delete this file to measure again."
        raise UsageError("has other options or another index", place=str(path), remedy=remedy)
    lines = (_parsed(text) for text in rest)
    return {str(line.pop("key")): line for line in lines if line}


def _parsed(text: str) -> Line:
    """A line that was kept; nothing where it was cut short."""
    try:
        line = json.loads(text)
    except ValueError:
        return {}
    return line if isinstance(line, dict) and "key" in line else {}
