"""Thresholds proposed from clean photos and costs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.errors import UsageError
from detector.evaluation.thresholds import advise, share_threshold
from detector.scoring.policy import load_policy

scores = st.lists(st.floats(0, 0.999), min_size=1, max_size=300).map(np.array)


@given(scores, st.sampled_from([0.0, 0.001, 0.01, 0.2]))
def test_no_more_than_the_share_reaches_the_threshold(clean, share):
    assert (clean >= share_threshold(clean, share)).sum() <= share * len(clean)


@given(scores)
def test_the_policy_file_can_be_loaded_and_says_the_same(tmp_path_factory, clean):
    advice = advise(clean)
    path = tmp_path_factory.mktemp("policy") / "policy.toml"
    path.write_text(advice.policy(), encoding="utf-8")
    policy = load_policy(path)
    assert policy.review == pytest.approx(advice.review, abs=1e-4)
    assert policy.block == pytest.approx(advice.block, abs=1e-4)
    assert advice.review <= advice.block


def test_expected_numbers_are_shares_of_the_day():
    clean = np.array([0.9, 0.5, 0.3, *[0.0] * 997])
    advice = advise(clean, photos_a_day=20_000)
    assert advice.review_photos == 20 * (clean >= advice.review).sum()
    low, high = advice.review_interval
    assert low <= advice.review_photos <= high
    assert advice.block > 0.5


def test_costs_give_the_threshold_at_which_they_balance():
    advice = advise(np.zeros(100), miss=9.0, alarm=1.0)
    assert advice.review == pytest.approx(0.1)


@pytest.mark.parametrize("costs", [{"miss": 0.0, "alarm": 1.0}, {"miss": 1.0, "alarm": -1.0}])
def test_costs_must_be_positive(costs):
    with pytest.raises(UsageError, match="above 0"):
        advise(np.zeros(3), **costs)


def test_no_photos_no_advice():
    with pytest.raises(UsageError, match="no clean photo"):
        advise(np.zeros(0))
