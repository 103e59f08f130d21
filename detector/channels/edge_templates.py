"""Channel `shape`: whitened HOG templates, correlated with the photo at every position and scale.

A view is a small grid of HOG cells. Its template is that grid, whitened by the statistics of
background photos (Hariharan, Malik & Ramanan 2012, "Discriminative decorrelation for clustering and
classification"): structure common to all photos (straight lines, round blobs) gets little weight,
and scores are in sigmas without training on the mark. It finds marks with too few corners for
keypoints.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector import geometry, score_terms
from detector.channels.base import ChannelSpec, StoredFeatures, ViewRows
from detector.channels.cohort import template_cohort
from detector.channels.hog_cells import (
    BINS,
    Grid,
    GridSize,
    cell_pyramid,
    hog_cells,
)
from detector.channels.hog_templates import (
    GRIDS,
    UnfoldedCells,
    correlate,
    grid_for,
    normalised,
    statistics_digest,
    whitened_template,
)
from detector.index.view_features import ViewFeatures
from detector.index.view_table import ViewTable
from detector.pictures.gradients import gradients
from detector.records import (
    Features,
    Floats,
    Matrix,
    Measures,
    Picture,
    Proposal,
    References,
    View,
    columns_of,
    spans,
)
from detector.settings import Budget, EdgeTemplateSettings

PAD = 1  # cells by which a template may extend beyond the photo
CELL, OFFSET = 0, 1  # labels of a view's rows

_Peak = tuple[float, int, Floats]
"""Score, view row, and box x0 y0 x1 y1 in the photo."""


@dataclass(frozen=True, slots=True, eq=False)
class TemplateGroup:
    """All templates of one size: `grid` (columns, rows), `weights` (N, rows, columns, BINS).

    `views` (N,) are their rows; `offsets` (N,) are subtracted from correlations to give sigmas.
    """

    grid: GridSize
    views: NDArray[np.int32]
    weights: Grid
    offsets: Floats

    def subset(self, views: ViewRows | None) -> TemplateGroup:
        """The templates of some views; None selects all."""
        if views is None:
            return self
        chosen = np.isin(self.views, views)
        return TemplateGroup(
            self.grid, self.views[chosen], self.weights[chosen], self.offsets[chosen]
        )


class EdgeTemplateChannel:
    """Describes photos as pyramids of HOG cells, views as whitened templates."""

    name = "shape"

    def __init__(self, settings: EdgeTemplateSettings | None = None) -> None:
        self.settings = settings or EdgeTemplateSettings()

    def describe(self, picture: Picture) -> Features:
        """One row per cell: its centre and size in photo pixels; the label is the pyramid level."""
        frames, cells, labels = [], [], []
        for number, (scale, grid) in enumerate(cell_pyramid(picture, self.settings)):
            frames.append(_cell_frames(grid.shape[:2], self.settings.cell / scale))
            cells.append(grid.reshape(-1, BINS))
            labels.append(np.full(len(cells[-1]), number, np.int16))
        return Features(
            np.concatenate(frames), np.concatenate(cells).astype(np.float16), np.concatenate(labels)
        )

    def describe_view(self, view: View) -> Features:
        """The template's cells, then one row that holds the offset to subtract.

        An inverted view has none, because edges have no polarity. A mirrored view has none either:
        keypoints find those, and every template costs time in every photo.
        """
        if view.inverted or view.mirrored:
            return _no_template()
        weights, offset = normalised(whitened_template(view, self.settings), self.settings)
        rows, columns = weights.shape[:2]
        height, width = view.pixels.shape[:2]
        frames = _cell_frames((rows, columns), 1.0)
        frames[:, 0] *= width / columns
        frames[:, 1] *= height / rows
        frames[:, 2] = width / columns
        last = np.zeros((1, BINS), np.float32)
        last[0, :2] = offset // 1, offset % 1  # integer and fraction: float16 alone is too coarse
        return Features(
            np.concatenate([frames, np.zeros((1, 4), np.float32)]),
            np.concatenate([weights.reshape(-1, BINS), last]).astype(np.float16),
            np.array([CELL] * len(frames) + [OFFSET], np.int16),
        )

    def prepare(self, stored: StoredFeatures) -> EdgeTemplateSearcher:
        """See `Channel.prepare`."""
        return EdgeTemplateSearcher(self.settings, stored)


class EdgeTemplateSearcher:
    """Correlates stored templates with a photo's cells at every position and pyramid level."""

    def __init__(self, settings: EdgeTemplateSettings, stored: StoredFeatures) -> None:
        self.settings, self._views = settings, stored.views
        self._templates = ViewFeatures(stored.references)
        self._groups = template_groups(stored.references, stored.views)
        self._cohort = cohort_highest(self._groups, len(stored.views))

    def search(self, photo: Features, views: ViewRows | None = None) -> list[Proposal]:
        """Poses of the highest scores, best first; `likeness` is the score in background sigmas."""
        pyramid = _pyramid_of(photo)
        if not pyramid:
            return []
        groups = [group.subset(views) for group in self._groups]
        peaks = [peak for group in groups for peak in self._peaks(pyramid, group)]
        peaks.sort(key=lambda peak: (-peak[0], peak[1]))
        return [self._proposal(*peak) for peak in peaks[: self.settings.proposals]]

    def confirm(
        self, photo: geometry.Pyramid, views: Sequence[int], poses: Sequence[Matrix]
    ) -> list[Measures]:
        """`likeness` of each view's template on the photo rectified by its pose.

        `likeness_gap` is what it has more than the view's highest with a graphic of the cohort.
        """
        likeness = [self._likeness_at(photo, *given) for given in zip(views, poses, strict=True)]
        highest = self._cohort[self._views.bases[list(views)]].tolist()
        return [
            Measures(likeness=value, likeness_gap=value - high)
            for value, high in zip(likeness, highest, strict=True)
        ]

    def _peaks(
        self, pyramid: list[tuple[float, UnfoldedCells]], group: TemplateGroup
    ) -> Iterator[_Peak]:
        """The highest peaks of every view of a group, at most one per level."""
        if not len(group.views):
            return
        levels = [_level_peaks(size, cells, group) for size, cells in pyramid]
        scores = np.array([best for best, _ in levels])
        for column, view in enumerate(group.views.tolist()):
            for level in np.argsort(-scores[:, column])[: self.settings.per_view]:
                if np.isfinite(scores[level, column]):
                    yield float(scores[level, column]), view, levels[level][1][column]

    def _proposal(self, score: float, view: int, box: Floats) -> Proposal:
        pose = geometry.fit_box(self._views.size_of(view), box)
        return Proposal("shape", view, Measures(likeness=score), pose)

    def _likeness_at(self, photo: geometry.Pyramid, view: int, pose: Matrix) -> float:
        template = self._templates.get(int(self._views.bases[view]))
        if template is None:
            return float("nan")
        size, to_photo = self._views.size_of(view), pose @ self._views.from_base(view)
        return score_at_pose(photo, template, size, to_photo, self.settings.cell)


