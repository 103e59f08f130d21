"""HOG cells: histograms of oriented gradients (Dalal & Triggs 2005) of photos and views."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.pictures.gradients import gradient_pyramid, gradients
from detector.records import Floats, Picture, Pixels
from detector.settings import EdgeTemplateSettings

BINS = 6
CONTRAST_BLOCK = 5  # side in cells of the block over which contrast is normalised
CONTRAST_FLOOR = 0.6  # contrast below this (square root of grey levels) is noise, not shape

GridSize = tuple[int, int]
"""Columns and rows of cells."""

Grid = NDArray[np.float32]


def hog_cells(x: Floats, y: Floats, cell: int) -> Grid:
    """HOG cells (rows, columns, BINS) from x and y differences (H, W).

    Orientations are undirected; contrast is normalised over a block of cells.
    """
    rows, columns = x.shape[0] // cell, x.shape[1] // cell
    if not rows or not columns:
        return np.zeros((rows, columns, BINS), np.float32)
    inside = np.s_[: rows * cell, : columns * cell]
    votes = _orientation_votes(x[inside], y[inside])
    means = [cv2.resize(vote, (columns, rows), interpolation=cv2.INTER_AREA) for vote in votes]
    grid = np.stack(means, axis=2)
    power = (grid * grid).sum(axis=2)
    local = cv2.blur(power, (CONTRAST_BLOCK,) * 2, borderType=cv2.BORDER_REPLICATE)
    contrast = np.sqrt(np.maximum(local, 0)) + CONTRAST_FLOOR
    return np.asarray(grid / contrast[..., None], np.float32)


def _orientation_votes(x: Floats, y: Floats) -> Iterator[Floats]:
    """Each bin's votes (H, W): a pixel votes for its two nearest bins by sqrt(edge strength)."""
    strength, angle = cv2.cartToPolar(x, y)
    position = np.asarray(angle, np.float32) * np.float32(BINS / np.pi)
    position[position >= BINS] -= BINS
    lower_bin = position.astype(np.uint8) % BINS
    strength = np.sqrt(strength)
    upper = strength * (position - np.floor(position))
    lower = strength - upper
    masks = [(lower_bin == number).view(np.uint8) for number in range(BINS)]
    for number in range(BINS):
        votes = cv2.copyTo(lower, masks[number])
        cv2.copyTo(upper, masks[number - 1], votes)
        yield np.asarray(votes, np.float32)


def cell_pyramid(picture: Picture, settings: EdgeTemplateSettings) -> list[tuple[float, Grid]]:
    """(scale, cells) of every pyramid level of a picture, finest first."""
    levels = gradient_pyramid(picture, settings.side, 6 * settings.cell, settings.step)
    return [(scale, hog_cells(x, y, settings.cell)) for scale, x, y in levels]


def view_cells(pixels: Pixels, grid: GridSize, cell: int) -> Grid:
    """HOG cells of a view resized to `grid` (columns, rows), its border replicated around it."""
    size = (grid[0] * cell, grid[1] * cell)
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    border = 2 * cell
    framed = cv2.copyMakeBorder(small, *(border,) * 4, cv2.BORDER_REPLICATE)
    return hog_cells(*gradients(np.asarray(framed, np.uint8)), cell)[2:-2, 2:-2]
