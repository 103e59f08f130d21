"""The records of an evaluation.

dataset -> `LabelledPhoto`s -> detector -> `Outcome`s -> metrics -> figures

Boxes are x0 y0 x1 y1 in pixels of the upright photo, as everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from detector.records import Status

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Truth:
    """A mark in a photo; `box` is None if the dataset does not locate it."""

    mark: str
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class LabelledPhoto:
    """A photo and every mark in it; without `truths` it is a negative.

    `source` names where it comes from (a folder, a subset): figures are cut by it.
    """

    path: Path
    truths: tuple[Truth, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Unusable:
    """A line of a dataset that could not be used: its place and the reason."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """Labelled photos in a fixed order, and everything that was left out."""

    name: str
    photos: tuple[LabelledPhoto, ...]
    unusable: tuple[Unusable, ...] = ()


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
    """A photo and a method's answers for it, best first, at most one a mark."""

    photo: LabelledPhoto
    answers: tuple[Answer, ...]
    status: Status = "ok"
    seconds: float = 0.0
