"""The judge: agreement where the mark is, little elsewhere, and poses brought home."""

from __future__ import annotations

import numpy as np
import pytest

from detector import geometry
from detector.marks.views import derive_views
from detector.records import Picture
from detector.settings import AlignmentSettings
from detector.verification import edge_fields, edge_measures
from detector.verification import pose_refinement as alignment
from tests import scenes

SETTINGS = AlignmentSettings()


@pytest.fixture(scope="module")
def view():
    return derive_views("shield", "a.png", scenes.emblem())[0]


def judged(view, photo, pose):
    edges, own = alignment.describe(Picture(photo), SETTINGS), grid(view)
    stack = alignment.ViewStack.of([own], SETTINGS.thinning)
    (refined,), _ = alignment.refine(edges, stack, pose[None], SETTINGS.rounds)
    return refined, edge_measures.measure_edges(edges, own, refined)


def grid(view):
    height, width = view.pixels.shape[:2]
    return edge_fields.edge_grid(
        edge_fields.describe_view(view, SETTINGS), (width, height), SETTINGS
    )


def true_pose(view, turn=0.0):
    height, width = view.pixels.shape[:2]
    scale = 180 / max(width, height)
    middle = scenes.pose(0, 0, scale, turn) @ np.array([width / 2, height / 2, 1])
    return scenes.pose(224 - middle[0], 224 - middle[1], scale, turn), (width, height)


@pytest.mark.parametrize("turn", [0.0, 25.0, 140.0])
@pytest.mark.parametrize("inverted", [False, True])
def test_mark_under_its_pose_agrees_whatever_turn_and_polarity(view, turn, inverted):
    pose, _ = true_pose(view, turn)
    mark = 255 - view.pixels if inverted else view.pixels
    photo = scenes.laid(np.full((448, 448, 3), 120, np.uint8), mark, pose)
    _, measures = judged(view, photo, pose)
    assert measures.agreement > 0.7
    assert measures.coverage > 0.8


def test_other_mark_and_background_agree_little(view):
    pose, _ = true_pose(view)
    other = derive_views("ring", "b.png", scenes.ring())[0]
    own = judged(view, scenes.laid(scenes.ground(5), view.pixels, pose), pose)[1].agreement
    for photo in (scenes.ground(5), scenes.laid(scenes.ground(5), other.pixels, pose)):
        assert judged(view, photo, pose)[1].agreement < own - 0.25


def test_a_pose_that_is_a_little_off_is_brought_home(view):
    pose, size = true_pose(view)
    photo = scenes.laid(scenes.ground(6), view.pixels, pose)
    off = np.array([[1, 0, 13], [0, 1, -12], [0, 0, 1.0]]) @ pose
    found, measures = judged(view, photo, off)
    middle = np.array([[size[0] / 2, size[1] / 2]])
    gap = np.abs(geometry.project(found, middle) - geometry.project(pose, middle)).max()
    assert gap < 6
    assert measures.agreement > 0.6


def test_hidden_part_lowers_coverage_and_additions_are_unexplained(view):
    pose, _ = true_pose(view)
    photo = scenes.laid(scenes.ground(7), view.pixels, pose)
    whole = judged(view, photo, pose)[1]
    hidden = photo.copy()
    hidden[224:330, 110:340] = 128
    assert judged(view, hidden, pose)[1].coverage < whole.coverage - 0.15
    scribbled = photo.copy()
    for y in range(150, 300, 20):
        scribbled[y : y + 5, 140:308] = (250, 0, 250)
    assert judged(view, scribbled, pose)[1].unexplained > whole.unexplained + 0.1


def test_colour_tells_polarity(view):
    pose, _ = true_pose(view)
    photo = scenes.laid(scenes.ground(8), view.pixels, pose)
    features = grid(view)
    for picture, least in ((photo, 0.9), (255 - photo, -1.0)):
        edges = alignment.describe(Picture(picture), SETTINGS)
        assert least < alignment.colour_correlation(edges, features, pose) < least + 0.1
