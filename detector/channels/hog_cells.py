"""Whitened edge templates: orientation cells, their background statistics, and correlation.

Hariharan, Malik & Ramanan 2012, "Discriminative decorrelation for clustering and classification".
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Self

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from detector.channels.background import background_pictures
from detector.pictures.gradients import gradient_pyramid, gradients
from detector.records import Floats, Picture, Pixels, View
from detector.settings import ShapeSettings

BINS = 6
BLOCK = 5  # cells over which contrast is evened out
FLOOR = 0.6  # contrast below this (square root of grey levels) is noise, not shape
GRIDS: tuple[tuple[int, int], ...] = (
    (5, 16), (6, 13), (7, 11), (8, 10), (9, 9), (10, 8), (11, 7), (13, 6), (16, 5), (18, 4)
)  # fmt: skip
"""Template sizes (columns, rows) of about 80 cells: fewer confuse marks, more are brittle."""

LONGEST = max(columns for columns, _ in GRIDS)

Size = tuple[int, int]
Grid = NDArray[np.float32]


def cells(x: Floats, y: Floats, cell: int) -> Grid:
    """(rows, columns, BINS) histograms of edge orientation from x and y differences (H, W).

    Angles are undirected; contrast is evened out over a block of cells.
    """
    rows, columns = x.shape[0] // cell, x.shape[1] // cell
    if not rows or not columns:
        return np.zeros((rows, columns, BINS), np.float32)
    inside = np.s_[: rows * cell, : columns * cell]
    shares = _shares(x[inside], y[inside])
    small = [cv2.resize(one, (columns, rows), interpolation=cv2.INTER_AREA) for one in shares]
    grid = np.stack(small, axis=2)
    power = (grid * grid).sum(axis=2)
    around = cv2.blur(power, (BLOCK, BLOCK), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(grid / (np.sqrt(np.maximum(around, 0)) + FLOOR)[..., None], np.float32)


def _shares(x: Floats, y: Floats) -> Iterator[Floats]:
    """Each bin's share of the root of edge strength: an edge counts in the two nearest bins."""
    strength, angle = cv2.cartToPolar(x, y)
    place = np.asarray(angle, np.float32) * np.float32(BINS / np.pi)
    place[place >= BINS] -= BINS
    below = place.astype(np.uint8) % BINS
    strength = np.sqrt(strength)
    upper = strength * (place - np.floor(place))
    lower = strength - upper
    at = [(below == number).view(np.uint8) for number in range(BINS)]
    for number in range(BINS):
        share = cv2.copyTo(lower, at[number])
        cv2.copyTo(upper, at[number - 1], share)
        yield np.asarray(share, np.float32)


def cell_pyramid(picture: Picture, settings: ShapeSettings) -> list[tuple[float, Grid]]:
    """(scale, cells) of every pyramid level of a picture, finest first."""
    smallest = 6 * settings.cell
    made = gradient_pyramid(picture, settings.side, smallest, settings.step)
    return [(scale, cells(x, y, settings.cell)) for scale, x, y in made]


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """Cells (rows, columns, BINS) unfolded once for every template that slides over them.

    A row of `unfolded` (rows * columns, LONGEST * BINS) is a cell with its neighbours to the right.
    """

    rows: int
    columns: int
    unfolded: Grid

    @classmethod
    def of(cls, grid: Grid) -> Self:
        """The plane of a grid (rows, columns, BINS)."""
        wider = np.pad(grid, ((0, 0), (0, LONGEST - 1), (0, 0)))
        windows = sliding_window_view(wider, LONGEST, axis=1).transpose(0, 1, 3, 2)
        flat = np.ascontiguousarray(windows).reshape(-1, LONGEST * BINS)
        return cls(grid.shape[0], grid.shape[1], flat)


def correlate(plane: Plane, weights: Grid) -> Grid:
    """Sums of products of all windows with N templates (N, rows, columns, BINS): (N, y, x).

    One matrix product of all template rows with all rows of cells, whose parts are then added.
    """
    count, rows, columns, bins = weights.shape
    high, wide = plane.rows - rows + 1, plane.columns
    lines = weights.transpose(1, 0, 2, 3).reshape(rows * count, -1)
    products = (lines @ plane.unfolded[:, : columns * bins].T).reshape(rows, count, -1)
    total = products[0, :, : high * wide]
    for row in range(1, rows):
        total += products[row, :, row * wide : (row + high) * wide]
    return total.reshape(count, high, wide)[:, :, : wide - columns + 1]


