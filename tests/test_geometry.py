"""Properties of poses, boxes and warps, for any that hypothesis can think of."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from detector import geometry

sizes = st.tuples(st.integers(8, 400), st.integers(8, 400))
shares = st.floats(0, 1)
lengths = st.floats(-500, 500)
seeds = st.integers(0, 2**32 - 1)


def matrix(*rows: tuple[float, float, float]) -> np.ndarray:
    return np.array(rows, np.float64)


@st.composite
def poses(draw):
    """A (3, 3) pose with mild perspective, invertible and with positive depth near the origin."""
    turn, scale = draw(st.floats(-math.pi, math.pi)), draw(st.floats(0.1, 5))
    stretch, skew = draw(st.floats(0.5, 2)), draw(st.floats(-0.5, 0.5))
    around = matrix(
        (math.cos(turn), -math.sin(turn), 0), (math.sin(turn), math.cos(turn), 0), (0, 0, 1)
    )
    shape = matrix(
        (scale, skew * scale, draw(lengths)), (0, scale * stretch, draw(lengths)), (0, 0, 1)
    )
    tilt = matrix(
        (1, 0, 0), (0, 1, 0), (draw(st.floats(-5e-4, 5e-4)), draw(st.floats(-5e-4, 5e-4)), 1)
    )
    return around @ shape @ tilt


@st.composite
def boxes(draw):
    x, y = draw(lengths), draw(lengths)
    return x, y, x + draw(st.floats(0.5, 300)), y + draw(st.floats(0.5, 300))


@st.composite
def frames(draw, count=3):
    """(count, 4) frames x, y, size, angle."""
    rows = [
        (draw(lengths), draw(lengths), draw(st.floats(1, 100)), draw(st.floats(-math.pi, math.pi)))
        for _ in range(count)
    ]
    return np.array(rows, np.float32)


def noise(size, seed):
    """(height, width, 3) random pixels for a (width, height)."""
    return np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), np.uint8)


# --- projection -----------------------------------------------------------------------------


@given(poses(), st.lists(st.tuples(shares, shares), min_size=1, max_size=8), sizes)
def test_project_there_and_back(pose, places, size):
    points = np.array(places) * size
    back = geometry.project(np.linalg.inv(pose), geometry.project(pose, points))
    np.testing.assert_allclose(back, points, atol=0.05)


@given(poses(), poses(), st.tuples(shares, shares))
def test_project_composes(first, second, place):
    points = np.array([place]) * 100
    depth = np.append(geometry.project(first, points)[0], 1) @ second[2]
    assume(depth > 0.1)
    twice = geometry.project(second, geometry.project(first, points))
    np.testing.assert_allclose(
        geometry.project(second @ first, points), twice, rtol=1e-3, atol=0.05
    )


def test_a_point_at_infinity_is_infinite():
    horizon = matrix((1, 0, 0), (0, 1, 0), (1, 0, 0))
    assert np.isinf(geometry.project(horizon, np.array([[0.0, 5.0]]))).any()


@given(sizes, boxes())
def test_a_fitted_box_is_covered_corner_by_corner(size, box):
    x0, y0, x1, y1 = box
    quad = geometry.quad_of(geometry.fit_box(size, np.array(box)), size)
    np.testing.assert_allclose(quad, [[x0, y0], [x1, y0], [x1, y1], [x0, y1]], atol=1e-2)


@given(sizes, poses())
def test_the_quad_is_where_the_corners_go(size, pose):
    corners = np.array([[0, 0], [size[0], 0], size, [0, size[1]]])
    np.testing.assert_array_equal(geometry.quad_of(pose, size), geometry.project(pose, corners))


@given(frames(), frames())
def test_a_similarity_carries_frames_onto_frames(source, target):
    made = geometry.similarity(source, target)
    assert made.shape == (3, 3, 3)
    for pose, before, after in zip(made, source, target, strict=True):
        np.testing.assert_allclose(
            geometry.project(pose, before[None, :2])[0], after[:2], atol=0.05
        )
        tip = before[:2] + before[2] * np.array([np.cos(before[3]), np.sin(before[3])])
        aim = after[:2] + after[2] * np.array([np.cos(after[3]), np.sin(after[3])])
        np.testing.assert_allclose(geometry.project(pose, tip[None])[0], aim, atol=0.1)


@given(frames(), frames())
def test_similarities_there_and_back_are_nothing(source, target):
    both = geometry.similarity(target, source) @ geometry.similarity(source, target)
    np.testing.assert_allclose(both, np.broadcast_to(np.eye(3), both.shape), atol=0.2)


@given(st.floats(0.1, 10), st.floats(0.1, 10), st.tuples(lengths, lengths))
def test_zoom_multiplies_both_axes(across, down, point):
    moved = geometry.project(geometry.zoom(across, down), np.array([point]))[0]
    np.testing.assert_allclose(moved, [point[0] * across, point[1] * down], rtol=1e-5, atol=1e-4)


# --- boxes and quads ------------------------------------------------------------------------


@given(boxes(), boxes())
def test_overlap_is_symmetric_and_a_share(a, b):
    assert geometry.box_iou(a, b) == pytest.approx(geometry.box_iou(b, a))
    assert 0 <= geometry.box_iou(a, b) <= 1 + 1e-9


@given(boxes())
def test_overlap_with_itself_is_whole_and_with_a_neighbour_nothing(box):
    width = box[2] - box[0]
    beside = (box[2] + 1, box[1], box[2] + 1 + width, box[3])
    assert geometry.box_iou(box, box) == pytest.approx(1)
    assert geometry.box_iou(box, beside) == 0


@given(boxes(), boxes())
def test_share_is_symmetric_and_at_least_the_overlap(a, b):
    share = geometry.box_share(a, b)
    assert share == pytest.approx(geometry.box_share(b, a))
    assert geometry.box_iou(a, b) - 1e-9 <= share <= 1 + 1e-9


def test_share_of_a_box_within_another_is_whole_and_beside_it_nothing():
    assert geometry.box_share((0, 0, 10, 10), (2, 3, 4, 5)) == pytest.approx(1)
    assert geometry.box_share((0, 0, 2, 1), (1, 0, 5, 1)) == pytest.approx(1 / 2)
    assert geometry.box_share((0, 0, 10, 10), (10, 0, 20, 10)) == 0


def test_overlap_of_halves():
    assert geometry.box_iou((0, 0, 2, 1), (1, 0, 3, 1)) == pytest.approx(1 / 3)


@given(boxes(), sizes)
def test_the_box_of_a_quad_is_clipped_to_the_photo(box, size):
    quad = geometry.quad_of(geometry.fit_box((10, 10), np.array(box)), (10, 10))
    x0, y0, x1, y1 = geometry.box_of(quad, size)
    assert 0 <= x0 <= x1 <= size[0]
    assert 0 <= y0 <= y1 <= size[1]


@given(boxes())
def test_area_is_signed_by_direction(box):
    quad = geometry.quad_of(geometry.fit_box((10, 10), np.array(box)), (10, 10))
    expected = (box[2] - box[0]) * (box[3] - box[1])
    assert geometry.area(quad) == pytest.approx(expected, rel=1e-2, abs=0.1)
    assert geometry.area(quad[::-1]) == pytest.approx(-expected, rel=1e-2, abs=0.1)


@given(st.floats(0, 1), st.integers(50, 300))
def test_inside_is_the_share_within_the_photo(share, side):
    left = side * (share - 1)
    quad = np.array([[left, 0], [left + side, 0], [left + side, side], [left, side]], np.float32)
    assert geometry.inside(quad, (side, side)) == pytest.approx(share, abs=0.01)


# --- warps ----------------------------------------------------------------------------------


@given(sizes, seeds)
def test_an_identity_warp_gives_the_picture(size, seed):
    picture = noise(size, seed)
    np.testing.assert_array_equal(
        geometry.warp(geometry.pyramid(picture), np.eye(3), size), picture
    )


@given(st.integers(0, 20), st.integers(0, 20), seeds)
def test_a_shift_by_whole_pixels_is_exact(right, down, seed):
    picture = noise((60, 50), seed)
    pose = matrix((1, 0, right), (0, 1, down), (0, 0, 1))
    shifted = geometry.warp(geometry.pyramid(picture), pose, (30, 25))
    np.testing.assert_array_equal(shifted, picture[down : down + 25, right : right + 30])


@given(seeds)
def test_a_quarter_turn_is_exact(seed):
    """x, y of the view lie at 40 - y, x in the photo: half-pixel centres map onto each other."""
    picture = noise((40, 40), seed)
    turned = geometry.warp(
        geometry.pyramid(picture), matrix((0, -1, 40), (1, 0, 0), (0, 0, 1)), (40, 40)
    )
    np.testing.assert_array_equal(turned, np.rot90(picture))


def test_shrinking_by_a_whole_factor_averages():
    picture = noise((64, 64), 5)
    small = geometry.warp(geometry.pyramid(picture), geometry.zoom(4, 4), (16, 16))
    blocks = picture.reshape(16, 4, 16, 4, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(small, blocks, atol=1)


@given(st.floats(100, 1000), sizes)
def test_a_view_beside_the_photo_is_grey(away, size):
    pose = matrix((1, 0, 200 + away), (0, 1, 0), (0, 0, 1))
    warped = geometry.warp(geometry.pyramid(noise((20, 20), 0)), pose, size)
    assert warped.shape == (size[1], size[0], 3)
    assert (warped == 127).all()


@given(st.integers(1, 29), seeds)
def test_what_lies_outside_the_photo_is_grey_and_the_rest_as_it_was(left, seed):
    picture = noise((60, 50), seed)
    warped = geometry.warp(
        geometry.pyramid(picture), matrix((1, 0, -left), (0, 1, 0), (0, 0, 1)), (30, 25)
    )
    assert (warped[:, :left] == 127).all()
    np.testing.assert_array_equal(warped[:, left:], picture[:25, : 30 - left])


@given(seeds)
def test_half_a_pixel_is_the_mean_of_two(seed):
    picture = noise((40, 30), seed)
    warped = geometry.warp(
        geometry.pyramid(picture), matrix((1, 0, 4.5), (0, 1, 3), (0, 0, 1)), (20, 20)
    )
    pair = picture[3:23, 4:25].astype(float)
    np.testing.assert_allclose(warped, (pair[:, 1:] + pair[:, :-1]) / 2, atol=1)


# --- plausibility ---------------------------------------------------------------------------

VIEW, PHOTO = (100, 80), (640, 480)


def laid(x=200.0, y=150.0, width=100.0, height=80.0):
    return geometry.fit_box(VIEW, np.array([x, y, x + width, y + height]))


@given(st.floats(-math.pi, math.pi), st.floats(0.3, 2), st.floats(200, 440), st.floats(180, 300))
def test_any_turned_copy_well_inside_is_plausible(turn, scale, x, y):
    centre = matrix((1, 0, -VIEW[0] / 2), (0, 1, -VIEW[1] / 2), (0, 0, 1))
    cos, sin = scale * math.cos(turn), scale * math.sin(turn)
    pose = matrix((cos, -sin, x), (sin, cos, y), (0, 0, 1)) @ centre
    assert geometry.is_plausible(pose, VIEW, PHOTO)


@given(poses())
def test_a_mirrored_pose_is_never_plausible(pose):
    mirrored = pose @ matrix((-1, 0, VIEW[0]), (0, 1, 0), (0, 0, 1))
    assume(np.linalg.det(pose) > 0)
    assert not geometry.is_plausible(mirrored, VIEW, PHOTO)


@given(st.floats(0.001, 0.03))
def test_a_tiny_pose_is_not_plausible(scale):
    assert not geometry.is_plausible(laid(width=100 * scale, height=80 * scale), VIEW, PHOTO)


@given(st.floats(1.05, 20), st.booleans())
def test_a_squeezed_pose_is_not_plausible(beyond, across):
    thin = 1 / (geometry.MAX_STRETCH * beyond)
    pose = (
        laid(width=600 * thin, height=480) if across else laid(y=10, width=600, height=480 * thin)
    )
    assert not geometry.is_plausible(pose, VIEW, PHOTO)


@given(st.floats(0.66, 5))
def test_a_pose_mostly_outside_is_not_plausible(share):
    assert not geometry.is_plausible(laid(x=-100 * share), VIEW, PHOTO)


@given(st.floats(0, 0.6))
def test_a_pose_partly_outside_is_plausible(share):
    assert geometry.is_plausible(laid(x=-100 * share), VIEW, PHOTO)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", [(0, 0), (1, 2), (2, 2)])
def test_an_infinite_pose_is_not_plausible(value, place):
    pose = laid()
    pose[place] = value
    assert not geometry.is_plausible(pose, VIEW, PHOTO)


@given(st.floats(0.0101, 1))
def test_a_pose_that_crosses_the_horizon_is_not_plausible(tilt):
    folded = laid() @ matrix((1, 0, 0), (0, 1, 0), (-tilt, 0, 1))
    assert not geometry.is_plausible(folded, VIEW, PHOTO)


@given(st.floats(0.026, 1), st.booleans())
def test_a_keystone_beyond_reading_is_not_plausible(tilt, across):
    """The far side of the outline is more than three times as short as the near one."""
    bent = matrix((1, 0, 0), (0, 1, 0), (tilt if across else 0, 0 if across else tilt, 1))
    assert not geometry.is_plausible(laid() @ bent, VIEW, PHOTO)


def test_a_mild_keystone_is_plausible():
    for tilt in (0.01, -0.005):
        for bent in ((tilt, 0, 1), (0, tilt, 1)):
            pose = laid() @ matrix((1, 0, 0), (0, 1, 0), bent)
            assert geometry.is_plausible(pose, VIEW, PHOTO)


def test_a_pose_behind_the_camera_is_not_plausible():
    assert not geometry.is_plausible(-laid(), VIEW, PHOTO)


def test_a_degenerate_pose_is_not_plausible():
    assert not geometry.is_plausible(np.zeros((3, 3)), VIEW, PHOTO)
    assert not geometry.is_plausible(matrix((1, 1, 50), (1, 1, 50), (0, 0, 1)), VIEW, PHOTO)
