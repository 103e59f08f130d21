"""The parts that channels are made of, against their plain definitions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.channels.descriptors import METRICS, WIDTHS, stored_descriptors
from detector.channels.hashes import HashChannel
from detector.channels.hog_cells import BINS, hog_cells
from detector.channels.hog_templates import GRIDS, UnfoldedCells, correlate
from detector.channels.keypoints import KeypointChannel
from detector.channels.two_nearest import ROWS_PER_BLOCK, nearest_two
from detector.marks.views import derive_views
from detector.pictures.gradients import gradient_pyramid, gradients
from detector.records import Picture
from detector.settings import KeypointSettings
from tests import scenes
from tests.channels.stored import searcher

seeds = st.integers(0, 2**32 - 1)


# --- nearest points -------------------------------------------------------------------------


@given(seeds, st.integers(2, 40), st.integers(1, 30))
def test_nearest_bits_are_those_of_a_plain_count(seed, points, rows):
    random = np.random.default_rng(seed)
    there, here = (random.integers(0, 256, (n, 32), np.uint8) for n in (points, rows))
    plain = np.unpackbits(here[:, None] ^ there[None], axis=2).sum(axis=2)
    best, near, next_ = nearest_two(here, there, METRICS["orb"])
    assert (plain[np.arange(rows), best] == plain.min(axis=1)).all()
    np.testing.assert_array_equal(near, plain.min(axis=1))
    np.testing.assert_allclose(next_, np.maximum(np.sort(plain, axis=1)[:, 1], 1e-3))


@given(seeds, st.integers(2, 40))
def test_nearest_roots_are_those_of_a_plain_distance(seed, points):
    random = np.random.default_rng(seed)
    there, here = (stored_descriptors("sift", random.gamma(0.5, 60, (n, 128))) for n in (points, 7))
    unit = [one.astype(np.float64) / 512 for one in (here, there)]
    alike = unit[0] @ unit[1].T
    best, near, next_ = nearest_two(here, there, METRICS["sift"])
    np.testing.assert_allclose(alike[np.arange(7), best], alike.max(axis=1), atol=1e-6)
    distance = np.sqrt(np.maximum(2 - 2 * np.sort(alike, axis=1)[:, ::-1], 0))
    np.testing.assert_allclose(near, distance[:, 0], atol=1e-3)
    np.testing.assert_allclose(next_, np.maximum(distance[:, 1], 1e-3), atol=1e-3)


def test_more_rows_than_a_block_are_all_compared():
    random = np.random.default_rng(4)
    there = random.integers(0, 256, (9, 32), np.uint8)
    here = np.concatenate([there] * (ROWS_PER_BLOCK // 9 + 2))
    best, near, _ = nearest_two(here, there, METRICS["orb"])
    np.testing.assert_array_equal(best, np.arange(len(here)) % 9)
    assert not near.any()


@pytest.mark.parametrize("name", sorted(WIDTHS))
def test_descriptors_are_bytes_of_their_width(name):
    features = KeypointChannel(KeypointSettings(feature=name)).describe(Picture(scenes.ground(2)))
    assert features.descriptors.dtype == np.uint8
    assert features.descriptors.shape == (len(features), WIDTHS[name])


# --- points that agree ----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sift", "orb"])
def test_spread_tells_the_whole_from_a_corner(name):
    channel = KeypointChannel(KeypointSettings(feature=name))
    (view, *_) = derive_views("v", "v.png", scenes.emblem_with_word())
    known = searcher(channel, [view])
    photos = [scenes.laid(scenes.ground(3), view.pixels, scenes.pose(60, 40, 0.9)) for _ in "ab"]
    photos[1][40 : 40 + 240] = scenes.ground(3)[40 : 40 + 240]  # the word alone is left
    whole, word = (known.search(channel.describe(Picture(p)))[0] for p in photos)
    assert 0.3 < whole.measures.spread <= 1
    assert word.measures.spread < 0.5 * whole.measures.spread


def test_a_channel_that_does_not_describe_mirrored_views_says_nothing_of_them():
    views = derive_views("v", "v.png", scenes.emblem())
    (mirrored,) = [view for view in views if view.mirrored]
    for settings, some in ((KeypointSettings(), True), (KeypointSettings(mirrored=0.0), False)):
        assert bool(len(KeypointChannel(settings).describe_view(mirrored))) == some


# --- gradients, cells, templates ------------------------------------------------------------


@given(seeds)
def test_gradients_are_those_of_the_strongest_colour(seed):
    pixels = np.random.default_rng(seed).integers(0, 256, (12, 15, 3), np.uint8)
    x, y = gradients(pixels)
    grey = np.repeat(pixels[..., :1], 3, axis=2)
    assert (x**2 + y**2 >= sum(one**2 for one in gradients(grey)) - 1e-3).all()


def test_gradients_of_a_ramp_are_its_slope():
    ramp = np.repeat(np.arange(0, 120, 3, np.uint8)[None, :, None], 20, axis=0).repeat(3, axis=2)
    x, y = gradients(ramp)
    np.testing.assert_array_equal(x[:, 4:-4], 6)
    assert not y.any()


def test_the_pyramid_of_one_picture_is_made_once():
    picture = Picture(scenes.ground(1))
    again = gradient_pyramid(picture, 320, 24, 0.7)
    assert gradient_pyramid(picture, 320, 24, 0.7) is again
    assert gradient_pyramid(Picture(scenes.ground(1)), 320, 24, 0.7) is not again


@pytest.mark.parametrize(("across", "down", "bins"), [(1, 0, {0}), (0, 1, {3}), (-1, 0, {0})])
def test_a_cell_counts_an_edge_in_its_own_direction_whatever_its_sign(across, down, bins):
    x, y = (np.full((20, 20), 30.0 * side, np.float32) for side in (across, down))
    grid = hog_cells(x, y, 4)
    assert grid.shape == (5, 5, BINS)
    assert set(np.flatnonzero(grid[2, 2] > 1e-6)) == bins


@given(seeds, st.sampled_from(GRIDS), st.integers(1, 3))
def test_correlation_is_the_sum_of_products(seed, grid, count):
    random = np.random.default_rng(seed)
    columns, rows = grid
    photo = random.normal(size=(rows + 3, columns + 2, BINS)).astype(np.float32)
    weights = random.normal(size=(count, rows, columns, BINS)).astype(np.float32)
    scores = correlate(UnfoldedCells.of(photo), weights)
    assert scores.shape == (count, 4, 3)
    y, x, number = random.integers(4), random.integers(3), random.integers(count)
    window = photo[y : y + rows, x : x + columns]
    assert scores[number, y, x] == pytest.approx(float((window * weights[number]).sum()), abs=1e-2)


# --- hashes ---------------------------------------------------------------------------------


def test_colour_hash_tells_a_copy_from_a_recoloured_one():
    channel = HashChannel()
    (view, *_) = derive_views("v", "v.png", scenes.emblem())
    known = searcher(channel, [view])
    same, other = (
        known.search(channel.describe(Picture(pixels)))[0].measures
        for pixels in (view.pixels, np.ascontiguousarray(view.pixels[..., ::-1]))
    )
    assert same.colour == 1
    assert -1 <= other.colour < 1
    assert other.distance < 0.2
