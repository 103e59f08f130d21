"""Fits the scorer's trees: `python tools/fit_context.py --data DIR --distractors SOURCE`.

The trees add to the logistic model (`fit_scorer.py`) what it cannot know: words that run through a
sign, what surrounds it, and how many marks there are. They are fitted on the labelled
development photos beside many distractor marks, on the same photos without the marks that they
show, on photos without a mark, and on drawn graphics. Figures are of photos of brands, and of other
photos, that had no part in the fit. Only the trees and the threshold enter the project.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from candidate_table import (
    BRANDED,
    GRAPHIC,
    INPUTS,
    CandidateTable,
    measure_candidates,
    photos_of,
    rendered_photos,
)
from development_photos import data_folder, index_of
from fit_scorer import MODEL
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from thousands import figures_of, print_figures

from detector.records import Matrix
from detector.scoring.scorer import ALONE, log_odds_of, probability
from detector.scoring.trees import LEAF, Trees

FOLDS = 5
PROMISED = ("clean", "branded", "graphics")  # the kinds whose rates the default threshold keeps
GRAPHIC_WEIGHT = 4.0  # of a candidate in a graphic beside one in a photo: graphics are few
BESIDE = 0.2  # weight of the logistic model beside the trees, before calibration
ALONE_THRESHOLD = 0.0947  # of the logistic model, when it decided alone
SUBSETS = (0, 100)  # numbers of distractors of which further copies of the photos are made
TREES = HistGradientBoostingClassifier(
    learning_rate=0.06,
    max_iter=160,
    max_leaf_nodes=12,
    min_samples_leaf=40,
    l2_regularization=5.0,
    early_stopping=False,
    random_state=0,
)
RISING = {
    ALONE, "alignment.agreement", "alignment.weakest", "alignment.coverage", "alignment.likeness",
    "alignment.likeness_gap", "alignment.cosine", "alignment.cosine_gap", "sift.inliers",
    "sift.spread", "embedding.cosine", "embedding.likeness", "words.reading", "words.share",
    "words.rarity", "context.reads_as", "second_look.same_sign",
}  # fmt: skip
FALLING = {"alignment.unexplained", "words.edits", "context.letters_beyond", "context.marks"}
SENSE = [int(name in RISING) - int(name in FALLING) for name in INPUTS]
Mask = NDArray[np.bool_]


def main() -> None:
    """Measure all candidates, print figures of held-out photos, and write the trees."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--distractors", type=Path, required=True, help="a source of marks")
    parser.add_argument("--graphics", type=Path, help="a folder of drawn graphics")
    parser.add_argument("--rendered", type=int, default=360, help="drawn scenes of distractors")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--step", type=int, default=1)
    parser.add_argument("--out", type=Path, help="a JSON of the figures of held-out photos")
    options = parser.parse_args()
    data = data_folder(options.data)
    shown = photos_of(data, options.graphics, options.step)
    known = {photo.mark for photo in shown}
    with index_of(data / "logos" / "references", options.distractors) as index:
        scenes = rendered_photos(index, index.parent, options.rendered, known)
        table = measure_candidates([*shown, *scenes], index, options.jobs)
    fit_and_write(table, options.out)


def fit_and_write(table: CandidateTable, out: Path | None) -> None:
    """Fit on everything; take calibration, threshold and figures from held-out photos."""
    every = with_copies(table)
    held_out = cross_scores(every) + BESIDE * every.alone
    scale, shift = calibration(every, held_out)
    scores = scale * held_out + shift
    kinds = figures_of(every, scores, 0.0)["kinds"]
    promised = max(kinds[kind]["threshold at rate"] for kind in PROMISED)
    threshold = max(promised, 0.0)  # a review means: more likely than not
    before = log_odds_of(ALONE_THRESHOLD)
    found = {
        "evidence alone": figures_of(every, every.alone, before),
        "with context": figures_of(every, scores, threshold),
    }
    for title, figures in found.items():
        print_figures(title, figures)
    if out:
        out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    trees = shifted(trees_of(fitted(every, np.ones(len(every.mark), bool))), scale, shift)
    model = json.loads(MODEL.read_text(encoding="utf-8"))
    model["threshold"] = round(probability(threshold), 4)
    model["context"] = {
        "inputs": list(INPUTS),
        "trees": rounded(trees),
        "alone": round(scale * BESIDE, 5),
    }
    MODEL.write_text(json.dumps(model) + "\n", encoding="utf-8")


