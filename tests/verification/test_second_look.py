"""The second look: what the network sees, and what it answers."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector import geometry
from detector.errors import UsageError
from detector.verification import second_look
from detector.verification.second_look import (
    INNER,
    RIM,
    SIDE,
    compare,
    describe,
    mark_picture,
    photo_picture,
)


def star(points, ink=(20, 40, 160), ground=(255, 255, 255), side=120):
    """A star (side, side, 3) of so many points."""
    turns = np.arange(2 * points) * np.pi / points - np.pi / 2
    radii = side * np.where(np.arange(2 * points) % 2, 0.2, 0.48)
    corners = side / 2 + np.stack([np.cos(turns), np.sin(turns)], 1) * radii[:, None]
    picture = np.full((side, side, 3), ground, np.uint8)
    cv2.fillPoly(picture, [corners.astype(np.int32)], ink, cv2.LINE_AA)
    return picture


def word(text):
    picture = np.full((60, 30 * len(text) + 20, 3), 255, np.uint8)
    at = (10, 45)
    cv2.putText(picture, text, at, cv2.FONT_HERSHEY_DUPLEX, 1.4, (0, 0, 0), 3, cv2.LINE_AA)
    return picture


def laid(view, at, scale, size=(600, 500)):
    """A photo with a view on it, and the pose."""
    pose = np.array([[scale, 0, at[0]], [0, scale, at[1]], [0, 0, 1]], np.float64)
    shown = cv2.warpPerspective(view, pose, size, flags=cv2.INTER_AREA, borderValue=(170, 200, 190))
    noise = np.random.default_rng(0).normal(0, 4, shown.shape)
    return np.clip(shown + noise, 0, 255).astype(np.uint8), pose


def same_sign(photo, pose, view):
    size = view.shape[1], view.shape[0]
    seen = photo_picture(geometry.pyramid(photo), size, pose)
    return float(compare(describe([seen]), describe([mark_picture(view)]))[0])


def test_the_view_fills_all_but_a_rim_of_its_own_ground():
    view = star(5, ground=(240, 230, 10))
    seen = mark_picture(view)
    assert seen.shape == (SIDE, SIDE, 3)
    assert (seen[: RIM - 1] == (240, 230, 10)).all()
    inner = cv2.resize(view, (INNER, INNER), interpolation=cv2.INTER_AREA)
    assert (seen[RIM:-RIM, RIM:-RIM] == inner).all()


@settings(max_examples=20, deadline=None)
@given(
    st.floats(0.5, 1.5), st.integers(70, 180), st.integers(70, 120), st.sampled_from([80, 120, 200])
)
def test_the_photo_is_straightened_with_what_is_around_the_outline(scale, x, y, side):
    view = star(6, side=side)
    photo, pose = laid(view, (x, y), scale)
    seen = photo_picture(geometry.pyramid(photo), (side, side), pose)
    inner = seen[RIM:-RIM, RIM:-RIM].astype(float)
    expected = mark_picture(view)[RIM:-RIM, RIM:-RIM].astype(float)
    assert np.abs(inner - expected).mean() < 20
    assert np.abs(seen[: RIM // 2].mean(axis=(0, 1)) - (170, 200, 190)).max() < 12


def test_the_same_sign_is_told_from_another():
    signs = [star(points) for points in (3, 5, 8)] + [word("ZORA"), word("KILN")]
    for row, shown in enumerate(signs):
        photo, pose = laid(shown, (60, 50), 1.1)
        found = [same_sign(photo, pose, view) for view in signs]
        assert np.argmax(found) == row
        assert found[row] > 0


def test_letters_that_a_word_goes_on_beyond_are_not_that_word():
    alone, longer = word("NOR"), word("NORRVIK")
    photo, pose = laid(alone, (60, 80), 1.1)
    assert same_sign(photo, pose, alone) > 0
    photo, pose = laid(longer, (60, 80), 1.1)
    assert same_sign(photo, pose, alone) < same_sign(*laid(alone, (60, 80), 1.1), alone) - 2


def test_pictures_do_not_hang_on_their_batch():
    pictures = [mark_picture(star(points)) for points in (3, 4, 5, 6)]
    together = describe(pictures)
    for row, picture in enumerate(pictures):
        np.testing.assert_allclose(describe([picture])[0], together[row], atol=1e-3)


def test_another_model_is_refused(monkeypatch):
    monkeypatch.setitem(second_look.SHA256, second_look.COMPARE, "0" * 64)
    second_look._session.cache_clear()
    try:
        with pytest.raises(UsageError, match="not the model"):
            compare(*(np.zeros((1, 48, 14, 14), np.float32),) * 2)
    finally:
        second_look._session.cache_clear()
