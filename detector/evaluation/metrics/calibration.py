"""Calibration: whether of the answers given with probability .8 four in five are right.

Reliability diagram and expected calibration error: M. Naeini, G. Cooper, M. Hauskrecht, "Obtaining
well calibrated probabilities using Bayesian binning" (AAAI 2015), C. Guo et al., "On calibration of
modern neural networks" (ICML 2017). Score of squares: G. Brier, "Verification of forecasts
expressed in terms of probability" (1950). Judged is the best answer of every photo that has one: it
is right when its mark is in the photo, and wrong when a mark that is not scores as high.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detector.evaluation.metrics.tables import Flags, Places, Table, best_false, best_true
from detector.evaluation.metrics.weighted import Statistic, mean, mean_statistic
from detector.records import Matrix

BINS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Expected calibration error and Brier score (0 best), and the reliability diagram.

    Bin i of the 10 covers i/10 <= probability < (i+1)/10, the last also 1. `counts` (10,) int64
    answers, `said` (10,) float64 their mean probability, `right` (10,) float64 the share of them
    that is right; NaN in an empty bin.
    """

    answers: int
    error: float
    brier: float
    counts: Places
    said: Matrix
    right: Matrix


def calibrate(table: Table) -> Calibration:
    """Calibration of a table whose scores are probabilities; NaN without any answer.

    Raises ValueError when a best score is outside 0..1.
    """
    photos, said, right = best_answers(table)
    bins, ones = _bins(said), np.ones(len(table.scores))
    here = [bins == number for number in range(BINS)]
    return Calibration(
        answers=len(photos),
        error=error_statistic(table)(ones),
        brier=brier_statistic(table)(ones),
        counts=np.bincount(bins, minlength=BINS),
        said=np.array([mean(said[one], ones[photos[one]]) for one in here]),
        right=np.array([mean(right[one], ones[photos[one]]) for one in here]),
    )


def best_answers(table: Table) -> tuple[Places, Matrix, Flags]:
    """Photo, probability and rightness of the best answer of each photo with one, all (N,).

    Raises ValueError when a best score is outside 0..1.
    """
    found, mistaken = best_true(table), best_false(table)
    said = np.maximum(found, mistaken)
    photos = np.flatnonzero(said > -np.inf)
    if ((said[photos] < 0) | (said[photos] > 1)).any():
        raise ValueError("calibration needs scores that are probabilities, from 0 to 1")
    return photos, said[photos], found[photos] > mistaken[photos]


def error_statistic(table: Table) -> Statistic:
    """Expected calibration error as a function of the photos' weights."""
    photos, said, right = best_answers(table)
    bins, excess = _bins(said), said - right

    def statistic(weights: Matrix) -> float:
        each = weights[photos]
        if each.sum() == 0:
            return float("nan")
        return float(np.abs(np.bincount(bins, each * excess)).sum() / each.sum())

    return statistic


def brier_statistic(table: Table) -> Statistic:
    """Brier score as a function of the photos' weights."""
    photos, said, right = best_answers(table)
    return mean_statistic((said - right) ** 2, photos)


def _bins(said: Matrix) -> Places:
    return np.minimum((said * BINS).astype(np.intp), BINS - 1)
