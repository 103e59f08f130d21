"""What an index keeps of a view's edges, and what follows from it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from detector.marks.views import derive_views
from detector.settings import AlignmentSettings
from detector.verification import edge_fields
from tests import scenes

SETTINGS = AlignmentSettings()


def grid(view, given=None):
    """The grid of a view, derived from the view as it was given where that is another."""
    features = edge_fields.describe_view(given or view, SETTINGS)
    height, width = view.pixels.shape[:2]
    turned = {"inverted": view.inverted, "mirrored": view.mirrored} if given else {}
    return edge_fields.edge_grid(features, (width, height), SETTINGS, **turned)


def from_pixels(view):
    """The grid of a view from its own pixels, as if it were not derived."""
    return grid(replace(view, inverted=False, mirrored=False))


@pytest.mark.parametrize("drawn", [scenes.emblem, scenes.ring, scenes.emblem_with_word])
def test_the_grid_of_a_derived_view_is_that_of_its_own_pixels(drawn):
    views = derive_views("a", "a.png", drawn())
    given = {one.part: one for one in views if not (one.inverted or one.mirrored)}
    assert len(views) > len(given)
    for one in views:
        derived, own = grid(one, given[one.part]), from_pixels(one)
        assert np.array_equal(derived.to_view, own.to_view)
        # A mean of turned colours may be rounded the other way.
        assert np.abs(derived.colours.astype(int) - own.colours).max() <= 1
        apart = np.abs(derived.field - own.field)
        assert apart.max() <= 0.08 * np.abs(own.field).max()
        assert np.linalg.norm(apart) <= 0.015 * np.linalg.norm(own.field)


def test_only_views_as_given_keep_samples():
    for one in derive_views("a", "a.png", scenes.emblem()):
        kept = edge_fields.describe_view(one, SETTINGS)
        assert kept.descriptors.dtype == np.uint8
        assert bool(len(kept)) != (one.inverted or one.mirrored)
        assert not kept.frames.any()
        assert not kept.labels.any()


def test_samples_of_another_size_are_refused():
    view = derive_views("shield", "a.png", scenes.emblem())[0]
    features = edge_fields.describe_view(view, SETTINGS)
    with pytest.raises(ValueError, match="reshape"):
        edge_fields.edge_grid(features, (9000, 20), SETTINGS)
