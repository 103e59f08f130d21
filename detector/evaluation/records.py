"""The records of an evaluation.

dataset -> `LabelledPhoto`s -> detector -> `Outcome`s -> metrics -> figures

Boxes are x0 y0 x1 y1 in pixels of the upright photo, as everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from detector.records import Status

Box = tuple[float, float, float, float]
Outline = tuple[tuple[float, float], ...]
"""The corners of an area, in order: x y in pixels of the upright photo."""


@dataclass(frozen=True, slots=True)
class Truth:
    """A mark in a photo; `box` is None if the dataset does not locate it.

    `outline` is that of a turned box or a polygon, where the dataset has one; `box` is round it.
    """

    mark: str
    box: Box | None = None
    outline: Outline | None = None


@dataclass(frozen=True, slots=True)
class LabelledPhoto:
    """A photo and every mark in it; without `truths` it is a negative.

    `source` names where it comes from (a folder, a subset): figures are cut by it. `ignored` are
    objects that count neither as missed nor as found: crowds, difficult ones. Only a photo with
    truths has any.
    """

    path: Path
    truths: tuple[Truth, ...] = ()
    source: str = ""
    ignored: tuple[Truth, ...] = ()

    @property
    def uncounted(self) -> frozenset[str]:
        """Marks whose finding in this photo is neither right nor wrong."""
        return frozenset(one.mark for one in self.ignored) - {one.mark for one in self.truths}


@dataclass(frozen=True, slots=True)
class Unusable:
    """What of a dataset could not be used, a line or a photo: its place and the reason."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """Labelled photos in a fixed order, and everything that was left out.

    `unusable` are lines and labels, `left_out` photos; `notes` say how something was understood.
    """

    name: str
    photos: tuple[LabelledPhoto, ...]
    unusable: tuple[Unusable, ...] = ()
    left_out: tuple[Unusable, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A method's score for one mark in one photo, higher for more alike, and its box.

    The detector's score is in log-odds.
    """

    mark: str
    score: float
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A photo and a method's answers for it, best first, at most one a mark.

    There is no answer for a mark that does not count in the photo.
    """

    photo: LabelledPhoto
    answers: tuple[Answer, ...]
    status: Status = "ok"
    seconds: float = 0.0

    @property
    def examined(self) -> bool:
        """Whether the photo was read at all. One that was not says nothing of false alarms."""
        return self.status in ("ok", "partial")
