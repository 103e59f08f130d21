"""Every photo of a dataset through every method, in killable processes, resumable."""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from detector.evaluation.ablation import answers
from detector.evaluation.baselines import Baseline, baselines
from detector.evaluation.processes import Kept, Line, Request, answered, detector_of
from detector.evaluation.records import Answer, LabelledPhoto, Outcome
from detector.jobs.journal import stamp
from detector.pictures.reader import read_picture
from detector.records import Status

SECONDS = 300.0  # a photo with all methods


@dataclass(frozen=True, slots=True)
class Setup:
    """What every photo is measured with: an index in one state, with or without words."""

    index: Path
    generation: str
    words: bool
    baselines: bool = True

    def options(self) -> str:
        """Everything but the photo that a measurement depends on."""
        return json.dumps({**asdict(self), "index": str(self.index)}, sort_keys=True)


def measure(
    photos: Sequence[LabelledPhoto], setup: Setup, kept: Path, *, jobs: int = 1
) -> Generator[dict[str, Outcome]]:
    """The outcomes of all methods for every photo, in order; `kept` is the file of measurements.

    A photo on which the process died has none. Raises `UsageError` when `kept` was made with other
    options or cannot be written.
    """
    options = setup.options()
    requests = [_request(photo.path, options) for photo in photos]
    lines = answered(requests, measure_photo, Kept(kept, options), jobs=jobs, seconds=SECONDS)
    yield from map(_outcomes, photos, lines)


def measure_photo(request: str) -> list[bytes]:
    """Measure the photo that a JSON request names; one line of JSON."""
    asked = json.loads(request)
    told = json.loads(asked["options"])
    detector = detector_of(told["index"], told["generation"], told["words"])
    began = time.perf_counter()
    reading = read_picture(asked["path"])
    found = answers(detector, reading.pictures)
    seconds = time.perf_counter() - began
    for other in _others(asked["options"]):
        found[other.name] = other.answers(reading.pictures[0]) if reading.pictures else []
    rows = {name: [_row(one) for one in mine] for name, mine in found.items()}
    line = {"status": reading.status, "seconds": seconds, "answers": rows}
    return [json.dumps(line).encode()]


@lru_cache(maxsize=1)
def _others(options: str) -> list[Baseline]:
    told = json.loads(options)
    if not told["baselines"]:
        return []
    return baselines(detector_of(told["index"], told["generation"], told["words"]).index)


def _request(path: Path, options: str) -> Request:
    key = json.dumps([str(path), *(stamp(path) or ())])
    return Request(key, json.dumps({"path": str(path), "options": options}))


def _outcomes(photo: LabelledPhoto, line: Line) -> dict[str, Outcome]:
    if not line:
        return {}
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
