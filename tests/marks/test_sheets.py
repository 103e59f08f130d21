"""Sheets with several copies of a sign are known, cut and told; a logo of equal parts is none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from detector.marks.advice import advise
from detector.marks.registry import MarkSource
from detector.marks.sheets import copies
from detector.records import Mark
from tests import scenes

INKS = ((120, 20, 60), (20, 20, 20), (20, 90, 160), (200, 60, 20))


def sheet(columns, rows, gap=60):
    """A sheet of one sign in several inks."""
    sign = scenes.emblem_with_word()
    is_sign = np.abs(sign.astype(int) - sign[0, 0]).max(axis=2) > 28
    height, width = is_sign.shape
    canvas = np.full((rows * (height + gap) + gap, columns * (width + gap) + gap, 3), 255, np.uint8)
    for number in range(columns * rows):
        row, column = divmod(number, columns)
        y, x = gap + row * (height + gap), gap + column * (width + gap)
        canvas[y : y + height, x : x + width][is_sign] = INKS[number % 4]
    return canvas


@pytest.mark.parametrize(("columns", "rows"), [(2, 1), (2, 2), (1, 2), (3, 2)])
def test_every_copy_on_a_sheet_has_its_box(columns, rows):
    pixels = sheet(columns, rows)
    boxes = copies(pixels)
    assert len(boxes) == columns * rows
    sizes = np.array([(x1 - x0, y1 - y0) for x0, y0, x1, y1 in boxes])
    assert np.ptp(sizes, axis=0).max() < 0.05 * sizes.max()
    for x0, y0, x1, y1 in boxes:
        assert len(np.unique(pixels[y0 + 2 : y1 - 2, x0 + 2 : x1 - 2].reshape(-1, 3), axis=0)) == 2


def four_squares():
    canvas = np.full((300, 300, 3), 255, np.uint8)
    for x, y in ((40, 40), (160, 40), (40, 160), (160, 160)):
        canvas[y : y + 100, x : x + 100] = (0, 120, 200)
    return canvas


def rings():
    canvas = np.full((200, 500, 3), 255, np.uint8)
    for x in (100, 200, 300, 400):
        cv2.circle(canvas, (x, 100), 70, (20, 20, 20), 10, cv2.LINE_AA)
    return canvas


@pytest.mark.parametrize(
    "pixels",
    [scenes.emblem_with_word(), scenes.ring(), four_squares(), rings(), scenes.ground(2)],
    ids=["emblem-and-word", "ring", "four-squares", "rings", "photo"],
)
def test_one_sign_is_no_sheet(pixels):
    assert copies(pixels) == []


def told(tmp_path, pixels, kind="logo"):
    path = tmp_path / "a.png"
    return [*advise(MarkSource(Mark("a", "A", kind), (path,)), {path: pixels})]


def test_a_sheet_is_told_with_the_command_that_cuts_it(tmp_path):
    (note,) = told(tmp_path, sheet(2, 2))
    assert "the same sign 4 times" in note.message
    assert f'detector marks cut "{tmp_path / "a.png"}"' in note.remedy
    assert told(tmp_path, sheet(2, 2), "pattern") == []


def test_a_favicon_alone_is_told_to_be_too_small(tmp_path):
    small = cv2.resize(scenes.ring(), (16, 16), interpolation=cv2.INTER_AREA)
    (note,) = told(tmp_path, small)
    assert "too small here: 1" in note.message
    large = tmp_path / "b.png"
    source = MarkSource(Mark("a", "A"), (tmp_path / "a.png", large))
    assert [*advise(source, {source.pictures[0]: small, large: scenes.ring()})] == []
