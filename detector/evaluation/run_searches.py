"""Every photo searched as in a scan, with the marks it shows and without them; resumable.

Where the ablation asks what each channel earns, this asks what a user of the detector would see:
every instance after suppression, and at which gate a mark that is in the photo was stopped.
"""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from detector.evaluation.datasets.files import digest_of
from detector.evaluation.measuring_identity import measuring_identity
from detector.evaluation.records import Answer, LabelledPhoto, Outcome
from detector.evaluation.resumable_run import Line, Request, ResultFile, answered
from detector.jobs.runner import detector_of
from detector.jobs.scan_config import ScanConfig
from detector.pictures.reader import read_picture
from detector.pipeline.detector import Detector
from detector.pipeline.explanation import Explanation, explain
from detector.pipeline.mark_search import PhotoSearch

SECONDS = 300.0  # a photo, searched twice where it shows a mark


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search of one photo gave.

    Attributes:
        outcome: one answer a mark, the surest that is not suppressed; scores are log-odds.
        without: the same without the marks that the photo shows; None where it shows none.
        gates: for each mark that the photo shows where it was stopped, as JSON.

    """

    outcome: Outcome
    without: Outcome | None = None
    gates: tuple[Mapping[str, Any], ...] = ()


def search_photos(
    photos: Sequence[LabelledPhoto], config: ScanConfig, kept: Path, *, jobs: int = 1
) -> Generator[Searched]:
    """Search every photo, in order; `kept` is the file of answers.

    A photo on which the process died has no answers, and is searched again by the next run. Raises
    what `run_methods.measure` does.
    """
    text = config.to_text()
    requests = [_request(photo, text) for photo in photos]
    file = ResultFile(kept, measuring_identity(config))
    lines = answered(requests, search_photo, config, file, jobs=jobs, seconds=SECONDS)
    yield from map(_searched, photos, lines)


def search_photo(request: str) -> list[bytes]:
    """Search the photo that a JSON request names; one line of JSON."""
    asked = json.loads(request)
    detector, shown = detector_of(asked["config"]), asked["marks"]
    away = [*shown, *asked["uncounted"]]
    began = time.perf_counter()
    reading = read_picture(asked["path"], detector.settings.reader)
    photos = [*detector.describe(reading.pictures)]
    found = detector.search(photos)
    line = {
        "status": reading.status,
        "seconds": time.perf_counter() - began if photos else 0.0,
        "answers": _answers(detector, found),
        "gates": [_gate(explain(detector, found, mark)) for mark in shown if photos],
    }
    if shown:
        line["without"] = _answers(detector, detector.search(photos, away))
    return [json.dumps(line).encode()]


def _answers(detector: Detector, found: PhotoSearch) -> dict[str, float]:
    """The best log-odds of every mark that is not suppressed, best first."""
    scores = detector.scores(found)
    excused = {score.mark for score in scores if score.excused}
    best: dict[str, float] = {}
    for score in scores:
        if not score.is_suppressed(excused):
            best.setdefault(score.mark, score.log_odds)
    return best


def _gate(explanation: Explanation) -> dict[str, Any]:
    """The part of an explanation that the result of a benchmark keeps."""
    first = explanation.first
    return {
        "mark": explanation.mark,
        "gate": explanation.gate,
        "cause": explanation.cause,
        "score": explanation.score,
        "log_odds": explanation.log_odds,
        "suppressed_by": [rival.mark for rival in explanation.suppressed_by],
        "first": first and {"mark": first.mark, "log_odds": first.log_odds},
        "ranks": {one.channel: one.rank for one in explanation.channels if one.rank is not None},
    }


def _request(photo: LabelledPhoto, config: str) -> Request:
    marks = sorted({truth.mark for truth in photo.truths})
    asked = {"path": str(photo.path), "marks": marks, "uncounted": sorted(photo.uncounted)}
    key = json.dumps([digest_of(photo.path), asked])
    return Request(key, json.dumps({**asked, "config": config}))


def _searched(photo: LabelledPhoto, line: Line) -> Searched:
    if not line:
        lost = Outcome(photo, (), "error")
        return Searched(lost, _unlabelled(lost) if photo.truths else None)
    outcome = _outcome(photo, line, "answers")
    without = _unlabelled(_outcome(photo, line, "without")) if photo.truths else None
    return Searched(outcome, without, tuple(line["gates"]))


def _outcome(photo: LabelledPhoto, line: Line, name: str) -> Outcome:
    answers = (
        Answer(mark, log_odds)
        for mark, log_odds in line[name].items()
        if mark not in photo.uncounted
    )
    return Outcome(photo, tuple(answers), line["status"], line["seconds"])


def _unlabelled(outcome: Outcome) -> Outcome:
    """The same of a photo that shows none of the marks searched."""
    return replace(outcome, photo=replace(outcome.photo, truths=(), ignored=()))
