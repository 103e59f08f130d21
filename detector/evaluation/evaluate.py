"""From outcomes to figures: everything that the JSON, the page and a comparison say."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import expit

from detector.evaluation.ablation import WHOLE
from detector.evaluation.metrics.calibration import calibrate
from detector.evaluation.metrics.detection import RATES, curve_of, recall_at, recall_statistic
from detector.evaluation.metrics.identification import right_within, top_statistic
from detector.evaluation.metrics.intervals import groups_of, interval_of
from detector.evaluation.metrics.localisation import localise
from detector.evaluation.metrics.retrieval import retrieve
from detector.evaluation.metrics.splits import (
    Cut,
    by_kind,
    by_size,
    by_source,
    open_set_folds,
)
from detector.evaluation.metrics.tables import Places, Table, best_false, best_true, only, table_of
from detector.evaluation.metrics.weighted import Statistic
from detector.evaluation.records import Outcome
from detector.records import Mark

FOLDS = 4
WORST = 20  # misses and false alarms that are shown
FIRST = RATES[0]
Json = dict[str, Any]
Names = Mapping[Path, str]


def evaluate(
    outcomes: Mapping[str, Sequence[Outcome]],
    marks: Sequence[Mark],
    seed: int,
    names: Names,
) -> Json:
    """Compute the figures of every method, and all others for the detector, ready for JSON.

    `outcomes` has the same photos in the same order for each method, and the detector's own;
    `names` says how a photo is called.
    """
    marks = [mark for mark in marks if mark.protected]
    ids = [mark.id for mark in marks]
    own = outcomes[WHOLE]
    table = table_of(own, ids)
    return {
        "methods": {name: _method(answered, ids, seed) for name, answered in outcomes.items()},
        "calibration": calibration_of(table),
        "cuts": _cuts(own, marks, table, seed),
        "open_set": _open_set(own, ids, seed),
        "seconds": seconds_of(own),
        "photos": _photos(own, table, names),
        "misses": _misses(own, table, names),
        "alarms": _alarms(own, table, names),
    }


def _method(outcomes: Sequence[Outcome], ids: Sequence[str], seed: int) -> Json:
    table, groups = table_of(outcomes, ids), groups_of(outcomes)
    photos, marks = int(table.positives.sum()), int(table.truth.sum())
    recalls = {str(rate): recall_at(table, rate) for rate in RATES}
    curve, found = curve_of(table), retrieve(table)
    placed = localise(outcomes, ids, recalls[str(FIRST)].threshold)
    return {
        "examined": {"photos": photos, "marks": marks, "clean": int(table.negatives.sum())},
        "top1": interval(top_statistic(table, 1), groups, photos, seed),
        "top5": interval(top_statistic(table, 5), groups, photos, seed),
        "recall": {
            str(rate): interval(recall_statistic(table, rate), groups, marks, seed)
            for rate in RATES
        },
        "threshold": {rate: _number(recall.threshold) for rate, recall in recalls.items()},
        "resolved": {rate: recall.resolved for rate, recall in recalls.items()},
        "det": np.stack([curve.false_positives, curve.misses], axis=1).round(5).tolist(),
        "median_iou": _number(placed.median_overlap),
        "centre": _number(placed.centre_inside),
        "map50": _number(placed.map50),
        "map": _number(found.mean_average_precision),
        "nar": _number(found.normalised_average_rank),
    }


def calibration_of(table: Table) -> Json:
    """Compute the calibration of a table of log-odds, ready for JSON."""
    calibration = calibrate(table, expit)
    bins = zip(calibration.confidence, calibration.accuracy, calibration.counts, strict=True)
    return {
        "ece": _number(calibration.error),
        "brier": _number(calibration.brier),
        "bins": [[_number(score), _number(share), int(count)] for score, share, count in bins],
    }


def _cuts(own: Sequence[Outcome], marks: Sequence[Mark], table: Table, seed: int) -> list[Json]:
    kinds = {mark.id: mark.kind for mark in marks}
    groups = {"kind": by_kind(own, kinds), "size": by_size(own), "source": by_source(own)}
    return [
        {"cut": what, **_cut(cut, what, own, table, seed)}
        for what, cuts in groups.items()
        for cut in cuts
        if (cut.photos & table.positives).any()
    ]


def _cut(cut: Cut, what: str, own: Sequence[Outcome], table: Table, seed: int) -> Json:
    """The threshold stays that of all clean photos: a cut asks where the misses are."""
    groups = groups_of(own)
    part = only(table, cut.photos)
    chosen = [outcome for outcome, here in zip(own, cut.photos, strict=True) if here]
    return {
        "value": cut.name.removeprefix(what).strip(" :="),
        "photos": (photos := int(part.positives.sum())),
        "top1": interval(top_statistic(part, 1), groups_of(chosen), photos, seed),
        "recall": interval(
            recall_statistic(table, FIRST, cut.photos), groups, int(part.truth.sum()), seed
        ),
    }


def _open_set(own: Sequence[Outcome], ids: Sequence[str], seed: int) -> list[Json]:
    folds = []
    for number, fold in enumerate(open_set_folds(own, FOLDS, seed)):
        chosen = [outcome for outcome, here in zip(own, fold.photos, strict=True) if here]
        table = table_of(chosen, ids)
        figures = {
            "photos": int(table.positives.sum()),
            "top1": _number(top_statistic(table, 1)(np.ones(len(chosen)))),
            "recall": _number(recall_at(table, FIRST).recall),
        }
        folds.append({"fold": number, "marks": list(fold.marks), **figures})
    return folds


def seconds_of(outcomes: Sequence[Outcome]) -> Json:
    """Compute the median and the 95th percentile of the seconds that a photo took."""
    spent = np.array([outcome.seconds for outcome in outcomes if outcome.seconds])
    if not len(spent):
        return {"median": None, "p95": None}
    return {"median": float(np.median(spent)), "p95": float(np.percentile(spent, 95))}


def _photos(own: Sequence[Outcome], table: Table, names: Names) -> list[Json]:
    """What a later run is compared with, photo by photo. Scores are log-odds.

    `scores` are those of the marks that the photo shows, null where a mark has none; `alarm` is the
    highest of any other. `recalled` says that one of the marks is found, null where no clean photo
    says from which score on.
    """
    threshold = recall_at(table, FIRST).threshold
    first, best, wrong = right_within(table, 1), best_true(table), best_false(table)
    return [
        {
            "path": names[outcome.photo.path],
            "marks": sorted({truth.mark for truth in outcome.photo.truths}),
            "status": outcome.status,
            "top1": bool(first[row]),
            "recalled": None if math.isnan(threshold) else bool(best[row] > threshold),
            "scores": {
                table.marks[column]: _number(table.scores[row, column])
                for column in np.flatnonzero(table.truth[row])
            },
            "alarm": _number(wrong[row]),
        }
        for row, outcome in enumerate(own)
    ]


def _misses(own: Sequence[Outcome], table: Table, names: Names) -> list[Json]:
    """Marks in photos that are not found, those that scored least first."""
    rows, columns = np.nonzero(table.truth)
    scores, threshold = table.scores[rows, columns], recall_at(table, FIRST).threshold
    if math.isnan(threshold):
        threshold = -math.inf
    return [
        {
            "path": names[own[rows[at]].photo.path],
            "mark": table.marks[columns[at]],
            "score": _probability(scores[at]),
            "first": own[rows[at]].answers[0].mark if own[rows[at]].answers else "",
        }
        for at in np.argsort(scores, kind="stable")
        if not scores[at] > threshold
    ][:WORST]


def _alarms(own: Sequence[Outcome], table: Table, names: Names) -> list[Json]:
    """Clean photos that scored highest."""
    best = np.where(table.negatives, table.scores.max(axis=1, initial=-np.inf), -np.inf)
    rows = [int(row) for row in np.argsort(-best, kind="stable") if best[row] > -np.inf]
    return [
        {
            "path": names[own[row].photo.path],
            "mark": table.marks[int(table.scores[row].argmax())],
            "score": _probability(best[row]),
        }
        for row in rows[:WORST]
    ]


def interval(statistic: Statistic, groups: Places, trials: int, seed: int) -> list[float | None]:
    """Compute a share of `trials` with its 95 % interval over brands and photos."""
    found = interval_of(statistic, groups, trials=trials, seed=seed)
    return [_number(found.value), _number(found.low), _number(found.high)]


def _probability(log_odds: float) -> float | None:
    """The rounded probability of log-odds; None where there is no answer."""
    return _number(expit(log_odds)) if log_odds > -math.inf else None


def _number(value: float) -> float | None:
    return round(float(value), 5) if math.isfinite(value) else None
