"""Poses are fitted to matches of which few are right."""

from __future__ import annotations

import numpy as np
import pytest

from detector import geometry
from detector.channels.keypoint_poses import fitted_pose

POSE = np.array([[1.2, 0.2, 50], [-0.2, 1.1, 90], [1e-4, 2e-4, 1]])


def matches(seed: int, right: int, wrong: int) -> tuple[np.ndarray, np.ndarray]:
    """Keypoints (N, 4) of a view and a photo; the clearest third of the order is mostly right."""
    random = np.random.default_rng(seed)
    count = right + wrong
    source, target = random.uniform(0, 256, (count, 2)), random.uniform(0, 400, (count, 2))
    target[:right] = geometry.project(POSE, source[:right]) + random.normal(0, 0.5, (right, 2))
    clear = np.where(np.arange(count) < right, random.normal(0.65, 0.1, count), 0.75)
    order = np.argsort(clear + random.normal(0, 0.05, count))
    frames = np.tile(np.array([8, 0]), (count, 1))
    both = (np.column_stack([points, frames])[order] for points in (source, target))
    view, photo = (points.astype(np.float32) for points in both)
    return view, photo


@pytest.mark.parametrize("seed", range(6))
def test_few_right_matches_are_found_among_many(seed):
    """A sampler that draws from all alike misses them in most orders: 18 of 120."""
    pose = fitted_pose(*matches(seed, right=18, wrong=102), tolerance=3.0)
    assert pose is not None
    corners = np.array([[20.0, 20], [230, 20], [230, 230], [20, 230]])
    off = np.linalg.norm(geometry.project(pose, corners) - geometry.project(POSE, corners), axis=1)
    assert off.max() < 5


def test_the_same_matches_give_the_same_pose():
    pairs = matches(3, right=9, wrong=20)
    first, again = fitted_pose(*pairs, 3.0), fitted_pose(*pairs, 3.0)
    assert first is not None
    assert np.array_equal(first, again)
