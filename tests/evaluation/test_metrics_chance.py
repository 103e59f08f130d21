"""Intervals and significance: what is luck, and what is not."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.evaluation.metrics.calibration import brier_statistic, error_statistic
from detector.evaluation.metrics.detection import recall_statistic
from detector.evaluation.metrics.identification import right_within, top_statistic
from detector.evaluation.metrics.intervals import groups_of, interval_of, resampled, wilson_of
from detector.evaluation.metrics.significance import mcnemar
from detector.evaluation.metrics.tables import table_of
from detector.evaluation.metrics.weighted import mean_statistic
from tests.evaluation.outcomes import drawn, outcome

STATISTICS = [
    lambda table: recall_statistic(table, 0.1),
    lambda table: top_statistic(table, 1),
    error_statistic,
    brier_statistic,
]


def flags(*numbers):
    return np.array(numbers, bool)


# Intervals


def test_photos_are_drawn_with_their_first_mark():
    outcomes = [outcome(["b"]), outcome(), outcome(["a", "b"]), outcome(["b", "a"])]
    assert groups_of(outcomes).tolist() == [0, -1, 1, 0]


def test_each_resample_draws_as_many_brands_and_negatives_as_there_are():
    groups = np.array([0, -1, 0, 1, -1, 1, -1])  # brands of two photos each

    def negatives(weights):
        return float(weights[groups < 0].sum())

    def photos(weights):
        return float(weights.sum())

    assert set(resampled(negatives, groups, resamples=50)) == {3.0}
    assert set(resampled(photos, groups, resamples=50)) == {7.0}


def test_a_brand_is_drawn_whole_and_its_photos_within_it():
    groups = np.repeat([0, 1, 2], [1, 5, 30])
    drawn_of_each = [
        resampled(lambda weights, g=g: float(weights[groups == g].sum()), groups, resamples=300)
        for g in range(3)
    ]
    for size, counts in zip([1, 5, 30], drawn_of_each, strict=True):
        assert set(counts / size) == {0.0, 1.0, 2.0, 3.0}
    first_photo = resampled(lambda weights: float(weights[6]), groups, resamples=300)
    assert first_photo.mean() == pytest.approx(1, abs=0.25)
    assert len(set(first_photo)) > 3


def test_photos_of_few_brands_say_less_than_as_many_photos_of_many():
    right = np.repeat(np.arange(40) % 2, 25).astype(float)  # whole brands are right or wrong
    statistic = mean_statistic(right, np.arange(1000))
    by_brand = interval_of(statistic, np.repeat(np.arange(40), 25), trials=1000, resamples=300)
    by_photo = interval_of(statistic, np.arange(1000), trials=1000, resamples=300)
    assert by_brand.high - by_brand.low > 3 * (by_photo.high - by_photo.low)


def test_an_interval_covers_as_often_as_it_says():
    truth, covered = 0.7, 0
    for seed in range(100):
        right = (np.random.default_rng(seed).random(60) < truth).astype(float)
        found = interval_of(
            mean_statistic(right, np.arange(60)),
            np.full(60, -1),
            trials=60,
            resamples=200,
            seed=seed,
        )
        covered += found.low <= truth <= found.high
    assert 88 <= covered <= 99


@settings(max_examples=20)
@given(st.integers(0, 999), st.sampled_from(STATISTICS))
def test_an_interval_holds_the_figure(seed, make):
    outcomes, marks = drawn(seed, photos=30, marks=4)
    found = interval_of(
        make(table_of(outcomes, marks)), groups_of(outcomes), trials=60, resamples=40
    )
    assert found.low <= found.value <= found.high
    assert found.low < found.high


@given(st.integers(1, 300), st.data())
def test_the_interval_of_wilson_holds_the_share_and_has_a_width(trials, data):
    hits = data.draw(st.integers(0, trials))
    low, high = wilson_of(hits / trials, trials)
    assert 0 <= low <= hits / trials <= high <= 1
    assert high - low > 0.5 / trials


@pytest.mark.parametrize(("hits", "low", "high"), [(6, 0.6097, 1.0), (0, 0.0, 0.3903)])
def test_all_right_of_six_is_not_certain(hits, low, high):
    right = (np.arange(6) < hits).astype(float)
    groups = np.repeat(np.arange(3), 2)
    found = interval_of(mean_statistic(right, np.arange(6)), groups, trials=6, resamples=50)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-3)


def test_an_interval_is_widened_to_hold_a_biased_figure():
    found = interval_of(
        lambda weights: float((weights > 0).mean()), np.full(50, -1), trials=50, resamples=50
    )
    assert found.value == found.high == 1
    assert found.low < 0.7  # about a third of the photos is left out of a resample


def test_one_seed_one_interval():
    outcomes, marks = drawn(1)
    statistic, groups = top_statistic(table_of(outcomes, marks), 1), groups_of(outcomes)
    first, second, other = (
        interval_of(statistic, groups, trials=60, resamples=100, seed=seed) for seed in (1, 1, 2)
    )
    assert first == second != other


@pytest.mark.parametrize("make", STATISTICS)
def test_an_interval_of_nothing_is_not_a_number(make):
    for outcomes in ([], [outcome()], [outcome(["a"])]):
        found = interval_of(
            make(table_of(outcomes, ["a"])), groups_of(outcomes), trials=60, resamples=5
        )
        known = not math.isnan(found.value)
        assert math.isnan(found.low) != known
        assert math.isnan(found.high) != known


# Significance


@pytest.mark.parametrize(
    ("only_first", "only_second", "p"),
    [(5, 0, 2 / 32), (0, 5, 2 / 32), (1, 1, 1.0), (3, 1, 2 * 5 / 16), (0, 0, 1.0)],
)
def test_mcnemar_by_hand(only_first, only_second, p):
    first = flags(*[1] * only_first, *[0] * only_second, 1, 0)
    second = flags(*[0] * only_first, *[1] * only_second, 1, 0)
    found = mcnemar(first, second)
    assert (found.only_first, found.only_second) == (only_first, only_second)
    assert found.cases == only_first + only_second + 2
    assert found.p == pytest.approx(p)


def test_mcnemar_of_nothing_is_not_a_number_and_of_unlike_lengths_an_error():
    assert math.isnan(mcnemar(flags(), flags()).p)
    with pytest.raises(ValueError, match="paired"):
        mcnemar(flags(1), flags())


def test_a_better_method_is_told_from_a_lucky_one():
    good, marks = drawn(1, photos=150, likeness=0.6)
    bad, _ = drawn(1, photos=150, likeness=0.1)
    tables = [table_of(outcomes, marks) for outcomes in (good, bad)]
    shown = tables[0].positives
    assert mcnemar(*(right_within(table, 1)[shown] for table in tables)).p < 0.001
