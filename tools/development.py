"""The development photos: where they lie, what they show, and what the detector measures there.

Never part of the project; their folder is given by `--data` or by DETECTOR_DEV_DATA.
"""

from __future__ import annotations

import csv
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from detector.evaluation.baselines import Baseline, baselines
from detector.marks.registry import load_marks
from detector.pictures.reader import read_picture
from detector.pipeline.detector import Detector
from detector.pipeline.import_marks import import_marks
from detector.scoring.scorer import TERMS, Scorer, terms
from detector.settings import reading

T = TypeVar("T")
VARIABLE = "DETECTOR_DEV_DATA"
RESERVED = 2  # every so many photos without a mark is for training and background statistics
UNWEIGHED = Scorer(tuple(TERMS), np.zeros(len(TERMS)), 0.0, 0.5)  # measuring needs no weights
NONE = -1  # the label of a photo that shows no mark


@dataclass(frozen=True, slots=True, eq=False)
class Photos:
    """Photos of one protocol: `paths`, and `labels` (N,) rows into `marks` or NONE."""

    marks: tuple[str, ...]
    paths: tuple[Path, ...]
    labels: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Every checked pose: `photo`, `mark` (N,) rows and the scorer's `terms` (N, F)."""

    photo: NDArray[np.int64]
    mark: NDArray[np.int64]
    terms: NDArray[np.float64]


def data_folder(argument: Path | None) -> Path:
    """The folder of the development photos; ends the program with a clear message without one."""
    folder = argument or (Path(os.environ[VARIABLE]) if VARIABLE in os.environ else None)
    if folder is None or not (folder / "logos" / "labels.csv").is_file():
        sys.exit(f"no development photos: give --data DIR or set {VARIABLE}")
    return folder


def logos(data: Path, step: int, others: Sequence[Path] = ()) -> Photos:
    """Every `step`-th logo photo and negative, negatives last; `others` hold marks in none."""
    return _photos(data, "logos", "brand", (step, step), others)


def designs(data: Path, step: int) -> Photos:
    """Every `step`-th pack photo and, of the negatives, a fifth of that."""
    return _photos(data, "designs", "design", (step, 5 * step), ())


def _photos(
    data: Path, wing: str, column: str, steps: tuple[int, int], others: Sequence[Path]
) -> Photos:
    marks = tuple(sorted(_ids([data / wing / "references", *others])))
    by_folded = {mark.lower(): row for row, mark in enumerate(marks)}
    with (data / wing / "labels.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row[column].lower() in by_folded][
            :: steps[0]
        ]
    paths = [data / row["image"] for row in rows]
    labels = [by_folded[row[column].lower()] for row in rows]
    clean = negatives(data)[:: steps[1]]
    return Photos(marks, (*paths, *clean), np.array(labels + [NONE] * len(clean)))


def reserved(data: Path) -> list[Path]:
    """Photos without a mark for training and background statistics; never measured."""
    return _every_negative(data)[RESERVED - 1 :: RESERVED]


def grounds(data: Path) -> list[Path]:
    """The reserved photos that training scenes are laid on: three of four."""
    return [path for row, path in enumerate(reserved(data)) if row % 4]


def untrained(data: Path) -> list[Path]:
    """The reserved photos that the network was not trained on: one of four."""
    return reserved(data)[::4]


def negatives(data: Path) -> list[Path]:
    """Photos without a mark that are measured: neither the network nor a statistic knows them."""
    kept = set(reserved(data))
    return [path for path in _every_negative(data) if path not in kept]


def _every_negative(data: Path) -> list[Path]:
    return [
        path for kind in ("clothing", "produce") for path in _pictures(data / "negatives" / kind)
    ]


def _ids(references: Sequence[Path]) -> list[str]:
    return [source.mark.id for source in load_marks(references)]


def _pictures(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix in (".jpg", ".png"))


@contextmanager
def index_of(*references: Path) -> Iterator[Path]:
    """A reference index of folders of references, for as long as the context lasts."""
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        import_marks(index, load_marks(references))
        yield index


def measure(photos: Photos, index: Path, jobs: int, words: bool | None = None) -> Measured:
    """What the detector measures at every pose that it checks, in every photo.

    `words` are read, not read, or (None) read where the extra is.
    """
    work = partial(_poses, words=words)
    tables = spread(work, [(path, index) for path in photos.paths], jobs)
    rows = [(number, *row) for number, table in enumerate(tables) for row in table]
    flat = np.array(rows, np.float64).reshape(len(rows), 2 + len(TERMS))
    return Measured(flat[:, 0].astype(int), flat[:, 1].astype(int), flat[:, 2:])


def spread(work: Callable[[tuple[Path, Path]], T], tasks: Sequence[tuple[Path, Path]],
           jobs: int) -> list[T]:  # fmt: skip
    """Results of `work` in the order of `tasks`, from `jobs` processes."""
    # Fresh processes: a fork would inherit locks of the thread pools of numpy and OpenCV.
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        return list(pool.map(work, tasks, chunksize=4))


def baseline_scores(photos: Photos, index: Path, jobs: int) -> dict[str, NDArray[np.float64]]:
    """Scores (photos, marks) of every textbook method, by its name."""
    tables = spread(_answers, [(path, index) for path in photos.paths], jobs)
    return {name: np.array([table[name] for table in tables]) for name in tables[0]}


def _answers(task: tuple[Path, Path]) -> dict[str, list[float]]:
    path, index = task
    picture = read_picture(path).pictures[0]
    return {
        method.name: [answer.score for answer in method.answers(picture)]
        for method in _baselines(index)
    }


@cache
def _baselines(index: Path) -> list[Baseline]:
    return baselines(_detector(index, False).index)


def _poses(task: tuple[Path, Path], words: bool | None) -> list[tuple[float, ...]]:
    path, index = task
    reading = read_picture(path)
    return [
        (detection.mark, *terms(detection.evidence))
        for picture in reading.pictures
        for detection in _detector(index, words).detections(picture)
    ]


@cache
def _detector(index: Path, words: bool | None) -> Detector:
    import cv2

    cv2.setNumThreads(1)
    return Detector.open(index, settings=reading(words), scorer=UNWEIGHED)


def best_scores(
    measured: Measured, margins: NDArray[np.float64], shape: tuple[int, int]
) -> NDArray[np.float64]:
    """(photos, marks): the best margin of any pose, -inf where none was checked."""
    table = np.full(shape, -np.inf)
    np.maximum.at(table, (measured.photo, measured.mark), margins)
    return table
