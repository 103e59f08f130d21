"""Localisation, splits and cuts against figures done by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from detector.evaluation.metrics.localisation import (
    centre_statistic,
    hits_of,
    localise,
    map50_statistic,
)
from detector.evaluation.metrics.splits import (
    by_kind,
    by_size,
    by_source,
    open_set_folds,
    size_of,
)
from detector.evaluation.metrics.to_json import to_json
from detector.evaluation.records import Truth
from tests.evaluation.outcomes import drawn, outcome

BOX = (0.0, 0.0, 10.0, 10.0)
HALF = (0.0, 0.0, 10.0, 5.0)  # overlap .5
THIRD = (5.0, 0.0, 15.0, 10.0)  # overlap 1/3, centre on the border
AWAY = (20.0, 20.0, 30.0, 30.0)


# Localisation


@pytest.mark.parametrize(
    ("box", "overlap", "inside"),
    [(BOX, 1, True), (HALF, 0.5, True), (THIRD, 1 / 3, True), (AWAY, 0, False), (None, 0, False)],
)
def test_a_box_against_the_truth(box, overlap, inside):
    found = localise([outcome([("a", BOX)], [("a", 0.9, box)])], ["a"], 0.5)
    assert found.median_overlap == found.mean_overlap == pytest.approx(overlap)
    assert found.centre_inside == inside
    assert found.map50 == (overlap >= 0.5)


def test_of_several_boxes_the_one_that_overlaps_most_counts():
    shown = [("a", AWAY), ("a", BOX), ("b", HALF)]
    hits = hits_of([outcome(shown, [("a", 0.9, HALF)])], ["a", "b"], 0.5)
    assert hits.overlaps.tolist() == [0.5]


@pytest.mark.parametrize(
    ("place", "counts"),
    [
        (BOX, True),
        (AWAY, False),
        ((19.0, 19.0, 31.0, 31.0), False),
        ((50.0, 50.0, 60.0, 60.0), True),
    ],
)
def test_an_answer_on_a_crowd_is_neither_right_nor_wrong(place, counts):
    """The crowd lies at 20 to 30, the truth at 0 to 10; as COCO judges."""
    photo = outcome([("a", BOX)], [("a", 0.9, place)])
    photo = replace(photo, photo=replace(photo.photo, ignored=(Truth("a", AWAY),)))
    assert len(hits_of([photo], ["a"], 0.5).photos) == counts
    other = outcome([("a", BOX)], [("a", 0.8, BOX)])
    precision = map50_statistic([photo, other], ["a"])(np.ones(2))
    right = place == BOX
    assert precision == pytest.approx(1.0 if right else 0.5 if not counts else 0.25)


@pytest.mark.parametrize("crowd", [AWAY, None])
def test_a_mark_in_a_crowd_alone_has_no_answer_that_counts(crowd):
    photo = outcome([("a", BOX)], [("a", 0.9, BOX)]).photo
    photo = replace(photo, ignored=(Truth("b", crowd), Truth("a", AWAY)))
    assert photo.uncounted == {"b"}


def test_the_size_of_a_turned_mark_is_that_of_its_outline():
    outline = ((50.0, 0.0), (100.0, 50.0), (50.0, 100.0), (0.0, 50.0))
    assert size_of(Truth("a", (0, 0, 100, 100))) == "64-128"
    assert size_of(Truth("a", (0, 0, 100, 100), outline)) == "64-128"
    assert (
        size_of(Truth("a", (0, 0, 80, 80), tuple((x * 0.8, y * 0.8) for x, y in outline)))
        == "32-64"
    )


def test_what_is_no_hit():
    outcomes = [
        outcome([("a", BOX)], [("a", 0.5, BOX)]),  # not above the threshold
        outcome(["a"], [("a", 0.9, BOX)]),  # the dataset does not say where
        outcome([("a", BOX)], [("b", 0.9, BOX)]),  # a mark that is not there
        outcome([("c", BOX)], [("c", 0.9, BOX)]),  # a mark that is not asked for
        outcome([], [("a", 0.9, BOX)]),
    ]
    assert localise(outcomes, ["a", "b"], 0.5).hits == 0


def test_median_and_centres_of_several_hits():
    boxes = [BOX, AWAY, HALF]
    outcomes = [outcome([("a", BOX)], [("a", 0.9, box)]) for box in boxes]
    found = localise(outcomes, ["a"], 0.0)
    assert (found.hits, found.median_overlap) == (3, 0.5)
    assert found.centre_inside == pytest.approx(2 / 3)
    assert centre_statistic(hits_of(outcomes, ["a"], 0.0))(np.array([1.0, 3, 0])) == 0.25


def test_mean_average_precision_by_hand():
    outcomes = [
        outcome([("a", BOX)], [("a", 0.9, BOX)]),  # right: precision 1, recall 1/4
        outcome([], [("a", 0.8, BOX)]),  # wrong: no such mark
        outcome([("a", BOX)], [("a", 0.7, AWAY)]),  # wrong place
        outcome([("a", BOX)], [("a", 0.6, HALF)]),  # right: precision 2/4, recall 2/4
        outcome([("a", BOX)], [("a", 0.5, BOX)]),  # right: precision 3/5, recall 3/4
    ]
    envelope = [1, 3 / 5, 3 / 5]  # precision never falls below a later one
    assert localise(outcomes, ["a"], 0.0).map50 == pytest.approx(sum(envelope) / 4)
    ones = np.ones(5)
    two_marks = [*outcomes[1:4], outcome([("b", BOX)], [("b", 0.1, BOX)])]
    assert map50_statistic(two_marks, ["a", "b", "unseen"])(ones[:4]) == pytest.approx(
        ((1 / 3) / 2 + 1) / 2
    )


def test_equal_scores_are_one_step_whatever_their_order():
    right, wrong = outcome([("a", BOX)], [("a", 0.5, BOX)]), outcome([], [("a", 0.5, BOX)])
    assert localise([right, wrong], ["a"], 0).map50 == 0.5
    assert localise([wrong, right], ["a"], 0).map50 == 0.5


def test_a_second_truth_of_the_same_mark_is_missed():
    outcomes = [outcome([("a", BOX), ("a", AWAY)], [("a", 0.9, BOX)])]
    assert localise(outcomes, ["a"], 0).map50 == 0.5


def test_a_photo_that_does_not_say_where_is_left_out():
    outcomes = [outcome([("a", BOX)], [("a", 0.5, BOX)]), outcome(["a"], [("a", 0.9, AWAY)])]
    assert localise(outcomes, ["a"], 0).map50 == 1


def test_weights_are_repeated_photos_for_places_too():
    rng, outcomes = np.random.default_rng(2), []
    for number in range(40):
        mark = "ab"[number % 2]
        box = tuple(float(one) for one in np.array(BOX) + rng.integers(0, 5))
        shown = [(mark, BOX)] if number % 4 else []
        outcomes.append(outcome(shown, [(mark, round(float(rng.random()), 1), box)]))
    weights = np.repeat(rng.integers(1, 4, 20), 2)  # both marks as often as each other
    repeated = [outcomes[n] for n in np.repeat(np.arange(40), weights)]
    one_mark = map50_statistic(outcomes, ["a"])(weights.astype(float))
    assert one_mark == pytest.approx(localise(repeated, ["a"], 0).map50)
    assert 0 < one_mark < 1


@pytest.mark.parametrize("outcomes", [[], [outcome()], [outcome(["a"], [("a", 0.9, BOX)])]])
def test_without_boxes_nothing_is_said_of_places(outcomes):
    found = localise(outcomes, ["a"], 0.5)
    assert found.hits == 0
    said = (found.median_overlap, found.mean_overlap, found.centre_inside, found.map50)
    assert all(math.isnan(one) for one in said)


def test_marks_never_answered_have_precision_nought():
    assert localise([outcome([("a", BOX)])], ["a"], 0.5).map50 == 0


# Splits


def test_every_mark_and_negative_is_held_out_once():
    outcomes, marks = drawn(0)
    folds = open_set_folds(outcomes, 3, seed=4)
    assert sorted(mark for fold in folds for mark in fold.marks) == marks
    assert np.sum([fold.photos for fold in folds], axis=0).tolist() == [1] * len(outcomes)
    for fold in folds:
        shown = {outcomes[n].photo.truths for n in np.flatnonzero(~fold.photos)}
        assert not {truth.mark for truths in shown for truth in truths} & set(fold.marks)


def test_a_photo_of_two_marks_is_on_no_side_but_the_held_out_one():
    outcomes = [outcome(["a", "b"]), outcome(["a"]), outcome(["b"])]
    for fold in open_set_folds(outcomes, 2):
        assert len(fold.marks) == 1
        assert fold.photos.tolist() == [True, fold.marks == ("a",), fold.marks == ("b",)]


def test_folds_are_seeded_and_do_not_depend_on_order():
    outcomes, _ = drawn(0, marks=12)
    folds = [fold.marks for fold in open_set_folds(outcomes, 4, seed=1)]
    assert [fold.marks for fold in open_set_folds(outcomes[::-1], 4, seed=1)] == folds
    assert [fold.marks for fold in open_set_folds(outcomes, 4, seed=2)] != folds


def test_folds_of_nothing_are_empty():
    assert [len(fold.photos) for fold in open_set_folds([], 2)] == [0, 0]


def named(cuts):
    return {cut.name: cut.photos.tolist() for cut in cuts}


def test_cuts_by_kind():
    outcomes = [outcome(["a"]), outcome(["b", "a"]), outcome(["c"]), outcome()]
    assert named(by_kind(outcomes, {"a": "logo", "b": "word"})) == {
        "kind logo": [True, True, False, False],
        "kind unknown": [False, False, True, False],
        "kind word": [False, True, False, False],
    }


def test_cuts_by_size_stand_in_order():
    sides = [200.0, 10.0, 64.0, 127.9]
    outcomes = [outcome([("a", (5.0, 5.0, 5 + side, 5 + side))]) for side in sides]
    found = named(by_size([*outcomes, outcome(["a"]), outcome()]))
    assert list(found) == ["size <32", "size 64-128", "size 128+", "size unknown"]
    assert found["size 64-128"] == [False, False, True, True, False, False]
    assert found["size unknown"] == [False, False, False, False, True, False]


@pytest.mark.parametrize(
    ("box", "size"),
    [
        ((0, 0, 31.9, 31.9), "<32"),
        ((0, 0, 32, 32), "32-64"),
        ((0, 0, 16, 256), "64-128"),  # root of the area, not the longest side
        ((0, 0, 128, 128), "128+"),
        ((10, 10, 5, 5), "<32"),
        (None, "unknown"),
    ],
)
def test_the_size_of_a_mark(box, size):
    assert size_of(Truth("a", box)) == size


def test_cuts_by_source_take_negatives_too():
    outcomes = [outcome(["a"], source="shelf"), outcome(source="shelf"), outcome()]
    assert named(by_source(outcomes)) == {
        "source shelf": [True, True, False],
        "source unknown": [False, False, True],
    }


def test_no_photos_give_no_cuts():
    assert by_source([]) == by_size([]) == by_kind([], {}) == ()


def test_cuts_and_folds_go_to_json():
    assert to_json(by_source([outcome()])[0]) == {"name": "source unknown", "photos": [True]}
    assert to_json(open_set_folds([outcome(["a"])], 1)[0]) == {"marks": ["a"], "photos": [True]}
