"""Whitened edge templates: orientation cells, their background statistics, and correlation.

Hariharan, Malik & Ramanan 2012, "Discriminative decorrelation for clustering and classification".
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from detector.evidence.background import background_pictures
from detector.evidence.gradients import fold, gradients, levels
from detector.records import Floats, Pixels, View
from detector.settings import ShapeSettings

BINS = 6
BLOCK = 5  # cells over which contrast is evened out
FLOOR = 0.6  # contrast below this (square root of grey levels) is noise, not shape
GRIDS: tuple[tuple[int, int], ...] = (
    (5, 16), (6, 13), (7, 11), (8, 10), (9, 9), (10, 8), (11, 7), (13, 6), (16, 5), (18, 4)
)  # fmt: skip
"""Template sizes (columns, rows) of about 80 cells: fewer confuse marks, more are brittle."""

Size = tuple[int, int]
Grid = NDArray[np.float32]


def cells(pixels: Pixels, cell: int) -> Grid:
    """(rows, columns, BINS) orientation histograms, contrast evened out over a block of cells."""
    strength, angle = fold(*gradients(pixels))
    rows, columns = strength.shape[0] // cell, strength.shape[1] // cell
    if not rows or not columns:
        return np.zeros((rows, columns, BINS), np.float32)
    strength = np.sqrt(strength[: rows * cell, : columns * cell])
    place = angle[: rows * cell, : columns * cell] * np.float32(BINS / np.pi)
    grid = np.empty((rows, columns, BINS), np.float32)
    for number in range(BINS):
        away = np.abs(place - number)
        share = np.maximum(0, 1 - np.minimum(away, BINS - away))
        grid[..., number] = cv2.resize(
            share * strength, (columns, rows), interpolation=cv2.INTER_AREA
        )
    power = (grid * grid).sum(axis=2)
    around = cv2.blur(power, (BLOCK, BLOCK), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(grid / (np.sqrt(np.maximum(around, 0)) + FLOOR)[..., None], np.float32)


def cell_pyramid(pixels: Pixels, settings: ShapeSettings) -> list[tuple[float, Grid]]:
    """(scale, cells) of every pyramid level of (H, W, 3) pixels, finest first."""
    smallest = 6 * settings.cell
    made = levels(pixels, settings.side, smallest, settings.step)
    return [(scale, cells(level, settings.cell)) for scale, level in made]


def correlate(grid: Grid, weights: Grid) -> Grid:
    """Sum of products of every (rows, columns) window of `grid` with N templates: (y, x, N).

    One matrix product a template row: a row of cells is unfolded once and used by every row.
    """
    count, rows, columns, bins = weights.shape
    high, wide = grid.shape[0] - rows + 1, grid.shape[1] - columns + 1
    unfolded = sliding_window_view(grid, columns, axis=1).transpose(0, 1, 3, 2)
    flat = np.ascontiguousarray(unfolded).reshape(-1, columns * bins)
    total = np.zeros((high * wide, count), np.float32)
    for row in range(rows):
        part = np.ascontiguousarray(weights[:, row].reshape(count, -1).T)
        total += flat[row * wide : (row + high) * wide] @ part
    return total.reshape(high, wide, count)


def template_of(view: View, settings: ShapeSettings) -> Grid:
    """Whitened weights (rows, columns, BINS) of unit response variance on background."""
    columns, rows = _grid_for(view.pixels.shape[1] / view.pixels.shape[0])
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
    return cells(np.asarray(framed, np.uint8), cell)[2:-2, 2:-2]


def _grid_for(aspect: float) -> Size:
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
                float(correlate(grid, template[None]).max())
                for grid in pyramid
                if grid.shape[0] >= template.shape[0] and grid.shape[1] >= template.shape[1]
            )
            for pyramid in _background_grids(settings)
        ]
    )
    spread = 0.6 + 0.4 * float(best.std())
    return template / np.float32(spread), float(best.mean()) / spread


@lru_cache(maxsize=2)
def _background_grids(settings: ShapeSettings) -> list[list[Grid]]:
    pictures = background_pictures(settings.backgrounds)
    return [[grid for _, grid in cell_pyramid(pixels, settings)] for pixels in pictures]


@lru_cache(maxsize=1)
def statistics() -> tuple[Floats, Floats]:
    """Mean (BINS,) and autocovariance (dy, dx, BINS, BINS) of cells in background photos.

    `benchmarks/fit.py` measures them; dx runs from -R to R in the second axis.
    """
    with files("detector.evidence").joinpath("shape_statistics.npz").open("rb") as stream:
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
