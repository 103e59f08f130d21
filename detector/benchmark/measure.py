"""Every photo of a dataset through every method, in killable processes, resumable.

What was measured is kept in a text file, a line a photo, so that an interrupted run goes on where
it stopped and a finished one can be evaluated again.
"""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from detector.benchmark.ablation import answers
from detector.benchmark.baselines import Baseline, baselines
from detector.benchmark.records import Answer, LabelledPhoto, Outcome
from detector.errors import UsageError
from detector.pictures.reader import read_picture
from detector.pipeline import Detector
from detector.records import Status
from detector.scan.journal import stamp
from detector.scan.workers import Workers

SECONDS = 300.0  # a photo with all methods
READ_AHEAD = 3  # photos under way for each process
Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Laboratory:
    """What every photo is measured with: an index in one state, with or without baselines."""

    index: Path
    generation: str
    baselines: bool = True

    def options(self) -> str:
        """Everything but the photo that a measurement depends on."""
        return json.dumps(
            {"index": str(self.index), "generation": self.generation, "baselines": self.baselines},
            sort_keys=True,
        )


def measure(
    photos: Sequence[LabelledPhoto], laboratory: Laboratory, kept: Path, *, jobs: int = 1
) -> Generator[dict[str, Outcome]]:
    """The outcomes of all methods for every photo, in order; `kept` is the file of measurements.

    Raises `UsageError` when `kept` was made with other options or cannot be written.
    """
    done = _recall(kept, laboratory)
    waiting: deque[Callable[[], Line]] = deque()
    with Workers(measure_photo, jobs, SECONDS) as workers, kept.open("a", encoding="utf-8") as file:

        def record(line: Line) -> None:
            file.write(f"{json.dumps(line)}\n")
            file.flush()

        for photo, ahead in zip(photos, _ahead(photos, jobs), strict=True):
            for one in ahead:
                waiting.append(_begin(one, laboratory, done, workers, record))
            yield _outcomes(photo, waiting.popleft()())


def measure_photo(request: str) -> list[bytes]:
    """Measure the photo that a JSON request names; one line of JSON."""
    asked = json.loads(request)
    detector, others = _methods(asked["options"])
    began = time.perf_counter()
    reading = read_picture(asked["path"])
    found = answers(detector, reading.pictures)
    seconds = time.perf_counter() - began
    for other in others:
        found[other.name] = other.answers(reading.pictures[0]) if reading.pictures else []
    told = {name: [_row(one) for one in mine] for name, mine in found.items()}
    line = {"status": reading.status, "seconds": seconds, "answers": told}
    return [json.dumps(line).encode()]


@lru_cache(maxsize=1)
def _methods(options: str) -> tuple[Detector, list[Baseline]]:
    import cv2

    cv2.setNumThreads(1)
    told = json.loads(options)
    detector = Detector.open(Path(told["index"]))
    if detector.index.generation != told["generation"]:
        raise UsageError("the reference index was replaced during the benchmark")
    return detector, baselines(detector.index) if told["baselines"] else []


def _ahead(photos: Sequence[LabelledPhoto], jobs: int) -> Generator[Sequence[LabelledPhoto]]:
    """For every photo those to begin with before it is waited for: some more than processes."""
    begun = 0
    for number in range(len(photos)):
        until = min(len(photos), number + 1 + READ_AHEAD * jobs)
        yield photos[begun:until]
        begun = until


def _begin(
    photo: LabelledPhoto,
    laboratory: Laboratory,
    done: dict[str, Line],
    workers: Workers,
    record: Callable[[Line], None],
) -> Callable[[], Line]:
    key = _key(photo.path)
    if key in done:
        return lambda: done[key]
    request = json.dumps({"path": str(photo.path), "options": laboratory.options()})
    future = workers.submit(request)

    def finish() -> Line:
        try:
            line: Line = {"key": key, **json.loads(future.result())}
        except (OSError, ValueError):  # killed, or too late: TimeoutError is an OSError
            line = {"key": key, "status": "error", "seconds": 0.0, "answers": {}}
        record(line)
        return line

    return finish


def _key(path: Path) -> str:
    return json.dumps([str(path), *(stamp(path) or ())])


def _recall(kept: Path, laboratory: Laboratory) -> dict[str, Line]:
    """The lines that are there, by photo; makes the file where there is none."""
    try:
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(f"{laboratory.options()}\n", encoding="utf-8")
        head, *rest = kept.read_text(encoding="utf-8").split("\n")
        if rest and rest[-1]:  # cut short by a kill: what comes next begins a line of its own
            with kept.open("a", encoding="utf-8") as file:
                file.write("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot be used: {error}", place=str(kept)) from error
    if head != laboratory.options():
        remedy = "Give another folder, or delete this file to measure again."
        raise UsageError("has other options or another index", place=str(kept), remedy=remedy)
    return {line["key"]: line for line in map(_parsed, rest) if line}


def _parsed(text: str) -> Line:
    """A line that was kept; nothing where it was cut short."""
    try:
        line: Line = json.loads(text)
    except ValueError:
        return {}
    return line if isinstance(line, dict) and "answers" in line else {}


def _outcomes(photo: LabelledPhoto, line: Line) -> dict[str, Outcome]:
    status: Status = line["status"]
    return {
        name: Outcome(photo, tuple(map(_answer, rows)), status, line["seconds"])
        for name, rows in line["answers"].items()
    }


def _row(answer: Answer) -> list[Any]:
    box = [round(side, 1) for side in answer.box] if answer.box else []
    return [answer.mark, round(answer.score, 6), *box]


def _answer(row: list[Any]) -> Answer:
    mark, score, *box = row
    return Answer(mark, score, (box[0], box[1], box[2], box[3]) if box else None)
