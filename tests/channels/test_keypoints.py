"""Which keypoints of a picture are kept."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from detector.channels.keypoints import KeypointChannel, spread_evenly
from detector.records import Picture
from detector.settings import KeypointSettings

MOST = 120


def dots() -> np.ndarray:
    """A regular pattern: every keypoint is as strong as the next."""
    y, x = np.mgrid[:480, :480]
    grey = np.where(np.hypot(x % 24 - 12, y % 24 - 12) < 6, 30, 220).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)


def kept(feature, pixels, most=MOST) -> np.ndarray:
    settings = KeypointSettings(feature=feature, photo_side=480, photo_points=most)
    return KeypointChannel(settings).describe(Picture(pixels)).frames


@pytest.mark.parametrize("feature", ["sift", "orb"])
def test_the_number_of_keypoints_is_a_limit_and_all_quarters_have_some(feature):
    frames = kept(feature, dots())
    assert len(frames) == MOST
    quarters = (frames[:, :2] > 240) @ [1, 2]
    assert np.bincount(quarters, minlength=4).min() >= MOST // 8


def test_a_keypoint_counts_less_the_more_stronger_ones_lie_beside_it():
    """One of four times weaker ones far away comes before the seventeenth of a busy place."""
    frames = np.tile(np.array([30, 30, 5, 0], np.float32), (101, 1))
    frames[100, :2] = 400
    strength = np.r_[np.full(100, 4.0), 1.1]
    rows = spread_evenly(frames, strength, 20).tolist()
    assert 100 in rows[10:17]


def test_octaves_share_the_keypoints_of_a_place():
    frames = np.tile(np.array([30, 30, 5, 0], np.float32), (60, 1))
    frames[50:, 2] = 40
    strength = np.r_[np.full(50, 2.0), np.full(10, 1.0)]
    assert sum(row >= 50 for row in spread_evenly(frames, strength, 20).tolist()) >= 3


def test_of_one_place_the_strongest_come_first():
    random = np.random.default_rng(5)
    frames = np.column_stack([np.full((40, 2), 30), np.full(40, 5), np.zeros(40)])
    frames[0, :2] = 400
    strength = random.uniform(0, 1, 40)
    strength[0] = 0.01
    rows = spread_evenly(frames.astype(np.float32), strength, 39).tolist()
    assert sorted(rows[:3], key=lambda row: -strength[row]) == rows[:3]
    assert all(strength[a] >= strength[b] for a, b in pairwise(row for row in rows if row))


def test_fewer_keypoints_than_asked_for_are_all_kept():
    frames = np.random.default_rng(1).uniform(1, 300, (9, 4)).astype(np.float32)
    assert sorted(spread_evenly(frames, np.ones(9), 20).tolist()) == list(range(9))
