"""Fits the scorer with scikit-learn, and scores every brand by a model that never saw it."""

from __future__ import annotations

import numpy as np
from development import NONE, Measured, Photos, best_scores
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from detector.scoring.scorer import TERMS

Weights = tuple[NDArray[np.float64], float]
FOLDS = 7
SIGNS = np.array([-1 if name == "unexplained" else 1 for name in TERMS])
STRENGTH = 0.03  # inverse of the ridge on terms of unit spread


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
    best = best_scores(measured, margins, (len(photos.paths), len(photos.marks)))
    chosen = usable & (margins >= best[measured.photo, measured.mark])
    return _logistic(measured.terms[chosen], right[chosen])


def _logistic(terms: NDArray[np.float64], right: NDArray[np.bool_]) -> Weights:
    """A logistic model whose terms all speak the way they must.

    A term that comes out against its meaning (more inliers, less likely) only mends another's
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


def cross_scores(measured: Measured, photos: Photos, folds: int = FOLDS) -> NDArray[np.float64]:
    """(photos, marks) margins; a mark's column is scored by a model fitted without that mark.

    A photo of a held-out mark is scored in every column by the model that never saw its mark.
    """
    shape = (len(photos.paths), len(photos.marks))
    fold = np.arange(len(photos.marks)) % folds
    every = []
    for number in range(folds):
        weights, intercept = fit(measured, photos, fold != number)
        every.append(best_scores(measured, measured.terms @ weights + intercept, shape))
    stacked = np.stack(every)
    own = np.where(photos.labels == NONE, NONE, fold[np.maximum(photos.labels, 0)])
    by_mark = stacked[fold, :, np.arange(len(photos.marks))].T
    by_photo = stacked[np.maximum(own, 0), np.arange(shape[0])]
    return np.where((own >= 0)[:, None], by_photo, by_mark)
