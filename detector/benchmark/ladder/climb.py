"""Climb the stress ladder: find every mark of an index on every rung of every attack."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np

from detector.benchmark.ladder.attacks import ATTACKS, Attack
from detector.benchmark.ladder.render import attacked, unharmed
from detector.benchmark.ladder.scene import Shot
from detector.errors import DatasetError
from detector.index.store import ReferenceIndex
from detector.pipeline import Detector
from detector.records import Picture, Reading

SEED = 2026
BROKEN = 0.5  # recall below which an attack has broken the detector

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Climb:
    """One attack: its rungs, easiest first, and how many of `shown` photos were won on each."""

    attack: str
    unit: str
    rungs: tuple[float, ...]
    found: tuple[int, ...]
    shown: int

    @property
    def recall(self) -> tuple[float, ...]:
        """Share of marks found in their place on each rung, 0..1."""
        return tuple(count / self.shown for count in self.found)

    @property
    def breaking(self) -> float | None:
        """The first rung on which fewer than half are found; None where that never happens."""
        pairs = zip(self.rungs, self.recall, strict=True)
        return next((rung for rung, recall in pairs if recall < BROKEN), None)


@dataclass(frozen=True, slots=True)
class Ladder:
    """What became of `marks` marks, each shown `repeats` times on every rung of every attack."""

    seed: int
    repeats: int
    marks: int
    climbs: tuple[Climb, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain numbers, strings, lists and dictionaries, recall and breaking points included."""
        climbs = [
            {key: _plain(value) for key, value in asdict(one).items()}
            | {"recall": list(one.recall), "breaking": one.breaking}
            for one in self.climbs
        ]
        return asdict(self) | {"climbs": climbs}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """What `to_json` wrote. Raises `DatasetError` where it did not."""
        try:
            climbs = tuple(_climb(one) for one in data["climbs"])
            seed, repeats, marks = (int(data[key]) for key in ("seed", "repeats", "marks"))
        except (KeyError, TypeError, ValueError) as error:
            raise DatasetError(f"this is no ladder: {error!r}") from error
        return cls(seed, repeats, marks, climbs)


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _climb(data: Mapping[str, Any]) -> Climb:
    rungs, found = tuple(map(float, data["rungs"])), tuple(map(int, data["found"]))
    if len(rungs) != len(found):
        raise ValueError(f"{len(rungs)} rungs but {len(found)} counts")
    return Climb(str(data["attack"]), str(data["unit"]), rungs, found, int(data["shown"]))


def climb(
    detector: Detector,
    attacks: Sequence[Attack] = ATTACKS,
    seed: int = SEED,
    repeats: int = 1,
    progress: Progress | None = None,
) -> Ladder:
    """Show the detector every mark of its index on every rung, `repeats` times.

    `progress` is told after every photo how many of how many are done. One photo is held at a
    time.
    """
    rows = wholes(detector.index)
    found = [np.zeros(len(one.rungs), int) for one in attacks]
    total = len(rows) * repeats * sum(map(len, found))
    trials = _trials(detector.index, attacks, seed, repeats)
    for done, (number, rung, shot, mark) in enumerate(trials, 1):
        found[number][rung] += is_found(detector, mark, shot)
        if progress:
            progress(done, total)
    shown = len(rows) * repeats
    climbs = (
        Climb(one.name, one.unit, tuple(map(float, one.rungs)), tuple(counts.tolist()), shown)
        for one, counts in zip(attacks, found, strict=True)
    )
    return Ladder(seed, repeats, len(rows), tuple(climbs))


def _trials(
    index: ReferenceIndex, attacks: Sequence[Attack], seed: int, repeats: int
) -> Iterator[tuple[int, int, Shot, str]]:
    """Attack number, rung number, photo and mark of everything to be shown."""
    for row in wholes(index):
        view = index.view(row)
        for now in range(seed, seed + repeats):
            scene = unharmed(view, now)
            for number, attack in enumerate(attacks):
                for rung in range(len(attack.rungs)):
                    yield number, rung, attacked(scene, view.mark, attack, rung, now), view.mark


def wholes(index: ReferenceIndex) -> list[int]:
    """The row of every mark's first view: the whole, as it was given."""
    rows: list[int] = np.unique(index.view_marks, return_index=True)[1].tolist()
    return rows


def is_found(detector: Detector, mark: str, shot: Shot) -> bool:
    """Whether a finding of the mark has the centre of its box in the box where the mark is."""
    found = detector.inspect(Reading("ladder", "ok", pictures=(Picture(shot.pixels),))).findings
    x0, y0, x1, y1 = shot.box
    boxes = (one.box for one in found if one.mark == mark)
    return any(x0 <= (a + c) / 2 <= x1 and y0 <= (b + d) / 2 <= y1 for a, b, c, d in boxes)
