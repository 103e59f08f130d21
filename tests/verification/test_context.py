"""The context of a candidate: its outline, and words through it."""

from __future__ import annotations

import numpy as np
import pytest

from detector.verification.context import (
    CONTEXT,
    PhotoWords,
    measure_context,
)

PHOTO = (640, 480)
NO_WORDS = PhotoWords(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros(0, int))


def box(x0, y0, x1, y1):
    return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]]


def words(*read):
    """Words as (x, y, height, angle, width, letters)."""
    table = np.array(read, np.float32).reshape(-1, 6)
    return PhotoWords(table[:, :4], table[:, 4], table[:, 5].astype(int))


def measured(quad, through=NO_WORDS):
    quads = np.array([quad], np.float32)
    return measure_context(quads, np.array([[100, 100]], np.int32), PHOTO, through)[0]


def test_outline_is_measured_in_the_photo():
    found = measured(box(100, 100, 300, 200))
    assert found.extent == pytest.approx(np.sqrt(200 * 100))
    assert found.filling == pytest.approx(np.sqrt(200 * 100 / (640 * 480)))
    assert found.stretch == pytest.approx(2)
    assert (found.tilt, found.visible) == (0, pytest.approx(1))
    half = measured(box(-100, 100, 100, 200))
    assert half.visible == pytest.approx(0.5, abs=1e-3)


def test_a_letter_inside_a_longer_word_is_seen_as_that():
    letter = box(180, 100, 220, 140)  # the third of seven letters, each 40 pixels wide
    found = measured(letter, words((240, 120, 40, 0, 280, 7)))
    assert found.letters_inside == pytest.approx(1, abs=0.3)
    assert found.letters_beyond == pytest.approx(6, abs=0.3)
    assert CONTEXT.wording(found) == "it lies inside a longer word"
    whole = measured(box(95, 95, 385, 145), words((240, 120, 40, 0, 280, 7)))
    assert whole.letters_beyond == pytest.approx(0)
    assert not CONTEXT.wording(whole)


def test_a_turned_word_runs_through_a_turned_outline():
    found = measured(box(180, 180, 220, 220), words((200, 200, 40, np.pi / 2, 400, 10)))
    assert found.letters_inside == pytest.approx(1, abs=0.3)


def test_words_elsewhere_and_none_leave_nothing_measured():
    for through in (NO_WORDS, words((500, 400, 30, 0, 100, 5))):
        assert np.isnan(measured(box(10, 10, 60, 60), through).letters_inside)
