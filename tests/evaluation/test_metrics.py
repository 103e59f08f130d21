"""Tables, identification, detection, retrieval and calibration against figures done by hand."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, brier_score_loss

from detector.evaluation.metrics.calibration import calibrate
from detector.evaluation.metrics.detection import curve_of, recall_at, recall_statistic
from detector.evaluation.metrics.identification import right_within, top_statistic
from detector.evaluation.metrics.intervals import Interval
from detector.evaluation.metrics.retrieval import retrieve
from detector.evaluation.metrics.tables import only, table_of
from detector.evaluation.metrics.to_json import to_json
from detector.evaluation.metrics.weighted import mean
from tests.evaluation.outcomes import drawn, from_arrays, outcome

NONE = -math.inf
scores = st.sampled_from([NONE, 0.0, 0.2, 0.4, 0.4, 0.6, 1.0])  # few values: many ties


@st.composite
def tables(draw):
    photos, marks = draw(st.integers(0, 12)), draw(st.integers(1, 4))
    cells = photos * marks
    filled = np.array(draw(st.lists(scores, min_size=cells, max_size=cells)), float)
    truth = np.array(draw(st.lists(st.booleans(), min_size=cells, max_size=cells)), bool)
    shape = (photos, marks)
    return table_of(*from_arrays(filled.reshape(shape), truth.reshape(shape)))


def table(scores, truth):
    return table_of(*from_arrays(scores, truth))


# Tables


def test_a_table_holds_the_best_score_and_what_is_there():
    made = table_of(
        [
            outcome(["a", "b"], [("a", 0.3), ("a", 0.9), ("other", 1.0)]),
            outcome([], [("b", math.nan)]),
            outcome(["other"], []),
        ],
        ["a", "b"],
    )
    assert made.scores.tolist() == [[0.9, NONE], [NONE, NONE], [NONE, NONE]]
    assert made.truth.tolist() == [[True, True], [False, False], [False, False]]
    assert made.negatives.tolist() == [False, True, False]
    assert made.positives.tolist() == [True, False, False]


def test_some_photos_of_a_table():
    made = only(table([[1, 2], [3, 4]], [[1, 0], [0, 0]]), np.array([False, True]))
    assert made.scores.tolist() == [[3, 4]]
    assert made.negatives.tolist() == [True]


def test_the_mean_leaves_out_what_is_not_known():
    assert mean(np.array([1.0, math.nan, 3.0]), np.array([3.0, 5.0, 1.0])) == 1.5
    assert math.isnan(mean(np.array([1.0]), np.array([0.0])))


# Identification


@pytest.mark.parametrize(
    ("row", "shown", "first", "fifth"),
    [
        ([0.9, 0.1, 0.0, 0.0, 0.0, 0.0], [0], True, True),
        ([0.5, 0.5, 0.0, 0.0, 0.0, 0.0], [0], False, True),  # a tie counts against us
        ([0.5, 0.5, 0.0, 0.0, 0.0, 0.0], [0, 1], True, True),  # both are right
        ([0.1, 0.2, 0.3, 0.9, 0.0, 0.0], [2, 3], True, True),  # any of them
        ([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], [0], False, False),  # sixth
        ([0.2, 0.1, 0.3, 0.4, 0.5, 0.6], [0], False, True),  # fifth
        ([0.1, 0.1, 0.3, 0.4, 0.5, 0.6], [0], False, False),  # fifth, but not strictly
        ([NONE] * 6, [0], False, False),
        ([NONE, 0.1] + [NONE] * 4, [0], False, False),
    ],
)
def test_the_first_answers(row, shown, first, fifth):
    made = table([row], [[number in shown for number in range(6)]])
    assert right_within(made, 1).tolist() == [first]
    assert right_within(made, 5).tolist() == [fifth]


def test_identification_is_over_photos_with_a_mark():
    made = table([[0.9, 0.1], [0.1, 0.9], [0.9, 0.9]], [[1, 0], [1, 0], [0, 0]])
    assert top_statistic(made, 1)(np.ones(3)) == 0.5
    assert top_statistic(made, 5)(np.ones(3)) == 1.0
    assert top_statistic(made, 1)(np.array([3.0, 1.0, 9.0])) == 0.75


# Detection


def alarms(*negatives, found):
    """One mark: photos that show it with the scores `found`, and clean photos."""
    rows = [*found, *negatives]
    return table([[one] for one in rows], [[n < len(found)] for n in range(len(rows))])


@pytest.mark.parametrize(
    ("rate", "threshold", "recall"),
    [
        (0.0, 0.9, 0.25),  # above the highest clean photo: only 1.0
        (0.25, 0.5, 0.5),  # one may be above; the two at .5 are tied, so neither is
        (0.5, 0.5, 0.5),  # two may be above, but the tie would make it three
        (0.75, 0.1, 0.75),
        (1.0, NONE, 0.75),  # every answered mark
    ],
)
def test_recall_at_a_rate(rate, threshold, recall):
    made = alarms(0.5, 0.9, 0.1, 0.5, found=[1.0, 0.6, 0.5, NONE])
    got = recall_at(made, rate)
    assert (got.threshold, got.recall) == (threshold, recall)
    assert got.false_positives <= rate
    assert (got.truths, got.negatives) == (4, 4)


def test_a_rate_that_so_few_negatives_cannot_resolve_is_told():
    made = alarms(*np.linspace(0, 0.99, 100), found=[1.0, 0.985])
    assert recall_at(made, 0.01).resolved
    assert recall_at(made, 0.01).recall == 1.0
    assert not recall_at(made, 0.001).resolved
    assert recall_at(made, 0.001).recall == 0.5


def test_a_rate_is_not_lost_to_rounding():
    assert 0.29 * 100 < 29
    made = alarms(*range(100), found=[70.5])
    assert recall_at(made, 0.29).threshold == 70


def test_each_truth_of_a_photo_counts_by_its_own_mark():
    made = table([[0.9, 0.2], [0.5, 0.4]], [[1, 1], [0, 0]])
    assert recall_at(made, 0.0).recall == 0.5


def test_recall_within_some_photos_keeps_the_threshold_of_all():
    made = alarms(0.5, found=[0.9, 0.1])
    within = np.array([False, True, False])
    assert recall_statistic(made, 0.0)(np.ones(3)) == 0.5
    assert recall_statistic(made, 0.0, within)(np.ones(3)) == 0.0


@settings(max_examples=50)
@given(tables(), st.floats(0, 1), st.floats(0, 1))
def test_recall_grows_with_the_rate(made, one, other):
    low, high = (recall_at(made, rate) for rate in sorted([one, other]))
    if made.negatives.any() and made.truth.any():
        assert low.recall <= high.recall
        assert low.false_positives <= low.rate + 1e-9
    else:
        assert math.isnan(high.recall)


@settings(max_examples=50)
@given(tables(), st.floats(0, 1), st.integers(0, 99))
def test_weights_are_repeated_photos(made, rate, seed):
    weights = np.random.default_rng(seed).integers(0, 4, len(made.scores))
    repeated = only(made, np.repeat(np.arange(len(weights)), weights))
    ones, weights = np.ones(weights.sum()), weights.astype(float)
    for make in (lambda t: recall_statistic(t, rate), lambda t: top_statistic(t, 1)):
        np.testing.assert_equal(make(made)(weights), make(repeated)(ones))


def test_the_curve_of_both_errors():
    curve = curve_of(alarms(0.5, 0.9, 0.1, 0.5, found=[1.0, 0.6, 0.5, NONE]))
    assert curve.thresholds.tolist() == [0.9, 0.5, 0.1, NONE]
    assert curve.false_positives.tolist() == [0, 0.25, 0.75, 1]
    assert curve.misses.tolist() == [0.75, 0.5, 0.25, 0.25]


def test_a_long_curve_keeps_its_ends_and_the_few_false_positives():
    rng = np.random.default_rng(0)
    curve = curve_of(alarms(*rng.random(5000), found=rng.random(300) + 0.5))
    assert 100 < len(curve.thresholds) <= 200
    assert curve.false_positives[:3].tolist() == [0, 1 / 5000, 2 / 5000]
    assert curve.false_positives[-1] == 1
    assert (np.diff(curve.misses) <= 0).all()


@settings(max_examples=50)
@given(tables())
def test_the_curve_passes_through_every_recall(made):
    curve = curve_of(made)
    for false_positives, missed in zip(curve.false_positives, curve.misses, strict=True):
        assert recall_at(made, false_positives).recall == pytest.approx(1 - missed)


# Retrieval


def test_a_ranking_by_hand():
    found = retrieve(table([[0.9], [0.8], [0.7], [0.6]], [[1], [0], [1], [0]]))
    assert found.mean_average_precision == pytest.approx((1 + 2 / 3) / 2)
    assert found.normalised_average_rank == pytest.approx((1 + 3 - 3) / (4 * 2))
    assert found.queries == 1


def test_photos_without_an_answer_come_last_together():
    found = retrieve(table([[0.9], [NONE], [NONE]], [[0], [1], [0]]))
    assert found.mean_average_precision == pytest.approx(1 / 3)
    assert found.normalised_average_rank == pytest.approx((2.5 - 1) / 3)


def test_a_mark_in_no_photo_is_no_query():
    found = retrieve(table([[0.9, 0.1], [0.2, 0.9]], [[1, 0], [0, 0]]))
    assert (found.queries, found.mean_average_precision) == (1, 1.0)
    assert found.normalised_average_rank == 0.0
    assert np.isnan(found.precisions).tolist() == [False, True]


@settings(max_examples=50)
@given(tables())
def test_average_precision_is_that_of_scikit_learn(made):
    found = retrieve(made)
    for column, precision in enumerate(found.precisions):
        truth = made.truth[:, column]
        if truth.any():
            shown = np.maximum(made.scores[:, column], -1)
            assert precision == pytest.approx(average_precision_score(truth, shown))
        else:
            assert math.isnan(precision)


@settings(max_examples=50)
@given(tables())
def test_a_perfect_ranking_has_rank_nought_and_the_reverse_is_its_mirror(made):
    perfect = retrieve(table(made.truth.astype(float), made.truth))
    worst = retrieve(table(-made.truth.astype(float), made.truth))
    shown = made.truth.any(axis=0)
    assert (perfect.ranks[shown] == 0).all()
    assert (perfect.precisions[shown] == 1).all()
    relevant = made.truth[:, shown].sum(axis=0)
    np.testing.assert_allclose(worst.ranks[shown], 1 - relevant / max(1, len(made.truth)))


def test_shuffled_labels_give_chance():
    outcomes, marks = drawn(3, photos=600, marks=4, likeness=0.5)
    made = table_of(outcomes, marks)
    assert retrieve(made).normalised_average_rank < 0.25
    shuffled = np.random.default_rng(3).permutation(made.truth)
    lost = retrieve(table(made.scores, shuffled))
    chance = (1 - made.truth.mean()) / 2  # half of the photos that do not show the mark
    assert lost.normalised_average_rank == pytest.approx(chance, abs=0.03)
    top1 = top_statistic(table(made.scores, shuffled), 1)
    assert top1(np.ones(600)) == pytest.approx(0.25, abs=0.06)


# Calibration


def test_the_reliability_diagram_by_hand():
    made = table(
        [[0.9, 0.1], [1.0, 0.3], [0.2, 0.95], [0.35, 0.3], [NONE, NONE]],
        [[1, 0], [0, 0], [0, 1], [0, 1], [1, 0]],
    )
    found = calibrate(made)
    assert found.counts.tolist() == [0, 0, 0, 1, 0, 0, 0, 0, 0, 3]
    assert found.confidence[[3, 9]] == pytest.approx([0.35, 2.85 / 3])
    assert found.accuracy[[3, 9]] == pytest.approx([0, 2 / 3])
    assert found.error == pytest.approx((0.35 + (2.85 - 2)) / 4)
    assert found.brier == pytest.approx((0.01 + 1 + 0.0025 + 0.1225) / 4)
    assert found.answers == 4


def test_a_tie_with_a_wrong_mark_is_wrong():
    assert calibrate(table([[0.6, 0.6]], [[1, 0]])).accuracy[6] == 0


def test_the_brier_score_is_that_of_scikit_learn():
    made = table_of(*drawn(5))
    said, right = made.scores.max(axis=1), right_within(made, 1)
    answered = said > NONE
    expected = brier_score_loss(right[answered], said[answered])
    assert calibrate(made).brier == pytest.approx(expected)


def test_calibrated_answers_have_a_small_error_and_boastful_ones_a_large_one():
    rng = np.random.default_rng(1)
    said = rng.random(5_000)
    right = rng.random(5_000) < said
    assert calibrate(table(said[:, None], right[:, None])).error < 0.03
    assert calibrate(table(np.sqrt(said)[:, None], right[:, None])).error > 0.1


@pytest.mark.parametrize("score", [-0.1, 1.1, math.inf])
def test_scores_that_are_no_probabilities_are_refused(score):
    with pytest.raises(ValueError, match="probabilities"):
        calibrate(table([[score]], [[1]]))


# Nothing to say


@pytest.mark.parametrize(
    ("rows", "truth"),
    [
        (np.empty((0, 2)), np.empty((0, 2))),
        (np.empty((0, 0)), np.empty((0, 0))),
        (np.empty((3, 0)), np.empty((3, 0))),
        ([[0.5, NONE]], [[0, 0]]),  # no positives
    ],
)
def test_without_positives_a_figure_is_not_a_number(rows, truth):
    made = table(rows, truth)
    assert math.isnan(top_statistic(made, 1)(np.ones(len(rows))))
    assert math.isnan(recall_at(made, 0.01).recall)
    assert len(curve_of(made).misses) == 0
    assert math.isnan(retrieve(made).mean_average_precision)
    assert math.isnan(retrieve(made).normalised_average_rank)


def test_without_negatives_there_is_no_threshold():
    got = recall_at(table([[0.5]], [[1]]), 0.01)
    assert math.isnan(got.threshold)
    assert math.isnan(got.recall)
    assert math.isnan(got.false_positives)
    assert not got.resolved


def test_without_answers_there_is_no_calibration():
    found = calibrate(table([[NONE]], [[1]]))
    assert math.isnan(found.error)
    assert math.isnan(found.brier)
    assert found.counts.sum() == 0


# JSON


def test_figures_go_to_json_and_back():
    made = table_of(*drawn(7))
    curve, recall = curve_of(made), recall_at(made, 1.0)
    for figures in (recall, curve, retrieve(made), calibrate(made)):
        plain = to_json(figures)
        assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert to_json(recall)["threshold"] is None  # minus infinity
    assert to_json(curve)["misses"] == curve.misses.tolist()
    assert to_json(retrieve(made))["marks"] == list(made.marks)


def test_figures_within_figures_go_to_json_too():
    inner = Interval(0.5, 0.25, 0.75)
    outer = Interval(inner, math.nan, np.float64(1))
    assert to_json(outer) == {"value": to_json(inner), "low": None, "high": 1.0}
    with pytest.raises(TypeError, match="set has no place"):
        to_json(Interval({1}, 0.0, 0.0))
