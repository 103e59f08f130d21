"""Every candidate that the detector checks in photos of all kinds, beside many marks.

The labelled development photos, photos without a mark and drawn graphics, each searched in one
index of the labelled marks and of many distractor marks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
from development_photos import in_processes, labels_of, negatives
from numpy.typing import NDArray
from PIL import Image

from detector.evaluation.robustness.attacks import ATTACKS
from detector.evaluation.robustness.render import attacked, unharmed
from detector.index.store import ReferenceIndex
from detector.pictures.reader import read_picture
from detector.pipeline.detector import Detector
from detector.records import Floats, Matrix
from detector.scoring.scorer import ALONE, inputs
from detector.settings import settings_for_words

CLEAN, BRANDED, GRAPHIC = -1, -2, -3  # labels of photos without a mark of the index, by kind
KINDS = {"clean": CLEAN, "branded": BRANDED, "graphics": GRAPHIC}
MEASURED = {
    "alignment": (
        "agreement", "weakest", "coverage", "unexplained", "colour", "likeness", "likeness_gap",
        "cosine", "cosine_gap", "rim", "fullest_rim",
    ),
    "sift": ("inliers", "spread"),
    "embedding": ("cosine", "likeness"),
    "second_look": ("same_sign",),
    "words": ("reading", "edits", "share", "rarity"),
    "context": (
        "extent", "filling", "tilt", "stretch", "marks",
        "letters_inside", "letters_beyond", "letter_height", "reads_as",
    ),
}  # fmt: skip
INPUTS = (ALONE, *(f"{channel}.{name}" for channel, names in MEASURED.items() for name in names))
SEED = 4242  # of rendered scenes; not that of the ladder


class Shown(NamedTuple):
    """A photo and the mark that it shows, in lower case, or the name of a kind of `KINDS`.

    `rendered` says that the photo is a drawn scene, which figures leave out.
    """

    path: Path
    mark: str
    rendered: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class CandidateTable:
    """N candidates in P photos.

    Attributes:
        marks: ids of all marks of the index.
        labels: (P,) the row of the mark that a photo shows, or its kind.
        source: (P,) the number of the photo that a row of photos is a copy of.
        rendered: (P,) whether a photo is a drawn scene.
        photo, mark: (N,) rows of photos and of marks.
        values: (N, F) the inputs of the scorer's trees, in the order of `INPUTS`.

    """

    marks: tuple[str, ...]
    labels: NDArray[np.int64]
    source: NDArray[np.int64]
    rendered: NDArray[np.bool_]
    photo: NDArray[np.int64]
    mark: NDArray[np.int64]
    values: Floats

    @property
    def alone(self) -> Matrix:
        """(N,) log-odds of the candidates by evidence alone."""
        return self.values[:, INPUTS.index(ALONE)].astype(np.float64)

    def best(self, scores: Matrix) -> Matrix:
        """(P, M) the best score of every mark in every photo, -inf where it was not checked."""
        best = np.full((len(self.labels), len(self.marks)), -np.inf)
        np.maximum.at(best, (self.photo, self.mark), scores)
        return best

    def taken(self, kept: NDArray[np.bool_], labels: NDArray[np.int64]) -> Self:
        """A copy with some candidates only, and other labels."""
        rows = np.flatnonzero(kept)
        return replace(
            self,
            labels=labels,
            photo=self.photo[rows],
            mark=self.mark[rows],
            values=self.values[rows].copy(),
        )

    def joined(self, other: Self) -> Self:
        """The photos and candidates of both."""
        return replace(
            self,
            labels=np.concatenate([self.labels, other.labels]),
            source=np.concatenate([self.source, other.source]),
            rendered=np.concatenate([self.rendered, other.rendered]),
            photo=np.concatenate([self.photo, other.photo + len(self.labels)]),
            mark=np.concatenate([self.mark, other.mark]),
            values=np.concatenate([self.values, other.values]),
        )


def photos_of(data: Path, graphics: Path | None, step: int) -> list[Shown]:
    """Every `step`-th labelled photo, photo without a mark, and drawn graphic."""
    labelled = [Shown(path, mark) for path, mark, _ in labels_of(data, "logos")][::step]
    clean = [Shown(path, "clean") for path in negatives(data)[:: 2 * step]]
    drawn = sorted(graphics.glob("*.*")) if graphics else []
    return [*labelled, *clean, *(Shown(path, "graphics") for path in drawn[::step])]


def rendered_photos(index: Path, folder: Path, count: int, known: Collection[str]) -> list[Shown]:
    """Scenes of `count` marks that are not among `known` ids, each under an attack of the ladder.

    Real photos show few turned or half hidden marks, which the trees must not learn to refuse.
    """
    opened, random = ReferenceIndex.open(index), np.random.default_rng(SEED)
    rows = [row for row, mark in enumerate(opened.marks) if mark.id.lower() not in known]
    shown = []
    for row in random.permutation(rows)[:count].tolist():
        mark, view = opened.marks[row].id, opened.view(opened.view_table.wholes[row])
        attack = ATTACKS[int(random.integers(len(ATTACKS)))]
        level = int(random.integers(len(attack.severities)))
        photo = attacked(unharmed(view, SEED), mark, attack, level, SEED)
        path = folder / f"{row}.png"
        Image.fromarray(photo.pixels).save(path)
        shown.append(Shown(path, mark.lower(), rendered=True))
    return shown


def measure_candidates(shown: Sequence[Shown], index: Path, jobs: int) -> CandidateTable:
    """Search all photos in an index, with words read."""
    found = in_processes(partial(_candidates, index=index), [photo.path for photo in shown], jobs)
    marks = tuple(mark.id for mark in _detector(index).index.marks)
    rows = {**KINDS, **{mark.lower(): row for row, mark in enumerate(marks)}}
    counts = [len(photo) for photo in found]
    every = [candidate for photo in found for candidate in photo]
    return CandidateTable(
        marks,
        np.array([rows[photo.mark] for photo in shown]),
        np.arange(len(shown)),
        np.array([photo.rendered for photo in shown]),
        np.repeat(np.arange(len(shown)), counts),
        np.array([mark for mark, _ in every], np.int64),
        np.array([values for _, values in every], np.float32).reshape(-1, len(INPUTS)),
    )


def _candidates(path: Path, index: Path) -> list[tuple[int, Floats]]:
    return list(_in_picture(path, index))


def _in_picture(path: Path, index: Path) -> Iterator[tuple[int, Floats]]:
    for picture in read_picture(path).pictures[:1]:
        for found in _detector(index).detections(picture):
            values = inputs(found.evidence, found.evidence_log_odds, INPUTS)
            yield found.mark, values


@cache
def _detector(index: Path) -> Detector:
    import cv2

    cv2.setNumThreads(1)
    return Detector.open(index, settings=settings_for_words(True))
