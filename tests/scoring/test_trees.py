"""Trees as plain arrays give what scikit-learn's model gives, and say which column spoke."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from detector.scoring.trees import LEAF, Trees

STUMP = {
    "feature": [[1, LEAF, LEAF], [0, LEAF, LEAF]],
    "threshold": [[0.5, 0, 0], [2.0, 0, 0]],
    "missing_left": [[True, False, False], [False, False, False]],
    "left": [[1, 0, 0], [1, 0, 0]],
    "right": [[2, 0, 0], [2, 0, 0]],
    "value": [[0.0, -1.0, 3.0], [0.25, 0.0, 0.5]],
    "start": -2.0,
}


@pytest.mark.parametrize(
    ("row", "total"),
    [
        ((2.0, 0.5), -2 - 1 + 0),  # values up to the threshold go left
        ((2.1, 0.6), -2 + 3 + 0.5),
        ((np.nan, np.nan), -2 - 1 + 0.5),  # a missing value goes its own way in each tree
    ],
)
def test_a_row_ends_in_one_leaf_of_every_tree(row, total):
    trees = Trees.of(STUMP)
    assert trees.sums(np.array([row], np.float32)) == pytest.approx([total])


def test_rows_are_independent_of_one_another():
    trees, random = Trees.of(STUMP), np.random.default_rng(0)
    rows = random.normal(1, 1, (40, 2)).astype(np.float32)
    single = [trees.sums(row[None])[0] for row in rows]
    np.testing.assert_array_equal(trees.sums(rows), single)
    assert len(trees.sums(rows[:0])) == 0


def test_contributions_of_columns_make_up_the_sum():
    trees = Trees.of(STUMP)
    row = np.array([3.0, 1.0], np.float32)
    given = trees.contributions(row)
    np.testing.assert_allclose(given, [0.25, 3.0])
    roots = float(trees.value[:, 0].sum())
    assert trees.start + roots + given.sum() == pytest.approx(trees.sums(row[None])[0])


def test_json_keeps_every_digit():
    trees = Trees.of(STUMP)
    again = Trees.of(json.loads(json.dumps(trees.to_lists())))
    assert again.to_lists() == trees.to_lists()


def test_fitted_trees_score_as_the_library_does():
    from tools.fit_context import trees_of

    random = np.random.default_rng(1)
    values = random.normal(0, 1, (600, 3)).astype(np.float32)
    values[random.random(values.shape) < 0.2] = np.nan
    right = np.nan_to_num(values[:, 0]) + np.nan_to_num(values[:, 1], nan=1.0) > 0.5
    model = HistGradientBoostingClassifier(learning_rate=0.06, max_iter=20, random_state=0)
    model.fit(values, right)
    trees = trees_of(model)
    np.testing.assert_allclose(trees.sums(values), model.decision_function(values), atol=1e-4)
