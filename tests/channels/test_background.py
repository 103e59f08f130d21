"""The drawn background pictures are the same wherever they are drawn."""

from __future__ import annotations

import numpy as np
import pytest

from detector.channels.background import background_pictures

MEANS = (
    135.353, 130.263, 118.944, 121.595, 181.015, 124.513, 204.465, 163.154,
    150.725, 134.81, 148.621, 129.533, 116.848, 139.053, 133.141, 104.178,
)  # fmt: skip
"""Grey levels, as drawn with OpenCV 4.12 and with 5.0."""


def test_pictures_are_those_of_every_other_version_of_opencv():
    """Stored scores rest on them: letters drawn otherwise move a mean by whole levels."""
    means = [float(picture.mean()) for picture in background_pictures(len(MEANS))]
    assert means == pytest.approx(MEANS, abs=0.01)


def test_pictures_depend_on_nothing_but_seed_and_number():
    first, again = background_pictures(2), background_pictures(3)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=False))
    assert not np.array_equal(first[0], background_pictures(1, seed=8)[0])
