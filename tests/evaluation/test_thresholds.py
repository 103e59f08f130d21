"""Thresholds proposed from clean photos and costs."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.errors import UsageError
from detector.evaluation.thresholds import advise, needed, share_threshold
from detector.scoring.policy import Policy
from detector.scoring.policy_file import load_policy

scores = st.lists(st.floats(0, 0.999), min_size=1, max_size=300).map(np.array)
enough = st.lists(st.floats(0, 0.999), min_size=100, max_size=300).map(np.array)


@given(scores, st.sampled_from([0.0, 0.001, 0.01, 0.2]))
def test_no_more_than_the_share_reaches_the_threshold(clean, share):
    assert (clean >= share_threshold(clean, share)).sum() <= share * len(clean)


@given(enough)
def test_the_policy_file_can_be_loaded_and_says_the_same(tmp_path_factory, clean):
    advice = advise(clean)
    path = tmp_path_factory.mktemp("policy") / "policy.toml"
    path.write_text(advice.policy(), encoding="utf-8")
    policy = load_policy(path)
    assert policy.review == pytest.approx(advice.review, abs=1e-4)
    assert policy.block == pytest.approx(advice.block, abs=1e-4)
    assert Policy().block <= advice.block
    assert advice.review <= advice.block


def test_expected_numbers_are_shares_of_the_day():
    clean = np.array([0.9, 0.5, 0.3, *[0.0] * 997])
    advice = advise(clean, photos_a_day=20_000)
    assert advice.review_photos == 20 * (clean >= advice.review).sum()
    low, high = advice.review_interval
    assert low <= advice.review_photos <= high
    assert advice.block > 0.5


def test_the_policy_file_says_from_how_many_photos_and_with_which_interval():
    text = advise(np.linspace(0, 0.5, 200)).policy()
    assert "from 200 clean photos" in text
    assert "about 10 (1 to 36) would wait" in text
    assert "to hold up 0.1% needs 1,000 clean photos" in text
    assert tomllib.loads(text)["block"] == Policy().block
    assert "Not learned" not in advise(np.linspace(0, 0.5, 1000)).policy()


@given(enough, st.integers(0, 10**6))
def test_one_clean_photo_with_a_mark_does_not_set_the_policy(clean, at):
    """However sure its finding: the threshold is what the other photos allow."""
    spoilt = clean.copy()
    spoilt[at % len(clean)] = 1.0
    advice = advise(spoilt)
    assert advice.review <= max(share_threshold(clean, 0.0), 1e-4)
    assert advice.block < 1


@pytest.mark.parametrize("count", [1, 3, 99])
def test_too_few_photos_advise_nothing(count):
    with pytest.raises(UsageError, match=f"{count} were examined, 100 are needed") as caught:
        advise(np.zeros(count))
    assert "--negatives" not in caught.value.message
    assert caught.value.remedy


def test_a_threshold_that_finds_nothing_is_not_advised():
    with pytest.raises(UsageError, match="score as high as marks do") as caught:
        advise(np.array([1.0, 1.0, *[0.0] * 98]))
    assert "the mark may be in them" in caught.value.remedy


def test_a_share_needs_as_many_photos_as_let_one_through():
    assert [needed(share) for share in (0.01, 0.001, 0.29)] == [100, 1000, 4]


def test_costs_give_the_threshold_at_which_they_balance():
    advice = advise(np.zeros(3), miss=9.0, alarm=1.0)
    assert advice.review == pytest.approx(0.1)
    assert advice.block == Policy().block
    assert advise(np.zeros(3), miss=1.0, alarm=99.0).block == pytest.approx(0.99)


@pytest.mark.parametrize("costs", [{"miss": 0.0, "alarm": 1.0}, {"miss": 1.0, "alarm": -1.0}])
def test_costs_must_be_positive(costs):
    with pytest.raises(UsageError, match="above 0"):
        advise(np.zeros(3), **costs)


def test_no_photos_no_advice():
    with pytest.raises(UsageError, match="no clean photo"):
        advise(np.zeros(0))
