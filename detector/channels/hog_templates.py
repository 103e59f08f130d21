"""Whitened templates of HOG cells, and their correlation with a photo.

Templates are whitened as by Hariharan, Malik & Ramanan 2012, "Discriminative decorrelation for
clustering and classification".
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Self

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from detector.channels.background import background_pictures
from detector.channels.hog_cells import BINS, Grid, GridSize, cell_pyramid, view_cells
from detector.records import Floats, Picture, View
from detector.settings import EdgeTemplateSettings

GRIDS: tuple[GridSize, ...] = (
    (5, 16), (6, 13), (7, 11), (8, 10), (9, 9), (10, 8), (11, 7), (13, 6), (16, 5), (18, 4)
)  # fmt: skip
"""Template sizes (columns, rows) of about 80 cells: fewer confuse marks, more are brittle."""

MAX_COLUMNS = max(columns for columns, _ in GRIDS)


@dataclass(frozen=True, slots=True, eq=False)
class UnfoldedCells:
    """Cells (rows, columns, BINS) unfolded once (im2col) for all templates correlated with them.

    A row of `unfolded` (rows * columns, MAX_COLUMNS * BINS) is a cell with its right neighbours.
    """

    rows: int
    columns: int
    unfolded: Grid

    @classmethod
    def of(cls, grid: Grid) -> Self:
        """Unfold a grid (rows, columns, BINS)."""
        padded = np.pad(grid, ((0, 0), (0, MAX_COLUMNS - 1), (0, 0)))
        windows = sliding_window_view(padded, MAX_COLUMNS, axis=1).transpose(0, 1, 3, 2)
        flat = np.ascontiguousarray(windows).reshape(-1, MAX_COLUMNS * BINS)
        return cls(grid.shape[0], grid.shape[1], flat)


def correlate(photo: UnfoldedCells, weights: Grid) -> Grid:
    """Cross-correlation with N templates (N, rows, columns, BINS) at every position: (N, y, x).

    One matrix product of all template rows with all rows of cells; shifted parts of it are added.
    """
    count, rows, columns, bins = weights.shape
    high, wide = photo.rows - rows + 1, photo.columns
    lines = weights.transpose(1, 0, 2, 3).reshape(rows * count, -1)
    products = (lines @ photo.unfolded[:, : columns * bins].T).reshape(rows, count, -1)
    total = products[0, :, : high * wide]
    for row in range(1, rows):
        total += products[row, :, row * wide : (row + high) * wide]
    return total.reshape(count, high, wide)[:, :, : wide - columns + 1]


def whitened_template(view: View, settings: EdgeTemplateSettings) -> Grid:
    """Whitened template (rows, columns, BINS) of a view: unit variance on background photos."""
    columns, rows = grid_for((view.pixels.shape[1], view.pixels.shape[0]))
    mean, _ = background_statistics()
    edges = view_cells(view.pixels, (columns, rows), settings.cell)
    values = edges.ravel() - np.tile(mean, rows * columns)
    covariance = _covariance(columns, rows, settings.ridge)
    weights = np.linalg.solve(covariance, values)
    weights /= np.sqrt(weights @ covariance @ weights)
    return np.asarray(weights.reshape(rows, columns, BINS), np.float32)


def grid_for(view: GridSize) -> GridSize:
    """The grid (columns, rows) whose aspect is nearest to that of a view (width, height)."""
    aspect = view[0] / view[1]
    return min(GRIDS, key=lambda grid: abs(np.log(grid[0] / grid[1] / aspect)))


def normalised(template: Grid, settings: EdgeTemplateSettings) -> tuple[Grid, float]:
    """Weights and offset for which the best score on a background picture has mean 0, deviation 1.

    The deviation is measured on few pictures, so it is shrunk towards 1.
    """
    mean, _ = background_statistics()
    offset = float((template.reshape(-1, BINS) @ mean).sum())
    if not settings.backgrounds:
        return template, offset
    best = np.array(
        [
            max(
                float(correlate(level, template[None]).max())
                for level in pyramid
                if level.rows >= template.shape[0] and level.columns >= template.shape[1]
            )
            for pyramid in _unfolded_backgrounds(settings)
        ]
    )
    spread = 0.6 + 0.4 * float(best.std())
    return template / np.float32(spread), float(best.mean()) / spread


@lru_cache(maxsize=2)
def _unfolded_backgrounds(settings: EdgeTemplateSettings) -> list[list[UnfoldedCells]]:
    pictures = background_pictures(settings.backgrounds)
    return [
        [UnfoldedCells.of(grid) for _, grid in cell_pyramid(Picture(pixels), settings)]
        for pixels in pictures
    ]


@lru_cache(maxsize=1)
def statistics_digest() -> str:
    """SHA-256 in hex of the file that `background_statistics` reads."""
    file = files("detector.channels").joinpath("shape_statistics.npz")
    return hashlib.sha256(file.read_bytes()).hexdigest()


@lru_cache(maxsize=1)
def background_statistics() -> tuple[Floats, Floats]:
    """Mean (BINS,) and autocovariance (dy, dx, BINS, BINS) of cells in background photos.

    `tools/measure_background.py` measures them; dx runs from -R to R in the second axis.
    """
    with files("detector.channels").joinpath("shape_statistics.npz").open("rb") as stream:
        arrays = np.load(stream, allow_pickle=False)
        return arrays["mean"], arrays["autocovariance"]


@lru_cache(maxsize=16)
def _covariance(columns: int, rows: int, ridge: float) -> NDArray[np.float64]:
    """(D, D) covariance of a stationary grid of cells, with a share `ridge` of white noise."""
    _, auto = background_statistics()
    reach = auto.shape[1] // 2
    y, x = (axis.ravel() for axis in np.mgrid[:rows, :columns])
    dy, dx = y[None] - y[:, None], x[None] - x[:, None]
    flip = dy < 0
    blocks = auto[np.abs(dy), np.where(flip, -dx, dx) + reach].astype(np.float64)
    blocks = np.where(flip[..., None, None], blocks.swapaxes(-1, -2), blocks)
    size = rows * columns * BINS
    whole = blocks.transpose(0, 2, 1, 3).reshape(size, size)
    return np.asarray(whole + np.eye(size) * ridge * np.trace(whole) / size, np.float64)
