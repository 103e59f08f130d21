"""Edges of photos and views as fields of doubled angles, and what an index keeps of a view's.

An index keeps the colours of a small copy of each view as it was given. Its edges follow from
them, and so do colours and edges of the view inverted or mirrored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from detector import geometry
from detector.pictures.gradients import gradients
from detector.records import Features, Floats, Matrix, Pixels, View
from detector.settings import AlignmentSettings

BLUR = 1.2  # sigma in samples: how far an edge may lie off and still agree a little
AROUND = 25  # samples over which contrast is evened out
FLOOR = 4.0  # grey levels: contrast below this is noise
BORDER = 8  # samples by which a small copy is continued, so that its rim has edges too

Field = NDArray[np.complex64]
"""Edges as complex numbers: the doubled edge angle is the argument, so a turn is a product."""


@dataclass(frozen=True, slots=True, eq=False)
class EdgeGrid:
    """A view as poses of it are judged, on a regular grid of samples.

    Attributes:
        field: (rows, columns) complex64, its edges as of `edge_field`.
        colours: (rows, columns, 3) uint8, red, green and blue.
        to_view: (3, 3) float64, from samples to view pixels.

    """

    field: Field
    colours: Pixels
    to_view: Matrix


def edge_field(x: Floats, y: Floats) -> Field:
    """(H, W) edges with the doubled edge angle, as long as the root of evened-out contrast.

    `x` and `y` are differences (H, W) in grey levels.
    """
    power = x * x + y * y
    around = cv2.blur(power, (AROUND, AROUND), borderType=cv2.BORDER_REPLICATE)
    strength = np.sqrt(power) + np.float32(1e-6)
    weight = np.sqrt(strength / (np.sqrt(np.maximum(around, 0)) + FLOOR)) / (strength * strength)
    field = cv2.merge([(x * x - y * y) * weight, 2 * x * y * weight])
    return to_field(cv2.GaussianBlur(field, (0, 0), BLUR))


def describe_view(view: View, settings: AlignmentSettings) -> Features:
    """What the edges of a view follow from: red, green and blue (N, 3) uint8 of a small copy.

    Its samples stand row by row from the top left, so there are no frames to keep. None for an
    inverted or mirrored view: `edge_grid` derives its samples from those of the view as given.
    """
    height, width = view.pixels.shape[:2]
    rows, columns = _samples((width, height), settings)
    small = cv2.resize(view.pixels, (columns, rows), interpolation=cv2.INTER_AREA)
    colours = np.asarray(small, np.uint8).reshape(-1, 3)
    if view.inverted or view.mirrored:
        colours = colours[:0]
    count = len(colours)
    return Features(np.zeros((count, 4), np.float32), colours, np.zeros(count, np.int16))


def edge_grid(
    given: Features,
    size: geometry.Size,
    settings: AlignmentSettings,
    *,
    inverted: bool = False,
    mirrored: bool = False,
) -> EdgeGrid:
    """The edges and colours of a view, from the features of the view as it was given.

    Args:
        given: what `describe_view` makes of the view as given.
        size: width and height of the view in pixels; turning changes neither.
        settings: those that the view was described with.
        inverted: whether the view is the given one with its polarity turned.
        mirrored: whether it is the given one flipped left to right.

    Raises:
        ValueError: there are not as many samples as a view of this size has.

    """
    rows, columns = _samples(size, settings)
    colours = np.asarray(given.descriptors, np.uint8).reshape(rows, columns, 3)
    colours = 255 - colours if inverted else colours
    colours = np.ascontiguousarray(colours[:, ::-1] if mirrored else colours)
    framed = cv2.copyMakeBorder(colours, *(BORDER,) * 4, cv2.BORDER_REPLICATE)
    edges = edge_field(*gradients(np.asarray(framed, np.uint8)))
    field = np.ascontiguousarray(edges[BORDER:-BORDER, BORDER:-BORDER])
    return EdgeGrid(field, colours, geometry.zoom(size[0] / columns, size[1] / rows))


def _samples(size: geometry.Size, settings: AlignmentSettings) -> tuple[int, int]:
    """Rows and columns of the samples of a view of (width, height)."""
    width, height = size
    rows = max(12, round((settings.points * height / width) ** 0.5))
    return rows, max(12, round(settings.points / rows))


def to_field(pairs: Any) -> Field:
    """(H, W) complex64 of (H, W, 2) float32."""
    return np.ascontiguousarray(pairs, np.float32).view(np.complex64)[..., 0]


def stored(settings: AlignmentSettings) -> Mapping[str, object]:
    """What stored colours depend on besides the views."""
    return {"version": 2, "points": settings.points}
