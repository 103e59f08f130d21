"""Fits the scorer: `python tools/fit_scorer.py --data DIR` writes detector/scoring/scorer.json.

A logistic regression of scikit-learn, without the trees that `fit_context.py` adds afterwards. Only
the coefficients and the threshold enter the project, never a photo.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from development_photos import (
    NONE,
    Measured,
    Photos,
    best_margins,
    data_folder,
    index_of,
    logos,
    measure,
)
from markdown_text import ROOT
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from detector.evaluation.metrics.detection import recall_at
from detector.records import Matrix
from detector.scoring.scorer import TERMS

MODEL = ROOT / "detector" / "scoring" / "scorer.json"
SHIPPED = ROOT / "reference_marks"  # as decoys: a threshold depends on how many marks there are
RATE = 0.01  # of the photos without a mark that may raise an alarm at the threshold
FOLDS = 7
SIGNS = np.array([-1 if name == "unexplained" else 1 for name in TERMS])
STRENGTH = 0.03  # inverse of the ridge on terms of unit spread
Weights = tuple[NDArray[np.float64], float]


def main() -> None:
    """Fit on all brands; take the threshold from brands scored by models that never saw them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--step", type=int, default=1)
    options = parser.parse_args()
    data = data_folder(options.data)
    photos = logos(data, options.step, [SHIPPED])
    with index_of(data / "logos" / "references", SHIPPED) as index:
        measured = measure(photos, index, options.jobs)
    weights, intercept = fit(measured, photos, np.ones(len(photos.marks), bool))
    margins = best_margins(measured, measured.terms @ weights + intercept, photos)
    threshold = max(
        recall_at(photos.table(scores), RATE).threshold
        for scores in (margins, cross_margins(measured, photos))
    )
    model = {
        "intercept": round(intercept, 5),
        "threshold": round(float(1 / (1 + np.exp(-threshold))), 4),
        "weights": {name: round(float(w), 5) for name, w in zip(TERMS, weights, strict=True)},
    }
    MODEL.write_text(json.dumps(model, indent=1) + "\n", encoding="utf-8")
    print(MODEL.read_text(encoding="utf-8"))


def fit(measured: Measured, photos: Photos, marks: NDArray[np.bool_]) -> Weights:
    """Weights (F,) and intercept from the poses of `marks` (M,) alone.

    Right poses are those of a photo's own mark, wrong ones those in photos of other fitted marks
    and in photos without a mark. Each photo and mark counts by its best pose: fitted twice, the
    second time with the poses that the first prefers.
    """
    labels = photos.labels[measured.photo]
    usable = marks[measured.mark] & ((labels < 0) | marks[np.maximum(labels, 0)])
    right = labels == measured.mark
    weights, intercept = _logistic(measured.terms[usable], right[usable])
    margins = measured.terms @ weights + intercept
    best = best_margins(measured, margins, photos)
    chosen = usable & (margins >= best[measured.photo, measured.mark])
    return _logistic(measured.terms[chosen], right[chosen])


def _logistic(terms: Matrix, right: NDArray[np.bool_]) -> Weights:
    """A logistic model in which the weight of every term has the sign that it must have.

    A term that comes out against its meaning (more inliers, less likely) only corrects another's
    error on these photos; it is left out and the rest fitted again.
    """
    spread = terms.std(axis=0) + 1e-9
    used = terms.std(axis=0) > 0
    while True:
        model = LogisticRegression(C=STRENGTH, max_iter=5000)
        model.fit(terms[:, used] / spread[used], right)
        weights = np.zeros(terms.shape[1])
        weights[used] = model.coef_[0] / spread[used]
        wrong = weights * SIGNS < 0
        if not wrong.any():
            return weights, float(model.intercept_[0])
        used &= ~wrong


def cross_margins(measured: Measured, photos: Photos, folds: int = FOLDS) -> Matrix:
    """(P, M) margins; a mark's column is scored by a model fitted without that mark.

    A photo of a held-out mark is scored in every column by the model that never saw its mark.
    """
    fold = np.arange(len(photos.marks)) % folds
    every = []
    for number in range(folds):
        weights, intercept = fit(measured, photos, fold != number)
        every.append(best_margins(measured, measured.terms @ weights + intercept, photos))
    stacked = np.stack(every)
    own = np.where(photos.labels == NONE, NONE, fold[np.maximum(photos.labels, 0)])
    by_mark = stacked[fold, :, np.arange(len(photos.marks))].T
    by_photo = stacked[np.maximum(own, 0), np.arange(len(photos.paths))]
    return np.where((own >= 0)[:, None], by_photo, by_mark)


if __name__ == "__main__":
    main()
