"""Pairs that the second look is taught with: what is drawn is what the labels say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib import font_manager

from detector import geometry
from training.grounds import Grounds
from training.second_look.letters import box_of, outline_of, spelt
from training.second_look.pairs import Pairs, PairsMaker, pose_to
from training.second_look.pictures import Mark, photo_of, reference


@pytest.fixture(scope="module")
def fonts():
    """Faces that come with a package of the extra `test`."""
    return [Path(font_manager.findfont(name)) for name in ("DejaVu Sans", "DejaVu Serif")]


def square(ink=(200, 30, 40)):
    """A filled square with a hole, in the middle of an empty canvas (100, 100, 4)."""
    picture = np.zeros((100, 100, 4), np.uint8)
    picture[20:80, 20:80] = (*ink, 255)
    picture[40:60, 40:60] = 0
    return picture


def test_the_outline_is_that_of_what_is_drawn():
    random, grounds = np.random.default_rng(3), Grounds([])
    for _ in range(20):
        pixels, (quad,) = photo_of(random, grounds, [Mark(square(), plain=True)])
        high, wide = pixels.shape[:2]
        inside = geometry.contains(quad, np.array([quad.mean(axis=0)], np.float32))
        assert inside.all()
        assert (quad > -0.2 * max(high, wide)).all()
        assert (quad < 1.2 * max(high, wide)).all()


def test_a_reference_is_trimmed_and_stands_out_from_its_ground():
    dark, light = reference(square()), reference(square((255, 255, 255)))
    assert dark.shape == light.shape == (60, 60, 3)
    assert (dark[30, 30] == 255).all()
    assert (light[30, 30] == 0).all()


def test_letters_are_where_the_box_says(fonts):
    random = np.random.default_rng(5)
    alone, shared = [], []
    for _ in range(60):
        word, mark, (x0, y0, x1, y1), is_alone = spelt(random, fonts)
        alone.append(is_alone)
        inside = word[y0:y1, x0:x1, 3].astype(int)
        assert inside.shape == mark.shape[:2]
        ink, expected = inside > 128, mark[..., 3] > 128
        shared.append((ink & expected).sum() / (ink | expected).sum())
        beyond = word[..., 3].astype(int).sum() - inside.sum()
        assert (beyond == 0) == is_alone
    assert 0.3 < np.mean(alone) < 0.7
    assert np.median(shared) > 0.95
    assert np.mean(np.array(shared) > 0.6) > 0.9  # kerning moves some a little


def test_pairs_join_and_are_read_as_written(tmp_path):
    photo = geometry.pyramid(np.full((200, 200, 3), 90, np.uint8))
    parts = []
    for number in (0, 1):
        maker = PairsMaker()
        quad = outline_of((40, 40, 120, 110))
        for same in (True, False):
            maker.add_at(photo, quad, "one", np.full((30, 40, 3), number, np.uint8), same=same)
        parts.append(maker.pairs())
    whole = Pairs.joined(parts)
    assert whole.same.tolist() == [True, False] * 2
    assert whole.marks[whole.mark][:, 0, 0, 0].tolist() == [0, 0, 1, 1]
    whole.save(tmp_path / "pairs.npz")
    read = Pairs.load(tmp_path / "pairs.npz")
    assert all((getattr(read, n) == getattr(whole, n)).all() for n in ("photos", "mark", "same"))


def test_a_pose_lays_the_view_onto_its_outline():
    quad = np.array([[10, 20], [90, 30], [80, 100], [5, 80]], np.float32)
    found = geometry.quad_of(pose_to(quad, (64, 48)), (64, 48))
    np.testing.assert_allclose(found, quad, atol=1e-3)


def test_a_box_holds_what_is_drawn():
    shape = np.zeros((20, 30), np.uint8)
    shape[4:9, 7:12] = 1
    assert box_of(shape) == (7, 4, 12, 9)
