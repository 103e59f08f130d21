"""Detection: how many marks are found when only a given share of clean photos may raise an alarm.

Recall at a fixed false-positive rate per photo, and the curve of both errors: A. Martin et al.,
"The DET curve in assessment of detection task performance" (Eurospeech 1997); for false positives
per image, P. Dollar et al., "Pedestrian detection: an evaluation of the state of the art" (PAMI
2012). A mark is found, and a clean photo raises an alarm, when the score is *above* the threshold.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from detector.evaluation.metrics.tables import Flags, Places, Table
from detector.evaluation.metrics.weighted import Statistic, mean
from detector.records import Matrix

RATES = (0.01, 0.001)  # of negatives that may raise an alarm
MOST_POINTS = 200  # of a curve: more than a plot or a reader can tell apart
ROUNDING = 1e-9  # .29 * 100 is a hair below 29


@dataclass(frozen=True, slots=True)
class Recall:
    """Recall of (photo, mark) pairs at the threshold that a false-positive rate allows.

    `false_positives` is the share of negative photos that is in fact above `threshold`. `resolved`
    is False when `rate` allows less than one of the negatives: the figure is then that of no false
    positive at all, and says nothing of the rate.
    """

    rate: float
    threshold: float
    recall: float
    false_positives: float
    truths: int
    negatives: int
    resolved: bool


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """DET curve: `false_positives`, `misses`, `thresholds`, each (N,) float64, N <= 200.

    Thresholds fall, so false positives grow and misses shrink. Points stand closest where false
    positives are few. Empty without negatives or truths.
    """

    false_positives: Matrix
    misses: Matrix
    thresholds: Matrix


def recall_at(table: Table, rate: float) -> Recall:
    """Compute recall at a false-positive rate per photo (0..1); NaN without negatives or truths."""
    best, ones = _alarms(table)[1], np.ones(len(table.scores))
    count = len(best)
    threshold = threshold_at(best, np.ones(count), rate)
    return Recall(
        rate=rate,
        threshold=threshold,
        recall=recall_statistic(table, rate)(ones),
        false_positives=mean(best > threshold, np.ones(count)),
        truths=int(table.truth.sum()),
        negatives=count,
        resolved=rate * count + ROUNDING >= 1,
    )


def threshold_at(best: Matrix, weights: Matrix, rate: float) -> float:
    """Return the smallest score that at most floor(`rate` * negatives) negatives exceed.

    `best` (N,) is the highest score of each negative, highest first; `weights` (N,) how often each
    counts. NaN without negatives, -inf when all may be above.
    """
    total = weights.sum()
    if total == 0:
        return float("nan")
    allowed = math.floor(rate * total + ROUNDING)
    place = int(np.searchsorted(np.cumsum(weights), allowed, side="right"))
    return float(best[place]) if place < len(best) else -math.inf


def recall_statistic(table: Table, rate: float, within: Flags | None = None) -> Statistic:
    """Return recall at a rate as a function of the photos' weights.

    `within` (P,) bool restricts the truths to those of some photos; the threshold stays that of
    all negatives.
    """
    negatives, best = _alarms(table)
    photos, scores = _truths(table, within)

    def statistic(weights: Matrix) -> float:
        threshold = threshold_at(best, weights[negatives], rate)
        if math.isnan(threshold):
            return threshold
        return mean(scores > threshold, weights[photos])

    return statistic


def curve_of(table: Table) -> Curve:
    """Compute the DET curve over all negatives and all truths of a table."""
    best, scores = _alarms(table)[1], np.sort(_truths(table, None)[1])
    if not len(best) or not len(scores):
        return Curve(np.empty(0), np.empty(0), np.empty(0))
    thresholds = _thinned(np.unique(np.append(best, -np.inf))[::-1])
    above = len(best) - np.searchsorted(best[::-1], thresholds, side="right")
    missed = np.searchsorted(scores, thresholds, side="right")
    return Curve(above / len(best), missed / len(scores), thresholds)


def _thinned(thresholds: Matrix) -> Matrix:
    """At most 200 of (N,) thresholds, first and last kept, closest together at the start."""
    if len(thresholds) <= MOST_POINTS:
        return thresholds
    places = np.geomspace(1, len(thresholds), MOST_POINTS).round().astype(np.intp) - 1
    return thresholds[np.unique(places)]


def _alarms(table: Table) -> tuple[Places, Matrix]:
    """Numbers and best scores of the negatives, both (N,), highest first."""
    best = table.scores.max(axis=1, initial=-np.inf)
    negatives = np.flatnonzero(table.negatives)
    order = negatives[np.argsort(-best[negatives], kind="stable")]
    return order, best[order]


def _truths(table: Table, within: Flags | None) -> tuple[Places, Matrix]:
    """Photo and score of every (photo, mark) truth, both (T,)."""
    photos, marks = np.nonzero(table.truth)
    if within is not None:
        chosen = within[photos]
        photos, marks = photos[chosen], marks[chosen]
    return photos, table.scores[photos, marks]
