"""Every photo of a dataset through every method, in killable processes, resumable."""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from detector.evaluation.ablation import answers
from detector.evaluation.baselines import Baseline, baselines
from detector.evaluation.datasets.files import digest_of
from detector.evaluation.measuring_identity import measuring_identity
from detector.evaluation.records import Answer, LabelledPhoto, Outcome
from detector.evaluation.resumable_run import Line, Request, ResultFile, answered
from detector.jobs.runner import detector_of
from detector.jobs.scan_config import ScanConfig
from detector.pictures.reader import read_picture
from detector.records import Status

SECONDS = 300.0  # a photo with all methods


@dataclass(frozen=True, slots=True)
class Setup:
    """What every photo is measured with: a detector, with or without the textbook methods."""

    config: ScanConfig
    baselines: bool = True

    def identity(self) -> dict[str, str]:
        """Everything but the photo that a measurement depends on, by the name a user knows."""
        return {**measuring_identity(self.config), "baselines": str(self.baselines)}


def measure(
    photos: Sequence[LabelledPhoto], setup: Setup, kept: Path, *, jobs: int = 1
) -> Generator[dict[str, Outcome]]:
    """The outcomes of all methods for every photo, in order; `kept` is the file of measurements.

    A photo on which the process died has none, and is measured again by the next run. Raises
    `UsageError` when `kept` was begun with something else or cannot be written, and
    `ReferenceIndexError` when the index cannot be used any more.
    """
    config = setup.config.to_text()
    requests = [_request(photo.path, config, setup.baselines) for photo in photos]
    file = ResultFile(kept, setup.identity())
    lines = answered(requests, measure_photo, setup.config, file, jobs=jobs, seconds=SECONDS)
    yield from map(_outcomes, photos, lines)


def measure_photo(request: str) -> list[bytes]:
    """Measure the photo that a JSON request names; one line of JSON."""
    measurement = json.loads(request)
    detector = detector_of(measurement["config"])
    began = time.perf_counter()
    reading = read_picture(measurement["path"], detector.settings.reader)
    found = answers(detector, reading.pictures)
    seconds = time.perf_counter() - began
    for method in _baselines(measurement["config"]) if measurement["baselines"] else ():
        found[method.name] = method.answers(reading.pictures[0]) if reading.pictures else []
    rows = {name: [_row(answer) for answer in given] for name, given in found.items()}
    spent = seconds if reading.pictures else 0.0
    line = {"status": reading.status, "seconds": spent, "answers": rows}
    return [json.dumps(line).encode()]


@lru_cache(maxsize=1)
def _baselines(config: str) -> list[Baseline]:
    return baselines(detector_of(config).index)


def _request(path: Path, config: str, with_baselines: bool) -> Request:
    # Not by size and time: a file may change and keep both.
    key = json.dumps([str(path), digest_of(path)])
    text = json.dumps({"path": str(path), "config": config, "baselines": with_baselines})
    return Request(key, text)


def _outcomes(photo: LabelledPhoto, line: Line) -> dict[str, Outcome]:
    if not line:
        return {}
    status: Status = line["status"]
    return {
        name: Outcome(photo, _counted(photo, rows), status, line["seconds"])
        for name, rows in line["answers"].items()
    }


def _counted(photo: LabelledPhoto, rows: list[list[Any]]) -> tuple[Answer, ...]:
    return tuple(_answer(row) for row in rows if row[0] not in photo.uncounted)


def _row(answer: Answer) -> list[Any]:
    box = [round(side, 1) for side in answer.box] if answer.box else []
    return [answer.mark, round(answer.score, 6), *box]


def _answer(row: list[Any]) -> Answer:
    mark, score, *box = row
    return Answer(mark, score, (box[0], box[1], box[2], box[3]) if box else None)