def template_of(view: View, settings: ShapeSettings) -> Grid:
    """Whitened weights (rows, columns, BINS) of unit response variance on background."""
    columns, rows = grid_for((view.pixels.shape[1], view.pixels.shape[0]))
    mean, _ = statistics()
    edges = view_cells(view.pixels, (columns, rows), settings.cell)
    values = edges.ravel() - np.tile(mean, rows * columns)
    covariance = _covariance(columns, rows, settings.ridge)
    weights = np.linalg.solve(covariance, values)
    weights /= np.sqrt(weights @ covariance @ weights)
    return np.asarray(weights.reshape(rows, columns, BINS), np.float32)


def view_cells(pixels: Pixels, grid: Size, cell: int) -> Grid:
    """Cells of a view brought to `grid` (columns, rows), its ground continued round it."""
    size = (grid[0] * cell, grid[1] * cell)
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    border = 2 * cell
    framed = cv2.copyMakeBorder(small, *(border,) * 4, cv2.BORDER_REPLICATE)
    return cells(*gradients(np.asarray(framed, np.uint8)), cell)[2:-2, 2:-2]


def grid_for(view: Size) -> Size:
    """The grid (columns, rows) whose aspect is nearest to that of a view (width, height)."""
    aspect = view[0] / view[1]
    return min(GRIDS, key=lambda grid: abs(np.log(grid[0] / grid[1] / aspect)))


def normalised(template: Grid, settings: ShapeSettings) -> tuple[Grid, float]:
    """Weights and offset such that the best score on a background picture is about 0 +- 1.

    The spread measured on a few pictures is drawn towards 1 to keep its own noise out.
    """
    mean, _ = statistics()
    offset = float((template.reshape(-1, BINS) @ mean).sum())
    if not settings.backgrounds:
        return template, offset
    best = np.array(
        [
            max(
                float(correlate(plane, template[None]).max())
                for plane in pyramid
                if plane.rows >= template.shape[0] and plane.columns >= template.shape[1]
            )
            for pyramid in _background_planes(settings)
        ]
    )
    spread = 0.6 + 0.4 * float(best.std())
    return template / np.float32(spread), float(best.mean()) / spread


@lru_cache(maxsize=2)
def _background_planes(settings: ShapeSettings) -> list[list[Plane]]:
    pictures = background_pictures(settings.backgrounds)
    return [
        [Plane.of(grid) for _, grid in cell_pyramid(Picture(pixels), settings)]
        for pixels in pictures
    ]


@lru_cache(maxsize=1)
def statistics_digest() -> str:
    """SHA-256 in hex of the file that `statistics` reads."""
    file = files("detector.channels").joinpath("shape_statistics.npz")
    return hashlib.sha256(file.read_bytes()).hexdigest()


@lru_cache(maxsize=1)
def statistics() -> tuple[Floats, Floats]:
    """Mean (BINS,) and autocovariance (dy, dx, BINS, BINS) of cells in background photos.

    `tools/measure_background.py` measures them; dx runs from -R to R in the second axis.
    """
    with files("detector.channels").joinpath("shape_statistics.npz").open("rb") as stream:
        arrays = np.load(stream, allow_pickle=False)
        return arrays["mean"], arrays["autocovariance"]


@lru_cache(maxsize=16)
def _covariance(columns: int, rows: int, ridge: float) -> NDArray[np.float64]:
    """(D, D) covariance of a window of cells under stationarity."""
    _, auto = statistics()
    reach = auto.shape[1] // 2
    y, x = (axis.ravel() for axis in np.mgrid[:rows, :columns])
    dy, dx = y[None] - y[:, None], x[None] - x[:, None]
    flip = dy < 0
    blocks = auto[np.abs(dy), np.where(flip, -dx, dx) + reach].astype(np.float64)
    blocks = np.where(flip[..., None, None], blocks.swapaxes(-1, -2), blocks)
    size = rows * columns * BINS
    whole = blocks.transpose(0, 2, 1, 3).reshape(size, size)
    return np.asarray(whole + np.eye(size) * ridge * np.trace(whole) / size, np.float64)
