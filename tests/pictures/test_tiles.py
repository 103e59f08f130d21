"""Tiles cover a picture, overlap, and are no more than the limit says."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from detector.pictures.tiles import Tiling, cut_out, tiling
from detector.records import Picture
from detector.settings import TileSettings

SETTINGS = TileSettings()
SIDES = st.integers(40, 12_000)


@pytest.mark.parametrize("size", [(640, 480), (1000, 1000), (1900, 1400), (1100, 300), (480, 2)])
def test_an_ordinary_picture_has_no_tiles(size):
    assert tiling(*size, SETTINGS) == Tiling((), 1.0)


@pytest.mark.parametrize("size", [(750, 7776), (750, 2159), (4000, 900), (3000, 2250), (300, 1500)])
def test_a_long_or_large_picture_has_tiles_near_its_own_resolution(size):
    tiles = tiling(*size, SETTINGS)
    assert tiles.scale == 1.0
    for x0, y0, x1, y1 in tiles.boxes:
        assert max(x1 - x0, y1 - y0) <= SETTINGS.side * (1 + SETTINGS.overlap) + 1


@given(SIDES, SIDES)
def test_tiles_cover_the_picture(width, height):
    boxes = tiling(width, height, SETTINGS).boxes
    assume(boxes)
    seen = np.zeros((height // 8 + 1, width // 8 + 1), bool)
    for x0, y0, x1, y1 in boxes:
        assert 0 <= x0 < x1 <= width
        assert 0 <= y0 < y1 <= height
        seen[y0 // 8 : -(-y1 // 8), x0 // 8 : -(-x1 // 8)] = True
    assert seen[: height // 8, : width // 8].all()


@given(SIDES, SIDES)
def test_neighbours_overlap(width, height):
    """A sign as large as the overlap lies in one tile as a whole, wherever it is."""
    boxes = tiling(width, height, SETTINGS).boxes
    assume(boxes)
    for axis, length in ((0, width), (1, height)):
        spans = sorted({(box[axis], box[axis + 2]) for box in boxes})
        assert (spans[0][0], spans[-1][1]) == (0, length)
        side = min(stop - start for start, stop in spans)
        for (_, stop), (start, _) in pairwise(spans):
            assert stop - start >= SETTINGS.overlap * side - 2


@given(SIDES, SIDES, st.integers(0, 40))
def test_no_more_tiles_than_the_limit(width, height, most):
    tiles = tiling(width, height, TileSettings(most=most))
    assert len(tiles.boxes) <= most
    assert 0 <= tiles.scale <= 1


def test_larger_tiles_where_there_would_be_too_many():
    fine, coarse = (tiling(8000, 6000, TileSettings(most=most)) for most in (1000, 20))
    assert fine.scale == 1
    assert 0.3 < coarse.scale < 0.8
    assert 10 < len(coarse.boxes) <= 20 < len(fine.boxes)


def test_a_picture_without_the_tiles_it_needs_is_said_to_be():
    assert tiling(8000, 6000, TileSettings(most=0)) == Tiling((), 0.0)


def test_tiles_grow_with_the_area():
    counts = [len(tiling(750, 750 * photos, SETTINGS).boxes) for photos in (4, 8, 16)]
    assert counts[1] / counts[0] == pytest.approx(2, abs=0.35)
    assert counts[2] / counts[1] == pytest.approx(2, abs=0.35)


def test_a_tile_is_that_part_of_the_picture():
    pixels = np.random.default_rng(1).integers(0, 256, (60, 90, 3), np.uint8)
    tile = cut_out(Picture(pixels, frame=3, ground="white"), (10, 20, 50, 60))
    assert (tile.pixels == pixels[20:60, 10:50]).all()
    assert (tile.frame, tile.ground) == (3, "white")
