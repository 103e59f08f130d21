"""Training scenes: drawn for real, of the right size, the same for the same seed."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image

from training import marks, scenes
from training.grounds import Grounds
from training.icons import base_name, drawing, is_excluded
from training.lettering import badge, filled, lock_up

SHAPES = list(scenes.WINDOW)


@pytest.fixture(scope="module")
def grounds(tmp_path_factory):
    folder = tmp_path_factory.mktemp("photos")
    random = np.random.default_rng(3)
    for number in range(3):
        noise = random.integers(0, 256, (40, 60, 3), np.uint8)
        Image.fromarray(noise).resize((600, 400)).save(folder / f"{number}.jpg")
    return Grounds(sorted(folder.iterdir()))


def ring(shape):
    """A mark on its canvas: a ring, or a bar where the shape is wide."""
    high, wide = marks.CANVAS[shape]
    canvas = np.zeros((high, wide, 4), np.uint8)
    ink = (200, 30, 40, 255)
    middle = (wide // 2, high // 2)
    if shape == "wide":
        cv2.rectangle(canvas, (4, 16), (wide - 5, high - 17), ink, 9)
    else:
        cv2.circle(canvas, middle, high // 2 - 8, ink, 9)
    return canvas


@pytest.mark.parametrize("shape", SHAPES)
def test_a_reference_is_the_mark_in_its_window_on_a_plain_ground(shape):
    shown = scenes.reference(np.random.default_rng(1), ring(shape), shape, plain=False)
    assert shown.shape == (*scenes.crop_of(shape), 3)
    ground = shown[0, 0].astype(int)
    away = np.abs(shown.astype(int) - ground).max(axis=2) > 40
    rows, columns = np.flatnonzero(away.any(1)), np.flatnonzero(away.any(0))
    high, wide = scenes.WINDOW[shape]
    share = max((np.ptp(rows) + 1) / high, (np.ptp(columns) + 1) / wide)
    assert share == pytest.approx(scenes.FILL, abs=0.07)
    assert (rows[0] + rows[-1]) / 2 == pytest.approx((shown.shape[0] - 1) / 2, abs=1.5)
    assert (columns[0] + columns[-1]) / 2 == pytest.approx((shown.shape[1] - 1) / 2, abs=1.5)


@pytest.mark.parametrize("shape", SHAPES)
def test_scenes_are_of_one_size_and_no_two_alike(grounds, shape):
    random = np.random.default_rng(5)
    photos = [scenes.photo(random, grounds, ring(shape), shape, plain=True) for _ in range(40)]
    empties = [scenes.empty(random, grounds, shape) for _ in range(20)]
    for one in (*photos, *empties):
        assert one.shape == (*scenes.crop_of(shape), 3)
        assert one.dtype == np.uint8
    assert len({one.tobytes() for one in (*photos, *empties)}) == 60


def test_the_same_seed_draws_the_same_scenes(grounds):
    def drawn(seed):
        random = np.random.default_rng(seed)
        return [scenes.photo(random, grounds, ring("square"), "square", plain=True) for _ in "abc"]

    assert all(np.array_equal(a, b) for a, b in zip(drawn(8), drawn(8), strict=True))
    assert not np.array_equal(drawn(8)[0], drawn(9)[0])


def test_without_photos_every_ground_is_made_here():
    random, bare = np.random.default_rng(2), Grounds([])
    pieces = [bare.crop(random, (48, 80)) for _ in range(30)]
    assert {piece.shape for piece in pieces} == {(48, 80, 3)}
    assert len({piece.tobytes() for piece in pieces}) == 30


@pytest.mark.parametrize(("wide", "shape"), [(60, "square"), (90, "square"), (120, "wide")])
def test_a_mark_is_fitted_into_the_canvas_of_its_shape(wide, shape):
    mark = filled(np.full((60, wide), 255, np.uint8), (10, 200, 30))
    found, canvas = marks.fitted(np.pad(mark, ((7, 30), (3, 0), (0, 0))))
    assert found == shape
    assert canvas.shape[:2] == marks.CANVAS[shape]
    inside = canvas[..., 3] > 128
    assert not inside[: marks.RIM].any()
    assert not inside[:, : marks.RIM].any()
    assert (canvas[inside][:, 1] > 150).all()


@pytest.mark.parametrize("size", [(300, 6), (4, 200)])
def test_what_is_too_thin_is_no_mark(size):
    assert marks.fitted(filled(np.full(size, 255, np.uint8), (0, 0, 0))) is None


def test_lock_ups_and_badges_hold_all_of_the_mark():
    random = np.random.default_rng(4)
    icon = filled(np.full((80, 80), 255, np.uint8), (250, 0, 0))
    word = filled(np.full((40, 160), 255, np.uint8), (0, 0, 250))
    whole = lock_up(random, icon, word)
    assert (whole[..., 3] > 128).sum() > 80 * 80
    plate = badge(random, icon)
    reds = (plate[..., 0] > 240) & (plate[..., 1] < 10) & (plate[..., 2] < 10)
    assert plate.shape[0] > 80
    assert reds.sum() >= 0.95 * 80 * 80


def test_icons_are_drawn_and_what_cannot_be_is_left_out():
    box = '<path d="M0 0h24v12H0z"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 12">{box}</svg>'
    picture = drawing(svg)
    assert picture is not None
    assert picture.shape == (88, 176, 4)
    assert (picture[..., 3] == 255).mean() > 0.95
    assert drawing("<svg></svg>") is None


@pytest.mark.parametrize(
    ("name", "excluded"),
    [("ferrari", True), ("red-bull", True), ("ford", True), ("affordable", False), ("hp", True)],
)
def test_brands_that_are_measured_are_not_learned(name, excluded):
    assert is_excluded(name) is excluded


def test_variants_of_an_icon_have_one_name():
    names = ("github-icon", "github-original-wordmark", "GitHub", "github-fill")
    assert {base_name(name) for name in names} == {"github"}
