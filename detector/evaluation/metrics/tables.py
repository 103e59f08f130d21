"""Outcomes as arrays, made once and read by every protocol."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detector.evaluation.records import Outcome
from detector.records import Matrix

Flags = NDArray[np.bool_]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Scores and truth of P photos against M marks.

    `scores` (P, M) float64 is a mark's score in a photo, -inf where the method gave no answer;
    `truth` (P, M) bool says that the mark is in the photo; `negatives` (P,) bool that the photo
    was examined and shows no mark at all. A photo that shows only marks outside `marks` is no
    negative and has no truth either: it counts neither for nor against a method.
    """

    marks: tuple[str, ...]
    scores: Matrix
    truth: Flags
    negatives: Flags

    @property
    def positives(self) -> Flags:
        """Photos that show at least one of the marks, (P,) bool."""
        return np.asarray(self.truth.any(axis=1))


def table_of(outcomes: Sequence[Outcome], marks: Sequence[str]) -> Table:
    """Make the table of P outcomes and M distinct mark ids, without other marks.

    A score of NaN is no answer. A photo that could not be read has no answers: one that shows a
    mark counts as missed, one that shows none is no negative.
    """
    column = {mark: number for number, mark in enumerate(marks)}
    scores = np.full((len(outcomes), len(marks)), -np.inf)
    truth = np.zeros(scores.shape, bool)
    for row, outcome in enumerate(outcomes):
        for answer in outcome.answers:
            place = column.get(answer.mark)
            if place is not None and answer.score > scores[row, place]:
                scores[row, place] = answer.score
        shown = [label.mark for label in outcome.photo.truths]
        truth[row, [column[mark] for mark in shown if mark in column]] = True
    clean = [outcome.examined and not outcome.photo.truths for outcome in outcomes]
    negatives = np.array(clean, bool)
    return Table(tuple(marks), scores, truth, negatives)


def only(table: Table, photos: Flags) -> Table:
    """Return the table of the photos where `photos` (P,) bool is True."""
    return Table(table.marks, table.scores[photos], table.truth[photos], table.negatives[photos])


def best_true(table: Table) -> Matrix:
    """Return (P,) the highest score of a mark that is in the photo, or -inf."""
    return np.asarray(np.where(table.truth, table.scores, -np.inf).max(axis=1, initial=-np.inf))


def best_false(table: Table) -> Matrix:
    """Return (P,) the highest score of a mark that is not in the photo, or -inf."""
    return np.asarray(np.where(table.truth, -np.inf, table.scores).max(axis=1, initial=-np.inf))
