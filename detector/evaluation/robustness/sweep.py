"""The robustness sweep: recall of marks of an index by attack and severity."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from detector.evaluation.measuring_identity import measuring_identity
from detector.evaluation.metrics.localisation import centre_inside
from detector.evaluation.resumable_run import Request, ResultFile, answered
from detector.evaluation.robustness.attacks import ATTACKS, Attack
from detector.evaluation.robustness.render import attacked, unharmed
from detector.evaluation.robustness.scene import RenderedPhoto
from detector.index.store import ReferenceIndex
from detector.jobs.runner import detector_of
from detector.jobs.scan_config import ScanConfig
from detector.pipeline.detector import Detector
from detector.records import Picture, Reading

SEED = 2026
MOST = 40  # marks shown an attack
BROKEN = 0.5  # recall below which an attack has broken the detector
SECONDS = 300.0  # all severities of one attack on one mark

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class AttackRecall:
    """How many of `shown` marks were found at each severity of an attack, mildest first."""

    attack: str
    unit: str
    severities: tuple[float, ...]
    found: tuple[int, ...]
    shown: int

    @property
    def recall(self) -> tuple[float, ...]:
        """Share of marks found in their place at each severity, 0..1."""
        return tuple(count / self.shown for count in self.found)

    @property
    def breaking(self) -> float | None:
        """The first severity at which fewer than half are found; None where that never happens."""
        pairs = zip(self.severities, self.recall, strict=True)
        return next((severity for severity, recall in pairs if recall < BROKEN), None)


@dataclass(frozen=True, slots=True)
class Sweep:
    """Recall of marks of an index of `marks`, by attack and severity."""

    seed: int
    marks: int
    attacks: tuple[AttackRecall, ...]

    def to_json(self) -> dict[str, Any]:
        """As the result of a benchmark tells it."""
        attacks = [
            {
                "name": result.attack,
                "unit": result.unit,
                "shown": result.shown,
                "rungs": list(result.severities),
                "recall": list(result.recall),
                "breaks": result.breaking,
            }
            for result in self.attacks
        ]
        return {"seed": self.seed, "marks": self.marks, "attacks": attacks}


def sweep(
    detector: Detector,
    folder: Path,
    kept: Path,
    attacks: Sequence[Attack] = ATTACKS,
    *,
    seed: int = SEED,
    most: int = MOST,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Sweep:
    """Show the detector of the index in `folder` at most `most` of its marks an attack.

    Every attack takes its own marks at random, so that all have their turn in a large index.
    `progress` is told after every mark how many of how many are done, and `kept` is the file in
    which each is noted, so that an interrupted sweep goes on. Raises as `measure` does.
    """
    rows = {attack.name: chosen(detector.index, attack, seed, most) for attack in attacks}
    config = ScanConfig.of(detector, folder)
    options = {"config": config.to_text(), "seed": seed}
    requests = [_request(row, attack, options) for attack in attacks for row in rows[attack.name]]
    file = ResultFile(kept, {**measuring_identity(config), "seed": str(seed)})
    lines = answered(requests, sweep_attack, config, file, jobs=jobs, seconds=SECONDS)
    counted = _counted(lines, len(requests), progress)
    results = (
        _recall_of(attack, list(islice(counted, len(rows[attack.name])))) for attack in attacks
    )
    return Sweep(seed, len(detector.index.marks), tuple(results))


def _counted(
    lines: Iterator[dict[str, Any]], total: int, progress: Progress | None
) -> Iterator[dict[str, Any]]:
    for done, line in enumerate(lines, 1):
        if progress:
            progress(done, total)
        yield line


def _request(row: int, attack: Attack, options: dict[str, Any]) -> Request:
    trial = {**options, "row": row, "attack": attack.name, "rungs": attack.severities}
    return Request(json.dumps([row, attack.name, attack.severities]), json.dumps(trial))


def _recall_of(attack: Attack, lines: Sequence[dict[str, Any]]) -> AttackRecall:
    """A mark on which the process died was not found at any severity."""
    found = np.array([line.get("found") or [False] * len(attack.severities) for line in lines], int)
    counts = found.sum(axis=0).tolist()
    severities = tuple(map(float, attack.severities))
    return AttackRecall(attack.name, attack.unit, severities, tuple(counts), len(lines))


def sweep_attack(request: str) -> list[bytes]:
    """Try one mark at all severities of an attack, as a JSON request says; one line of JSON."""
    trial = json.loads(request)
    detector = detector_of(trial["config"])
    attack = next(attack for attack in ATTACKS if attack.name == trial["attack"])
    attack = replace(attack, severities=tuple(trial["rungs"]))
    view = detector.index.view(trial["row"])
    scene = unharmed(view, trial["seed"])
    levels = range(len(attack.severities))
    photos = (attacked(scene, view.mark, attack, level, trial["seed"]) for level in levels)
    return [
        json.dumps({"found": [is_found(detector, view.mark, photo) for photo in photos]}).encode()
    ]


def chosen(index: ReferenceIndex, attack: Attack, seed: int, most: int) -> list[int]:
    """Rows of the views that an attack shows: all protected marks, or `most` of them at random."""
    marks = index.view_table.marks
    rows = [row for row in index.view_table.wholes if index.marks[int(marks[row])].protected]
    if len(rows) <= most:
        return rows
    random = np.random.default_rng([seed, crc32(attack.name.encode())])
    picked: list[int] = np.sort(random.choice(rows, most, replace=False)).tolist()
    return picked


def is_found(detector: Detector, mark: str, photo: RenderedPhoto) -> bool:
    """Whether a finding of the mark has the centre of its box in the box where the mark is."""
    found = detector.inspect(Reading("ladder", "ok", pictures=(Picture(photo.pixels),))).findings
    return any(centre_inside(finding.box, photo.box) for finding in found if finding.mark == mark)