def score_at_pose(
    photo: geometry.Pyramid, template: Features, view: geometry.Size, pose: Matrix, cell: int
) -> float:
    """The score of a template on the photo rectified by `pose`, in background sigmas.

    `photo` is an image pyramid of `geometry.pyramid`; `view` is the view's (width, height), whose
    pixels `pose` maps to the photo's; `cell` is in pixels.
    """
    grid = grid_for(view)
    size = (grid[0] * cell, grid[1] * cell)
    border = 2 * cell
    zoom = geometry.zoom(view[0] / size[0], view[1] / size[1])
    to_photo = pose @ zoom @ geometry.shift(-border, -border)
    rectified = geometry.warp(photo, to_photo, (size[0] + 2 * border, size[1] + 2 * border))
    weights = template.descriptors[:-1].astype(np.float32).reshape(grid[1], grid[0], BINS)
    offset = float(_offset(template.descriptors[-1]))
    return float((hog_cells(*gradients(rectified), cell)[2:-2, 2:-2] * weights).sum()) - offset


def cohort_highest(groups: Sequence[TemplateGroup], views: int) -> Floats:
    """(V,) each view's highest score on a graphic of the cohort; NaN for one without template."""
    highest = np.full(views, np.nan, np.float32)
    for group in groups:
        highest[group.views] = template_cohort(group.grid, group.weights, group.offsets).highest
    return highest


