"""Edge fields of photos and views: complex numbers with doubled edge angles.

An index stores the colours of a reduced copy of each view as given. The edge fields of the view,
and of its inverted and mirrored variants, are derived from them.
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

BLUR = 1.2  # sigma in samples: edges that are a little displaced still agree
CONTRAST_WINDOW = 25  # side in samples of the window over which contrast is normalised
CONTRAST_FLOOR = 4.0  # grey levels: contrast below this is noise
BORDER = 8  # samples replicated around a reduced copy, so that its border has edges too

Field = NDArray[np.complex64]
"""Edges as complex numbers: the argument is the doubled edge angle, so a rotation is a product."""


@dataclass(frozen=True, slots=True, eq=False)
class EdgeGrid:
    """A view on a regular grid of samples, as pose refinement compares it.

    Attributes:
        field: (rows, columns) complex64, from `edge_field`.
        colours: (rows, columns, 3) uint8, red, green and blue.
        to_view: (3, 3) float64, from samples to view pixels.

    """

    field: Field
    colours: Pixels
    to_view: Matrix


def edge_field(x: Floats, y: Floats) -> Field:
    """Edge field (H, W) from x and y differences (H, W) in grey levels.

    Magnitudes are square roots of the normalised contrast.
    """
    power = x * x + y * y
    local = cv2.blur(power, (CONTRAST_WINDOW,) * 2, borderType=cv2.BORDER_REPLICATE)
    strength = np.sqrt(power) + np.float32(1e-6)
    contrast = strength / (np.sqrt(np.maximum(local, 0)) + CONTRAST_FLOOR)
    weight = np.sqrt(contrast) / (strength * strength)
    field = cv2.merge([(x * x - y * y) * weight, 2 * x * y * weight])
    return to_field(cv2.GaussianBlur(field, (0, 0), BLUR))


def describe_view(view: View, settings: AlignmentSettings) -> Features:
    """The features that an index stores of a view: RGB (N, 3) uint8 of a reduced copy.

    Samples are row by row from the top left, so frames are all zero. An inverted or mirrored view
    has none: `edge_grid` derives its samples from those of the view as given.
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
    """The edge field and colours of a view, from the stored features of the view as given.

    Args:
        given: result of `describe_view` for the view as given.
        size: width and height of the view in pixels.
        settings: those that the view was described with.
        inverted: whether the view is the negative of the given one.
        mirrored: whether it is the given one flipped left to right.

    Raises:
        ValueError: the number of samples is not that of a view of this size.

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
    """Everything but the views that stored features depend on."""
    return {"version": 2, "points": settings.points}
