"""Calibration: whether of the answers given with probability .8 four in five are right.

Reliability diagram and expected calibration error: M. Naeini, G. Cooper, M. Hauskrecht, "Obtaining
well calibrated probabilities using Bayesian binning" (AAAI 2015), C. Guo et al., "On calibration of
modern neural networks" (ICML 2017). Score of squares: G. Brier, "Verification of forecasts
expressed in terms of probability" (1950). Judged is the best answer of every photo that has one: it
is right when its mark is in the photo, and wrong when a mark that is not scores as high.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from detector.evaluation.metrics.tables import Flags, Places, Table, best_false, best_true
from detector.evaluation.metrics.weighted import Statistic, mean, mean_statistic
from detector.records import Matrix

BINS = 10
Transform = Callable[[Matrix], Matrix]


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Expected calibration error and Brier score (0 best), and the reliability diagram.

    Bin i of the 10 covers i/10 <= probability < (i+1)/10, the last also 1. `counts` (10,) int64
    answers, `confidence` (10,) float64 their mean probability, `accuracy` (10,) float64 the share
    of them that is right; NaN in an empty bin.
    """

    answers: int
    error: float
    brier: float
    counts: Places
    confidence: Matrix
    accuracy: Matrix


def calibrate(table: Table, probability: Transform = np.asarray) -> Calibration:
    """Compute the calibration of a table; NaN without any answer.

    `probability` turns scores (N,) into probabilities, where they are none themselves.
    Raises ValueError when a best score is outside 0..1.
    """
    photos, confidence, right = best_answers(table, probability)
    bins, ones = _bins(confidence), np.ones(len(table.scores))
    parts = [bins == number for number in range(BINS)]
    return Calibration(
        answers=len(photos),
        error=error_statistic(table, probability)(ones),
        brier=brier_statistic(table, probability)(ones),
        counts=np.bincount(bins, minlength=BINS),
        confidence=np.array([mean(confidence[part], ones[photos[part]]) for part in parts]),
        accuracy=np.array([mean(right[part], ones[photos[part]]) for part in parts]),
    )


def best_answers(table: Table, probability: Transform = np.asarray) -> tuple[Places, Matrix, Flags]:
    """Return photo, probability and rightness of every photo's best answer, all (N,).

    Scores decide which answer is best, because probabilities may saturate.
    Raises ValueError when a best score is outside 0..1.
    """
    found, mistaken = best_true(table), best_false(table)
    best = np.maximum(found, mistaken)
    photos = np.flatnonzero(best > -np.inf)
    confidence = probability(best[photos])
    if ((confidence < 0) | (confidence > 1)).any():
        raise ValueError("calibration needs scores that are probabilities, from 0 to 1")
    return photos, confidence, found[photos] > mistaken[photos]


def error_statistic(table: Table, probability: Transform = np.asarray) -> Statistic:
    """Return the expected calibration error as a function of the photos' weights."""
    photos, confidence, right = best_answers(table, probability)
    bins, excess = _bins(confidence), confidence - right

    def statistic(weights: Matrix) -> float:
        each = weights[photos]
        if each.sum() == 0:
            return float("nan")
        return float(np.abs(np.bincount(bins, each * excess)).sum() / each.sum())

    return statistic


def brier_statistic(table: Table, probability: Transform = np.asarray) -> Statistic:
    """Return the Brier score as a function of the photos' weights."""
    photos, confidence, right = best_answers(table, probability)
    return mean_statistic((confidence - right) ** 2, photos)


def _bins(confidence: Matrix) -> Places:
    return np.minimum((confidence * BINS).astype(np.intp), BINS - 1)
