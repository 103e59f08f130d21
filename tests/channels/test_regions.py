"""Regions of a photo are cut out upright, whichever way round they are turned."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from detector.channels.regions import RegionChannel
from detector.records import Picture

WIDTH, HEIGHT = 180, 60


def turned_bar(degrees: float) -> np.ndarray:
    """A dark bar with a notch on quiet ground, turned clockwise as seen."""
    photo = np.full((320, 320, 3), 200, np.uint8)
    x, y = WIDTH / 2, HEIGHT / 2
    corners = np.array([[-x, -y], [x, -y], [x, y], [0, y], [0, 0], [-x, 0]])
    turn = np.deg2rad(degrees)
    matrix = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    points = np.round(corners @ matrix + 160).astype(np.int32)
    return cv2.fillPoly(photo, [points], (30, 30, 90))


@pytest.mark.parametrize("degrees", [-35, -20, -10, 10, 20, 35])
def test_a_turned_region_has_its_own_angle(degrees):
    angles = np.rad2deg(RegionChannel().describe(Picture(turned_bar(degrees))).frames[:, 3])
    assert np.abs(angles - degrees).min() < 3


@pytest.mark.parametrize("degrees", [-3, 0, 3])
def test_a_slight_turn_is_taken_as_upright(degrees):
    assert not RegionChannel().describe(Picture(turned_bar(degrees))).frames[:, 3].any()


@pytest.mark.parametrize("degrees", [12, 25, 38])
def test_regions_are_alike_both_ways_round(degrees):
    """The same bar, mirrored, is cut out with the same width and the opposite angle."""
    photo = turned_bar(degrees)
    frames, mirrored = (
        RegionChannel().describe(Picture(np.ascontiguousarray(pixels))).frames[0]
        for pixels in (photo, photo[:, ::-1])
    )
    assert mirrored[2] == pytest.approx(frames[2], abs=4)
    assert mirrored[3] == pytest.approx(-frames[3], abs=0.06)
