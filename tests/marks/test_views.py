"""Views: trimmed, cut from their ground, turned, mirrored, and split into parts."""

from __future__ import annotations

import numpy as np
import pytest

from detector.marks.views import derive_views, mirror
from detector.settings import ViewSettings
from tests import scenes


def kinds(views):
    return {(view.part, view.inverted, view.mirrored) for view in views}


def test_emblem_and_word_become_views_of_the_same_mark():
    views = derive_views("vornak", "front.png", scenes.emblem_with_word())
    assert {view.mark for view in views} == {"vornak"}
    assert kinds(views) == {
        ("whole", False, False), ("emblem", False, False), ("word", False, False),
        ("whole", True, False), ("emblem", True, False), ("word", True, False),
        ("whole", False, True),
    }  # fmt: skip


def test_view_is_trimmed_and_sized():
    wide = np.full((900, 900, 3), 255, np.uint8)
    wide[500:800, 30:330] = scenes.emblem()
    view = derive_views("a", "a.png", wide)[0]
    assert max(view.pixels.shape[:2]) == ViewSettings().side
    rows, columns = np.flatnonzero(view.content.any(1)), np.flatnonzero(view.content.any(0))
    margin = 0.04 * ViewSettings().side
    assert rows[0] > margin / 2
    assert columns[0] > margin / 2
    assert view.content.any(1).mean() > 0.8


def test_hairline_round_the_picture_is_not_the_mark():
    framed = scenes.emblem()
    framed[[0, -1]] = 90
    framed[:, [0, -1]] = 90
    view = derive_views("a", "a.png", framed)[0]
    assert view.content.mean() < 0.75


def test_photo_without_flat_ground_is_kept_whole_and_not_turned():
    views = derive_views("pack", "a.jpg", scenes.ground(1))
    assert kinds(views) == {("whole", False, False), ("whole", False, True)}
    assert views[0].content.all()


@pytest.mark.parametrize("shade", [0, 255])
def test_transparent_mark_is_laid_on_a_ground_it_stands_out_from(shade):
    rgba = np.zeros((200, 200, 4), np.uint8)
    rgba[..., :3] = shade
    rgba[50:150, 60:140, 3] = 255
    view = derive_views("a", "a.png", rgba)[0]
    inner, outer = view.pixels[view.content].mean(), view.pixels[~view.content].mean()
    assert abs(inner - outer) > 100


def test_mirroring_twice_gives_the_view_back():
    view = derive_views("a", "a.png", scenes.emblem())[0]
    twice = mirror(mirror(view))
    assert np.array_equal(twice.pixels, view.pixels)
    assert twice.mirrored == view.mirrored


@pytest.mark.parametrize("shape", [(1, 1, 3), (2, 90, 3), (5, 5, 4)])
def test_tiny_and_flat_pictures_give_a_view(shape):
    assert derive_views("a", "a.png", np.full(shape, 7, np.uint8))[0].pixels.size
