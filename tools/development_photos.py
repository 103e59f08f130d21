"""The development photos: where they are, what they show, and what the detector measures there.

They are never part of the project; their folder is given by `--data` or by DETECTOR_DEV_DATA.
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
from detector.evaluation.metrics.tables import Table
from detector.marks.registry import load_marks
from detector.pictures.reader import read_picture
from detector.pipeline.detector import Detector
from detector.pipeline.import_marks import import_marks
from detector.records import Matrix
from detector.scoring.scorer import TERMS, Scorer, terms
from detector.settings import settings_for_words

T = TypeVar("T")
VARIABLE = "DETECTOR_DEV_DATA"
COLUMN = {"logos": "brand", "designs": "design"}  # of labels.csv: the mark in the photo
RESERVED = 2  # every so many photos without a mark is for training and background statistics
UNWEIGHED = Scorer(tuple(TERMS), np.zeros(len(TERMS)), 0.0, 0.5)  # measuring needs no weights
NONE = -1  # the label of a photo that shows no mark


@dataclass(frozen=True, slots=True, eq=False)
class Photos:
    """Photos of one protocol: `paths`, and `labels` (P,) rows into `marks` or NONE."""

    marks: tuple[str, ...]
    paths: tuple[Path, ...]
    labels: NDArray[np.int64]

    def table(self, scores: Matrix) -> Table:
        """The table of (P, M) scores, from which all figures are taken."""
        truth = self.labels[:, None] == np.arange(len(self.marks))
        return Table(self.marks, scores, truth, self.labels == NONE)


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Every checked pose: `photo`, `mark` (N,) rows and the scorer's `terms` (N, F)."""

    photo: NDArray[np.int64]
    mark: NDArray[np.int64]
    terms: Matrix


def data_folder(argument: Path | None) -> Path:
    """The folder of the development photos; ends the program with a clear message without one."""
    folder = argument or (Path(os.environ[VARIABLE]) if VARIABLE in os.environ else None)
    if folder is None or not (folder / "logos" / "labels.csv").is_file():
        sys.exit(f"no development photos: give --data DIR or set {VARIABLE}")
    return folder


def logos(data: Path, step: int, others: Sequence[Path] = ()) -> Photos:
    """Every `step`-th logo photo and negative, negatives last; `others` hold marks in none."""
    return _photos(data, "logos", (step, step), others)


def designs(data: Path, step: int) -> Photos:
    """Every `step`-th pack photo and, of the negatives, a fifth of that."""
    return _photos(data, "designs", (step, 5 * step), ())


def _photos(data: Path, part: str, steps: tuple[int, int], others: Sequence[Path]) -> Photos:
    references = [data / part / "references", *others]
    marks = tuple(sorted(source.mark.id for source in load_marks(references)))
    rows = {mark.lower(): row for row, mark in enumerate(marks)}
    labelled = [label for label in labels_of(data, part) if label[1] in rows][:: steps[0]]
    clean = negatives(data)[:: steps[1]]
    labels = [rows[mark] for _, mark, _ in labelled] + [NONE] * len(clean)
    return Photos(marks, (*(path for path, _, _ in labelled), *clean), np.array(labels))


def labels_of(data: Path, part: str) -> Iterator[tuple[Path, str, str]]:
    """Photo, mark in lower case and boxes "x0 y0 x1 y1;..." of every row of labels.csv."""
    with (data / part / "labels.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            yield data / row["image"], row[COLUMN[part]].lower(), row.get("boxes_xyxy", "")


def reserved(data: Path) -> list[Path]:
    """Photos without a mark for training and background statistics; never measured."""
    return _every_negative(data)[RESERVED - 1 :: RESERVED]


def untrained(data: Path) -> list[Path]:
    """The reserved photos that the network was not trained on: one of four."""
    return reserved(data)[::4]


def negatives(data: Path) -> list[Path]:
    """Photos without a mark that are measured: neither the network nor a statistic knows them."""
    held = set(reserved(data))
    return [path for path in _every_negative(data) if path not in held]


def _every_negative(data: Path) -> list[Path]:
    folders = [data / "negatives" / kind for kind in ("clothing", "produce")]
    return [path for folder in folders for path in _pictures(folder)]


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
    tables = in_processes(partial(_poses, index=index, words=words), photos.paths, jobs)
    rows = [(number, *row) for number, table in enumerate(tables) for row in table]
    flat = np.array(rows, np.float64).reshape(len(rows), 2 + len(TERMS))
    return Measured(flat[:, 0].astype(int), flat[:, 1].astype(int), flat[:, 2:])


def measure_baselines(photos: Photos, index: Path, jobs: int) -> dict[str, Table]:
    """The table of every textbook method, by its name."""
    scores = in_processes(partial(_baseline_scores, index=index), photos.paths, jobs)
    return {
        name: photos.table(np.array([photo[name] for photo in scores])) for name in scores[0]
    }  # fmt: skip


def in_processes(work: Callable[[Path], T], paths: Sequence[Path], jobs: int) -> list[T]:
    """Results of `work` in the order of `paths`, from `jobs` processes."""
    # Fresh processes: a fork would inherit locks of the thread pools of numpy and OpenCV.
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        return list(pool.map(work, paths, chunksize=4))


def _baseline_scores(path: Path, index: Path) -> dict[str, list[float]]:
    picture = read_picture(path).pictures[0]
    return {
        method.name: [answer.score for answer in method.answers(picture)]
        for method in _baselines(index)
    }


@cache
def _baselines(index: Path) -> list[Baseline]:
    return baselines(_detector(index, False).index)


def _poses(path: Path, index: Path, words: bool | None) -> list[tuple[float, ...]]:
    return [
        (detection.mark, *terms(detection.evidence))
        for picture in read_picture(path).pictures
        for detection in _detector(index, words).detections(picture)
    ]


@cache
def _detector(index: Path, words: bool | None) -> Detector:
    import cv2

    cv2.setNumThreads(1)
    return Detector.open(index, settings=settings_for_words(words), scorer=UNWEIGHED)


def best_margins(measured: Measured, margins: Matrix, photos: Photos) -> Matrix:
    """(P, M) the best of (N,) margins over the poses of a mark, -inf where none was checked."""
    best = np.full((len(photos.paths), len(photos.marks)), -np.inf)
    np.maximum.at(best, (measured.photo, measured.mark), margins)
    return best
