"""Channel `shape`: whitened edge templates slid over the photo at every place and size.

A view is a small grid of cells, each with a histogram of undirected edge orientations. Its template
is that grid whitened by the statistics of background photos (Hariharan, Malik & Ramanan 2012,
"Discriminative decorrelation for clustering and classification"), so that what every photo has
(straight lines, round blobs) counts for little, and a score is a number of sigmas that needs no
training on the mark. It finds marks that have too few corners for keypoints.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detector import geometry
from detector.channels.hog_cells import (
    BINS,
    Grid,
    Plane,
    Size,
    cell_pyramid,
    cells,
    correlate,
    normalised,
    template_of,
)
from detector.pictures.gradients import gradients
from detector.records import (
    Evidence,
    Features,
    Floats,
    Matrix,
    Measures,
    Picture,
    References,
    View,
    columns_of,
    spans,
)
from detector.settings import ShapeSettings

PAD = 1  # cells a template may reach beyond the photo
CELL, BIAS = 0, 1  # labels of a view's rows

Bank = tuple[Size, NDArray[np.int32], list[Size], Grid, Floats]
"""A grid (columns, rows) and its views, view sizes, weights (N, rows, columns, BINS), offsets."""


class ShapeChannel:
    """Describes photos as cells of a pyramid, views as whitened templates."""

    name = "shape"

    def __init__(self, settings: ShapeSettings | None = None) -> None:
        self.settings = settings or ShapeSettings()
        self._unpacked: tuple[References, list[Bank]] | None = None

    def describe(self, picture: Picture) -> Features:
        """One row a cell: frame x, y, cell size in photo pixels, 0; label is the pyramid level."""
        made = cell_pyramid(picture, self.settings)
        frames, cells, labels = [], [], []
        for number, (scale, grid) in enumerate(made):
            frames.append(_cell_frames(grid.shape[:2], self.settings.cell / scale))
            cells.append(grid.reshape(-1, BINS))
            labels.append(np.full(len(cells[-1]), number, np.int16))
        return Features(
            np.concatenate(frames), np.concatenate(cells).astype(np.float16), np.concatenate(labels)
        )

    def describe_view(self, view: View) -> Features:
        """The template's cells, then one row that holds the offset to subtract.

        None for a turned view, edges have no polarity, nor for a mirrored one: keypoints find
        those, and a template more is paid for in every photo.
        """
        if view.inverted or view.mirrored:
            return _nothing()
        template = template_of(view, self.settings)
        weights, offset = normalised(template, self.settings)
        rows, columns = weights.shape[:2]
        height, width = view.pixels.shape[:2]
        frames = _cell_frames((rows, columns), 1.0)
        frames[:, 0] *= width / columns
        frames[:, 1] *= height / rows
        frames[:, 2] = width / columns
        bias = np.zeros((1, BINS), np.float32)
        bias[0, :2] = offset // 1, offset % 1  # two halves keep float16 precise
        return Features(
            np.concatenate([frames, np.zeros((1, 4), np.float32)]),
            np.concatenate([weights.reshape(-1, BINS), bias]).astype(np.float16),
            np.array([CELL] * len(frames) + [BIAS], np.int16),
        )

    def compare(self, photo: Features, references: References) -> list[Evidence]:
        """The best poses, best first; `likeness` is in background sigmas."""
        found = []
        pyramid = _planes_of(photo)
        if not pyramid:
            return []
        for grid, views, sizes, weights, offsets in self._banks(references):
            peaks = [_peaks(level, grid, weights, offsets) for level in pyramid]
            scores = np.array([peak[0] for peak in peaks])
            for column, view in enumerate(views):
                order = np.argsort(-scores[:, column])[: self.settings.per_view]
                for level in order:
                    if np.isfinite(scores[level, column]):
                        box = peaks[level][1][column]
                        found.append((float(scores[level, column]), int(view), sizes[column], box))
        found.sort(key=lambda item: (-item[0], item[1]))
        return [self._evidence(*item) for item in found[: self.settings.proposals]]

    def _banks(self, references: References) -> list[Bank]:
        """The templates of an index, unpacked once."""
        if self._unpacked is None or self._unpacked[0] is not references:
            self._unpacked = (references, _banks(references))
        return self._unpacked[1]

    def _evidence(self, score: float, view: int, size: Size, box: Floats) -> Evidence:
        pose = geometry.fit_box(size, box)
        none = np.zeros((0, 4), np.float32)
        return Evidence(self.name, view, Measures(likeness=score), pose, none)


def upright_likeness(
    photo: geometry.Stack, template: Features, view: Size, pose: Matrix, settings: ShapeSettings
) -> float:
    """The template's score on the photo set upright under `pose`, in background sigmas.

    `photo` is its `geometry.halvings`, `view` is the view's (width, height), `pose` maps its pixels
    to the photo's.
    """
    grid = _grid_of(template)
    cell = settings.cell
    size = (grid[0] * cell, grid[1] * cell)
    border = 2 * cell
    shift = np.array([[1, 0, -border], [0, 1, -border], [0, 0, 1]], np.float64)
    to_photo = pose @ geometry.zoom(view[0] / size[0], view[1] / size[1]) @ shift
    seen = geometry.warp(photo, to_photo, (size[0] + 2 * border, size[1] + 2 * border))
    weights = template.descriptors[:-1].astype(np.float32).reshape(grid[1], grid[0], BINS)
    offset = float(template.descriptors[-1, :2].astype(np.float32).sum())
    return float((cells(*gradients(seen), cell)[2:-2, 2:-2] * weights).sum()) - offset


def _grid_of(template: Features) -> Size:
    """(columns, rows) of a view's template."""
    frames = template.frames[:-1]
    columns = columns_of(frames)
    return columns, len(frames) // columns