def _no_template() -> Features:
    cells = np.zeros((0, BINS), np.float16)
    return Features(np.zeros((0, 4), np.float32), cells, np.zeros(0, np.int16))


def _cell_frames(shape: tuple[int, ...], size: float) -> Floats:
    y, x = np.mgrid[: shape[0], : shape[1]].reshape(2, -1).astype(np.float32)
    frames = np.zeros((len(x), 4), np.float32)
    frames[:, 0], frames[:, 1], frames[:, 2] = (x + 0.5) * size, (y + 0.5) * size, size
    return frames


def _pyramid_of(photo: Features) -> list[tuple[float, UnfoldedCells]]:
    """(cell size in photo pixels, unfolded cells) of every level, padded by PAD cells."""
    levels = []
    for number in range(int(photo.labels.max()) + 1 if len(photo) else 0):
        rows = photo.labels == number
        if not rows.any():
            continue
        frames = photo.frames[rows]
        grid = photo.descriptors[rows].astype(np.float32).reshape(-1, columns_of(frames), BINS)
        padded = np.pad(grid, ((PAD, PAD), (PAD, PAD), (0, 0)), mode="edge")
        levels.append((float(frames[0, 2]), UnfoldedCells.of(padded)))
    return levels


def template_groups(references: References, views: ViewTable) -> list[TemplateGroup]:
    """The stored templates, grouped by grid."""
    members: dict[GridSize, list[tuple[int, int, int]]] = {}
    for view, start, stop in spans(references.view):
        members.setdefault(grid_for(views.size_of(view)), []).append((view, start, stop))
    return [_group(grid, rows, references.features) for grid, rows in sorted(members.items())]


def _group(
    grid: GridSize, members: list[tuple[int, int, int]], features: Features
) -> TemplateGroup:
    columns, rows = grid
    every = features.descriptors
    weights = np.stack([every[start : stop - 1] for _, start, stop in members]).astype(np.float32)
    offsets = np.array([_offset(every[stop - 1]) for _, _, stop in members])
    views = np.array([view for view, _, _ in members], np.int32)
    return TemplateGroup(grid, views, weights.reshape(-1, rows, columns, BINS), offsets)


def _offset(row: NDArray[Any]) -> np.float32:
    """The offset that the last row of a template holds as integer and fraction."""
    return np.float32(row[:2].astype(np.float32).sum())


def _level_peaks(size: float, cells: UnfoldedCells, group: TemplateGroup) -> tuple[Floats, Floats]:
    """Best score (N,) and box (N, 4) of every template on one level; -inf where it does not fit.

    `size` is that of a cell in photo pixels.
    """
    grid, count = group.grid, len(group.views)
    if cells.rows < grid[1] or cells.columns < grid[0]:
        return np.full(count, -np.inf, np.float32), np.zeros((count, 4), np.float32)
    scores = correlate(cells, group.weights)
    flat = scores.reshape(count, -1)
    best = flat.argmax(axis=1)
    y, x = np.divmod(best, scores.shape[2])
    corner = np.stack([x - PAD, y - PAD, x - PAD + grid[0], y - PAD + grid[1]], axis=1) * size
    return flat[np.arange(count), best] - group.offsets, corner.astype(np.float32)


def _stored(settings: EdgeTemplateSettings) -> Mapping[str, object]:
    names = ("cell", "step", "ridge", "backgrounds", "side")
    chosen = {name: value for name, value in asdict(settings).items() if name in names}
    return {"version": 2, "grids": GRIDS, "statistics": statistics_digest(), **chosen}


EDGE_TEMPLATES = ChannelSpec(
    name="shape",
    settings=lambda settings: settings.shape,
    factory=EdgeTemplateChannel,
    stored=_stored,
    budget=Budget(poses=0),
    terms={"shape": score_terms.scaled(score_terms.clipped("likeness", -3, -3, 9), 3)},
    wording=score_terms.reason("its outline stands out by {likeness:.1f} sigmas of background"),
    maskable=False,
)
