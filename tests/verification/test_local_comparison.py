"""The fine comparison: what is the same, what differs, and where."""

from dataclasses import replace

import numpy as np
import pytest

from detector import geometry
from detector.marks.views import derive_views
from detector.verification.local_comparison import compare_locally, local_ncc, rectified_pair
from tests import scenes

POSE = scenes.pose(90, 80, 0.5, 10)


@pytest.fixture(scope="module")
def view():
    return derive_views("v", "v.png", scenes.emblem_with_word())[0]


def seen(view, pixels):
    """The stack of a photo that shows `pixels` in place of the view's own."""
    return geometry.pyramid(scenes.laid(scenes.ground(3), pixels, POSE))


def test_the_same_sign_agrees_everywhere(view):
    _, same = compare_locally(seen(view, view.pixels), view, POSE)
    assert same.agreement > 0.9
    assert same.weakest > 0.6
    assert same.chroma > 0.9


def test_a_pose_that_is_a_little_off_is_mended(view):
    photo = seen(view, view.pixels)
    height, width = view.pixels.shape[:2]
    bent = np.array([[1.03, 0.01, -4], [-0.01, 0.98, 5], [0.00006, 0, 1]])
    mended, measures = compare_locally(photo, view, POSE @ bent)
    true = geometry.quad_of(POSE, (width, height))
    assert np.abs(geometry.quad_of(POSE @ bent, (width, height)) - true).max() > 3
    assert np.abs(geometry.quad_of(mended, (width, height)) - true).max() < 1.5
    assert measures.weakest > 0.6


def test_a_changed_part_is_found_and_located(view):
    changed = view.pixels.copy()
    height, width = changed.shape[:2]
    x0, y0 = round(0.1 * width), round(0.78 * height)
    changed[y0:, x0 : x0 + width // 4] = changed[y0:, x0 : x0 + width // 4][:, ::-1]
    photo = seen(view, changed)
    assert compare_locally(photo, view, POSE)[1].weakest < 0.5
    local, _, energy = local_ncc(*rectified_pair(photo, view, POSE))
    y, x = np.unravel_index(np.where(energy >= energy.mean(), local, 1).argmin(), local.shape)
    assert y > 0.7 * local.shape[0]
    assert x < 0.45 * local.shape[1]


def flat(colour):
    return np.full((300, 300, 3), colour, np.uint8)


@pytest.mark.parametrize("photo", [scenes.ground(3), flat(200)], ids=["drawn", "flat"])
def test_where_the_mark_has_no_edges_nothing_is_measured(photo):
    mark = derive_views("v", "v.png", flat((95, 37, 125)))[0]
    moved, measures = compare_locally(geometry.pyramid(photo), mark, POSE)
    assert measures.items() == []
    assert np.array_equal(moved, POSE)


def test_where_the_photo_has_no_edges_the_mark_is_not_there(view):
    moved, measures = compare_locally(geometry.pyramid(flat(200)), view, POSE)
    assert (measures.agreement, measures.weakest) == (0, 0)
    assert measures.chroma < 0.5
    assert np.array_equal(moved, POSE)


@pytest.mark.parametrize("at", [(0, 0), (150, 150), (299, 299)])
def test_a_mark_of_one_dot_is_compared(at):
    dot = flat(255)
    dot[at] = 0
    mark = replace(derive_views("d", "d.png", flat(255))[0], pixels=dot, content=dot[..., 0] < 128)
    _, measures = compare_locally(geometry.pyramid(scenes.ground(3)), mark, POSE)
    assert np.isfinite(measures.agreement)


def test_another_hue_changes_chroma_alone(view):
    _, same = compare_locally(seen(view, view.pixels), view, POSE)
    _, other = compare_locally(seen(view, np.ascontiguousarray(view.pixels[..., ::-1])), view, POSE)
    assert other.chroma < 0.3
    assert other.weakest == pytest.approx(same.weakest, abs=0.1)


def test_grey_copies_of_grey_marks_have_the_same_hue(view):
    grey = np.repeat(view.pixels[..., 1:2], 3, axis=2)
    mark = derive_views("g", "g.png", grey)[0]
    assert compare_locally(seen(mark, mark.pixels), mark, POSE)[1].chroma > 0.7
    assert compare_locally(seen(mark, view.pixels), mark, POSE)[1].chroma < 0.5