def with_copies(table: CandidateTable, subsets: tuple[int, ...] = SUBSETS) -> CandidateTable:
    """The photos, labelled ones again without their mark, and all again beside fewer marks."""
    shown = np.zeros(len(table.marks), bool)
    shown[table.labels[(table.labels >= 0) & ~table.rendered]] = True
    others = np.random.default_rng(0).permutation(np.flatnonzero(~shown))
    every = with_branded(table)
    for count in subsets:
        few = shown.copy()
        few[others[:count]] = True
        real = few[table.mark] & ~table.rendered[table.photo]
        part = table.taken(real, table.labels)
        part.values[:, INPUTS.index("context.marks")] = few.sum()
        every = every.joined(with_branded(part))
    return every


def with_branded(table: CandidateTable) -> CandidateTable:
    """The photos, and the labelled ones again without the mark that they show."""
    labelled = (table.labels >= 0) & ~table.rendered
    without = table.taken(
        labelled[table.photo] & (table.labels[table.photo] != table.mark),
        np.where(labelled, BRANDED, 0),
    )
    rows = np.cumsum(labelled) - 1
    branded = CandidateTable(
        table.marks,
        without.labels[labelled],
        table.source[labelled],
        table.rendered[labelled],
        rows[without.photo],
        without.mark,
        without.values,
    )
    return table.joined(branded)


def fitted(table: CandidateTable, usable: Mask) -> HistGradientBoostingClassifier:
    """The trees fitted to usable candidates (N,).

    Each mark counts in a photo by its best pose: fitted twice, the second time with the poses that
    the first prefers.
    """
    right = table.labels[table.photo] == table.mark
    weights = np.where(table.labels[table.photo] == GRAPHIC, GRAPHIC_WEIGHT, 1.0)
    chosen = usable
    for _ in range(2):
        model = HistGradientBoostingClassifier(**TREES.get_params())
        model.set_params(monotonic_cst=SENSE)
        model.fit(table.values[chosen], right[chosen], sample_weight=weights[chosen])
        scores = model.decision_function(table.values)
        chosen = usable & (scores >= table.best(scores)[table.photo, table.mark])
    return model


def cross_scores(table: CandidateTable) -> Matrix:
    """(N,) log-odds of each candidate by trees that saw neither its photo nor its photo's brand."""
    own = table.labels[table.source]  # of copies without the mark: the brand all the same
    fold = np.where(own >= 0, own, table.source) % FOLDS
    shown = np.isin(np.arange(len(table.marks)), own[own >= 0])
    mark_fold = np.where(shown, np.arange(len(table.marks)) % FOLDS, -1)
    scores = np.empty(len(table.mark))
    for number in range(FOLDS):
        usable = (fold[table.photo] != number) & (mark_fold[table.mark] != number)
        model = fitted(table, usable)
        held = fold[table.photo] == number
        scores[held] = model.decision_function(table.values[held])
    return scores


def calibration(table: CandidateTable, scores: Matrix) -> tuple[float, float]:
    """Scale and shift that make held-out log-odds probabilities (Platt 1999)."""
    chosen = scores >= table.best(scores)[table.photo, table.mark]
    chosen &= ~table.rendered[table.photo]
    right = table.labels[table.photo] == table.mark
    model = LogisticRegression(C=1e6).fit(scores[chosen, None], right[chosen])
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def trees_of(model: HistGradientBoostingClassifier) -> Trees:
    """The fitted trees as plain arrays."""
    nodes = [predictors[0].nodes for predictors in model._predictors]
    most = max(map(len, nodes))

    def column(name: str, kind: type, empty: float = 0) -> NDArray[Any]:
        rows: NDArray[Any] = np.full((len(nodes), most), empty, kind)
        for row, tree in enumerate(nodes):
            rows[row, : len(tree)] = tree[name]
        return rows

    leaf = column("is_leaf", np.bool_, 1)
    shrinkage = np.where(leaf, 1.0, TREES.learning_rate)  # scikit-learn shrinks leaves only
    return Trees(
        np.where(leaf, LEAF, column("feature_idx", np.int16)).astype(np.int16),
        column("num_threshold", np.float32),
        column("missing_go_to_left", np.bool_),
        column("left", np.int16),
        column("right", np.int16),
        (column("value", np.float64) * shrinkage).astype(np.float32),
        float(model._baseline_prediction[0, 0]),
    )


def shifted(trees: Trees, scale: float, shift: float) -> Trees:
    """Trees whose sum is `scale` times the former one and `shift`."""
    lists = trees.to_lists()
    value = (scale * trees.value).tolist()
    return Trees.of({**lists, "value": value, "start": scale * trees.start + shift})


def rounded(trees: Trees) -> dict[str, object]:
    """The arrays as lists with as many digits as matter."""
    lists = trees.to_lists()
    for name in ("threshold", "value"):
        lists[name] = [[float(f"{value:.6g}") for value in row] for row in lists[name]]
    return lists


if __name__ == "__main__":
    main()
