"""The result of a benchmark: measured, evaluated, and written as JSON with all it depends on."""

from __future__ import annotations

import json
import os
import platform
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from detector.errors import DatasetError, UsageError
from detector.evaluation.ablation import WHOLE
from detector.evaluation.datasets.files import digest_of
from detector.evaluation.datasets.overview import overview_of
from detector.evaluation.evaluate import evaluate
from detector.evaluation.metrics.to_json import to_json
from detector.evaluation.negatives import share
from detector.evaluation.records import Dataset, LabelledPhoto, Outcome
from detector.evaluation.regression import SCHEMA
from detector.evaluation.run_methods import Setup, measure
from detector.evaluation.thresholds import advise
from detector.index.store import ReferenceIndex
from detector.records import Mark
from detector.scoring.scorer import probability

MEASUREMENTS = "measurements.txt"
RESULT = "result.json"
PACKAGES = ("detector", "numpy", "opencv-python-headless", "pillow", "imagehash", "onnxruntime")
Json = dict[str, Any]
Progress = Callable[[int, int], None]


def measured(
    dataset: Dataset, setup: Setup, folder: Path, jobs: int, progress: Progress
) -> dict[str, list[Outcome]]:
    """Outcomes by method, all with the same photos in the same order.

    A photo on which the process died has no answers. Raises `DatasetError` without a photo.
    """
    if not dataset.photos:
        raise DatasetError("has no usable photo", place=dataset.name)
    rows: list[Mapping[str, Outcome]] = []
    journal = folder / MEASUREMENTS
    for number, row in enumerate(measure(dataset.photos, setup, journal, jobs=jobs), 1):
        rows.append(row)
        progress(number, len(dataset.photos))
    names = {name: None for row in rows for name in row} or {WHOLE: None}
    return {
        name: [row.get(name) or _failed(p) for row, p in zip(rows, dataset.photos, strict=True)]
        for name in names
    }


def header(seed: int, options: Json) -> Json:
    """Record what a result depends on besides photos and marks."""
    return {
        "schema": SCHEMA,
        "made": date.today().isoformat(),
        "machine": f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores",
        "versions": {
            "python": platform.python_version(),
            **{package: version(package) for package in PACKAGES},
        },
        "commit": commit(),
        "seed": seed,
        "options": options,
    }


def figures_of(
    dataset: Dataset,
    outcomes: Mapping[str, list[Outcome]],
    index: ReferenceIndex,
    names: Mapping[Path, str],
    seed: int,
) -> Json:
    """Compute the figures of a run on photos; `names` are those of `names_of`."""
    own = outcomes[WHOLE]
    digests = [digest_of(outcome.photo.path) for outcome in own]
    failed = [
        {"path": names[outcome.photo.path], "status": outcome.status}
        for outcome in own
        if outcome.status != "ok"
    ]
    facts = {
        "name": dataset.name,
        "photos": len(own),
        "marked": sum(bool(outcome.photo.truths) for outcome in own),
        "clean": sum(not outcome.photo.truths for outcome in own),
        "examined": {
            "marked": sum(bool(o.photo.truths) and o.examined for o in own),
            "clean": sum(not o.photo.truths and o.examined for o in own),
        },
        "marks": [mark.id for mark in index.marks],
        "unusable": [to_json(line) for line in dataset.unusable],
        "left_out": [to_json(line) for line in dataset.left_out],
        "overview": overview_of(dataset, [mark.id for mark in index.marks if mark.protected]),
        "failed": failed,
    }
    figures = evaluate(_examined(outcomes), index.marks, seed, names)
    by_name = {names[o.photo.path]: digest for o, digest in zip(own, digests, strict=True)}
    photos = [{**photo, "digest": by_name[photo["path"]]} for photo in figures["photos"]]
    return {"dataset": facts, **figures, "photos": photos}


def _examined(outcomes: Mapping[str, list[Outcome]]) -> dict[str, list[Outcome]]:
    """The outcomes without clean photos that could not be read: they raise no alarm for nothing."""
    return {
        name: [outcome for outcome in given if outcome.examined or outcome.photo.truths]
        for name, given in outcomes.items()
    }


def advice_of(
    outcomes: Mapping[str, list[Outcome]],
    marks: Sequence[Mark],
    photos_a_day: int,
    *,
    miss: float | None,
    alarm: float | None,
) -> Json:
    """Advise thresholds from a run's examined clean photos, with a policy file.

    `found` is the share of marks in labelled photos that each of them finds. Where no thresholds
    can be advised, `refused` alone says why.
    """
    protected = {mark.id for mark in marks if mark.protected}
    best = [
        max((probability(a.score) for a in outcome.answers if a.mark in protected), default=0.0)
        for outcome in outcomes[WHOLE]
        if outcome.examined and not outcome.photo.truths
    ]
    try:
        advice = advise(best, photos_a_day=photos_a_day, miss=miss, alarm=alarm)
    except UsageError as error:
        return {"clean": len(best), "refused": str(error)}
    found = {
        name: share(_found(outcomes[WHOLE], getattr(advice, name))) for name in ("review", "block")
    }
    if found["review"][0] == 0:
        return {"clean": len(best), "refused": "the thresholds would find none of the marks"}
    return {**to_json(advice), "found": found, "policy": advice.policy()}


def _found(outcomes: Sequence[Outcome], threshold: float) -> list[bool]:
    """Whether each mark in a labelled photo has an answer at or above a threshold."""
    return [
        any(a.mark == mark and probability(a.score) >= threshold for a in outcome.answers)
        for outcome in outcomes
        for mark in sorted({truth.mark for truth in outcome.photo.truths})
    ]


def names_of(photos: Iterable[LabelledPhoto], roots: Sequence[Path]) -> dict[Path, str]:
    """Name each photo in a result by its path from the folder that the user gave.

    So that results of two machines can be compared, and say nothing of where the photos lie. A
    photo in none of the `roots` keeps its path, and so do two that would be called the same.
    """
    names = {photo.path: _name(photo.path, roots) for photo in photos}
    times = Counter(names.values())
    return {path: name if times[name] == 1 else str(path) for path, name in names.items()}


def _name(path: Path, roots: Sequence[Path]) -> str:
    for root in roots:
        if path.is_relative_to(root):
            return path.relative_to(root.parent).as_posix()
    return str(path)


def write_result(result: Json, folder: Path) -> Path:
    """Write folder/result.json atomically."""
    path = folder / RESULT
    fresh = path.with_suffix(".tmp")
    fresh.write_text(json.dumps(result, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    fresh.replace(path)
    return path


def read_result(path: Path) -> Json:
    """Read a result. Raises `UsageError`."""
    try:
        result = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", place=str(path)) from error
    except ValueError as error:
        raise UsageError("is not a result of detector benchmark", place=str(path)) from error
    if not isinstance(result, dict):
        raise UsageError("is not a result of detector benchmark", place=str(path))
    return result


def commit() -> str:
    """Return the commit of the checkout that the package runs from, or ""."""
    git = Path(__file__).resolve().parents[2] / ".git"
    try:
        head = (git / "HEAD").read_text(encoding="utf-8").strip()
        if not head.startswith("ref: "):
            return head
        return (git / head.removeprefix("ref: ")).read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def _failed(photo: LabelledPhoto) -> Outcome:
    return Outcome(photo, (), "error")