def _nothing() -> Features:
    none = np.zeros((0, BINS), np.float16)
    return Features(np.zeros((0, 4), np.float32), none, np.zeros(0, np.int16))


def _cell_frames(shape: tuple[int, ...], size: float) -> Floats:
    y, x = np.mgrid[: shape[0], : shape[1]].reshape(2, -1).astype(np.float32)
    frames = np.zeros((len(x), 4), np.float32)
    frames[:, 0], frames[:, 1], frames[:, 2] = (x + 0.5) * size, (y + 0.5) * size, size
    return frames


def _planes_of(photo: Features) -> list[tuple[float, Plane]]:
    """(cell size in photo pixels, plane) of every level, padded by PAD cells."""
    planes = []
    for number in range(int(photo.labels.max()) + 1 if len(photo) else 0):
        rows = photo.labels == number
        if not rows.any():
            continue
        frames = photo.frames[rows]
        grid = photo.descriptors[rows].astype(np.float32).reshape(-1, columns_of(frames), BINS)
        padded = np.pad(grid, ((PAD, PAD), (PAD, PAD), (0, 0)), mode="edge")
        planes.append((float(frames[0, 2]), Plane.of(padded)))
    return planes


def _banks(references: References) -> list[Bank]:
    """Templates grouped by grid: (columns, rows), views, view sizes, weights, offsets."""
    features = references.features
    groups: dict[Size, list[tuple[int, int, int]]] = {}
    for view, start, stop in spans(references.view):
        columns = columns_of(features.frames[start : stop - 1])
        size = (columns, (stop - 1 - start) // columns)
        groups.setdefault(size, []).append((view, start, stop))
    return [_bank(size, members, features) for size, members in sorted(groups.items())]


def _bank(grid: Size, members: list[tuple[int, int, int]], features: Features) -> Bank:
    columns, rows = grid
    views = np.array([view for view, _, _ in members], np.int32)
    weights = np.stack([features.descriptors[a : b - 1] for _, a, b in members]).astype(np.float32)
    offsets = np.array(
        [features.descriptors[b - 1, :2].astype(np.float32).sum() for _, _, b in members]
    )
    sizes = []
    for _, _start, stop in members:
        last = features.frames[stop - 2]
        sizes.append(
            (
                round(float(last[0]) * columns / (columns - 0.5)),
                round(float(last[1]) * rows / (rows - 0.5)),
            )
        )
    return grid, views, sizes, weights.reshape(-1, rows, columns, BINS), offsets


def _peaks(
    level: tuple[float, Plane], grid: Size, weights: Grid, offsets: Floats
) -> tuple[Floats, Floats]:
    """Best score and box (N, 4) of every template on one level; -inf where it does not fit."""
    size, plane = level
    count = len(weights)
    if plane.rows < grid[1] or plane.columns < grid[0]:
        return np.full(count, -np.inf, np.float32), np.zeros((count, 4), np.float32)
    scores = correlate(plane, weights)
    flat = scores.reshape(count, -1)
    best = flat.argmax(axis=1)
    y, x = np.divmod(best, scores.shape[2])
    corner = np.stack([x - PAD, y - PAD, x - PAD + grid[0], y - PAD + grid[1]], axis=1) * size
    return flat[np.arange(count), best] - offsets, corner.astype(np.float32)
