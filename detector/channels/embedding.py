"""Channel `embedding`: learned descriptors of the windows of a photo, compared with the views'.

A small network (docs/model.md; trained by `training/`) gives a unit vector for every window of a
photo, at every scale and in two shapes. Pictures of one mark have similar vectors, whether printed,
stitched, embossed or recoloured. It finds marks without corners and without words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detector import geometry, score_terms
from detector.channels import embedding_model
from detector.channels.base import ChannelSpec, StoredFeatures, ViewRows
from detector.channels.cohort import embedding_cohort
from detector.channels.embedding_model import DIMENSIONS, SHAPES
from detector.channels.embedding_windows import (
    FILL_SHARE,
    WIDE_ASPECT,
    cosines_at,
    no_windows,
    pose_of_windows,
    window_of_view,
    windows_of,
)
from detector.index.view_features import ViewFeatures
from detector.records import (
    ChannelName,
    Features,
    Floats,
    Matrix,
    Measures,
    Picture,
    Proposal,
    References,
    View,
)
from detector.settings import Budget, EmbeddingSettings

NAME: ChannelName = "embedding"
BACKGROUND = "embedding_background.npz"
RIDGE = 1.0  # white noise added to the background covariance, as a share of its variance


class BestWindows(NamedTuple):
    """N reference rows, the photo's best window for each, and its score in sigmas; all (N,)."""

    rows: NDArray[np.intp]
    windows: NDArray[np.intp]
    sigmas: Floats


class EmbeddingChannel:
    """Describes windows of photos and of views by a network."""

    name = NAME

    def __init__(self, settings: EmbeddingSettings | None = None) -> None:
        self.settings = settings or EmbeddingSettings()

    def describe(self, picture: Picture) -> Features:
        """One row per window: its centre and width in photo pixels; the label is its shape."""
        return windows_of(picture.pixels, self.settings)

    def describe_view(self, view: View) -> Features:
        """One row for each rotation: the view, centred in a window rotated by it.

        None for a mirrored view, whose vector is close to that of the view itself.
        """
        return no_windows() if view.mirrored else window_of_view(view, self.settings.turns)

    def prepare(self, stored: StoredFeatures) -> EmbeddingSearcher:
        """See `Channel.prepare`."""
        return EmbeddingSearcher(self.settings, stored)


class EmbeddingSearcher:
    """Stored vectors as whitened linear detectors."""

    def __init__(self, settings: EmbeddingSettings, stored: StoredFeatures) -> None:
        self.settings, self._views = settings, stored.views
        self._references = stored.references
        self._windows = ViewFeatures(stored.references)
        self._weights, self._offsets = linear_detectors(stored.references.features)
        self._cohort = cohort_highest(stored.references, len(stored.views))

    def search(self, photo: Features, views: ViewRows | None = None) -> list[Proposal]:
        """The window with the highest score of each view, best view first.

        Rotated windows are tried only for the `proposals` views that are best upright.
        """
        view_of_row, features = self._references.view, self._references.features
        if not len(photo) or not len(features):
            return []
        wanted = np.ones(len(view_of_row), bool) if views is None else np.isin(view_of_row, views)
        upright = features.frames[:, 3] == 0
        best = self._best_windows(photo, np.flatnonzero(wanted & upright))
        chosen = view_of_row[best.rows[self._best_per_view(best)]]
        rotated = wanted & ~upright & np.isin(view_of_row, chosen)
        best = _concatenated([best, self._best_windows(photo, np.flatnonzero(rotated))])
        return [
            _proposal(photo, self._references, *(column[n].item() for column in best))
            for n in self._best_per_view(best).tolist()
        ]

    def confirm(
        self, photo: geometry.Pyramid, views: Sequence[int], poses: Sequence[Matrix]
    ) -> list[Measures]:
        """`cosine` of each view's vector with that of the photo rectified by its pose; one batch.

        `cosine_gap` is what it has more than the view's highest with a graphic of the cohort.

        A mirrored view has no vector of its own: that of its base is compared.
        """
        table = self._views
        bases = [table.bases[view] if table.mirrored[view] else view for view in views]
        from_base = [pose @ table.from_base(v) for v, pose in zip(views, poses, strict=True)]
        windows = [self._windows.get(int(view)) for view in bases]
        cosines = np.array(cosines_at(photo, windows, from_base))
        gaps = cosines - self._cohort[[int(view) for view in bases]]
        return [
            Measures(cosine=cosine, cosine_gap=gap)
            for cosine, gap in zip(cosines.tolist(), gaps.tolist(), strict=True)
        ]

    def _best_windows(self, photo: Features, rows: NDArray[np.intp]) -> BestWindows:
        """The best window of the photo for some reference rows."""
        labels = self._references.features.labels
        parts = []
        for number in range(len(SHAPES)):
            of_shape = rows[labels[rows] == number]
            windows = np.flatnonzero(photo.labels == number)
            if len(of_shape) and len(windows):
                scores = self._weights[of_shape] @ photo.descriptors[windows].astype(np.float32).T
                best = scores.argmax(axis=1)
                sigmas = scores[np.arange(len(of_shape)), best] - self._offsets[of_shape]
                parts.append(BestWindows(of_shape, windows[best], sigmas))
        return _concatenated(parts)

    def _best_per_view(self, best: BestWindows) -> NDArray[np.intp]:
        """Positions in `best` of each view's best row, best view first, at most `proposals`."""
        order = np.argsort(-best.sigmas, kind="stable")
        _, first = np.unique(self._references.view[best.rows[order]], return_index=True)
        return order[np.sort(first)][: self.settings.proposals]


def cohort_highest(references: References, views: int) -> Floats:
    """(V,) each view's highest cosine with a graphic of the cohort; NaN for one without vectors."""
    stored, highest = references.features, np.full(views, np.nan, np.float32)
    upright = np.flatnonzero(stored.frames[:, 3] == 0)
    vectors = stored.descriptors[upright].astype(np.float32)
    highest[references.view[upright]] = embedding_cohort(vectors, stored.labels[upright]).highest
    return highest


def _concatenated(parts: Sequence[BestWindows]) -> BestWindows:
    if not parts:
        rows = np.zeros(0, np.intp)
        return BestWindows(rows, rows, np.zeros(0, np.float32))
    return BestWindows(*map(np.concatenate, zip(*parts, strict=True)))


def linear_detectors(references: Features) -> tuple[Floats, Floats]:
    """Weights (N, DIMENSIONS) and offsets (N,) that score vectors in background sigmas.

    Whitened by the windows of photos without marks, so that what many windows have in common
    gets little weight (Hariharan, Malik & Ramanan 2012).
    """
    weights = np.zeros((len(references), DIMENSIONS), np.float32)
    offsets = np.zeros(len(references), np.float32)
    for number, (mean, covariance) in enumerate(_background()):
        rows = references.labels == number
        raw = np.linalg.solve(
            covariance + _ridge(covariance), (references.descriptors[rows] - mean).T
        ).T
        deviation = np.sqrt(np.einsum("ij,jk,ik->i", raw, covariance, raw))
        weights[rows] = raw / deviation[:, None]
        offsets[rows] = raw @ mean / deviation
    return weights, offsets


def least_like_background(windows: Features, most: int) -> Features:
    """Of each shape the `most` windows that are farthest from the background, by Mahalanobis."""
    kept = []
    for number, (mean, _) in enumerate(_background()):
        rows = np.flatnonzero(windows.labels == number)
        if len(rows) > most:
            vectors = windows.descriptors[rows].astype(np.float32) - mean
            vectors = vectors @ _whitening()[number]
            far = np.argpartition(-np.square(vectors).sum(axis=1), most)[:most]
            rows = np.sort(rows[far])
        kept.append(rows)
    chosen = np.concatenate(kept)
    return Features(windows.frames[chosen], windows.descriptors[chosen], windows.labels[chosen])


@lru_cache(maxsize=1)
def _whitening() -> list[Floats]:
    """Of each shape the matrix that makes the background's vectors uncorrelated."""
    every = (covariance for _, covariance in _background())
    return [
        np.linalg.cholesky(np.linalg.inv(one + _ridge(one))).astype(np.float32) for one in every
    ]


def _ridge(covariance: Floats) -> Floats:
    ridge = RIDGE * np.trace(covariance) / DIMENSIONS * np.eye(DIMENSIONS)
    return np.asarray(ridge)


@lru_cache(maxsize=1)
def _background() -> list[tuple[Floats, Floats]]:
    """Mean and covariance of each shape's vectors, written by `tools/measure_background.py`."""
    with files("detector.channels").joinpath(BACKGROUND).open("rb") as stream:
        table = np.load(stream)
        names = [shape.name for shape in SHAPES]
        return [(table[f"{name}_mean"], table[f"{name}_covariance"]) for name in names]


def _proposal(
    photo: Features, references: References, row: int, window: int, likeness: float
) -> Proposal:
    stored = references.features
    vector = stored.descriptors[row].astype(np.float32)
    cosine = vector @ photo.descriptors[window].astype(np.float32)
    measures = Measures(cosine=float(cosine), likeness=float(likeness))
    pose = pose_of_windows(stored.frames[row], photo.frames[window])
    return Proposal(NAME, int(references.view[row]), measures, pose)


def _stored(settings: EmbeddingSettings) -> Mapping[str, object]:
    return {
        "version": 1,
        "model": embedding_model.SHA256,
        "turns": settings.turns,
        "fill": FILL_SHARE,
        "wide": WIDE_ASPECT,
    }


EMBEDDING = ChannelSpec(
    name=NAME,
    settings=lambda settings: settings.embedding,
    factory=EmbeddingChannel,
    stored=_stored,
    budget=Budget(poses=150),
    terms={
        "embedding": score_terms.clipped("cosine", 0, 0, 1),
        "embedding stands out": score_terms.scaled(score_terms.clipped("likeness", 0, 0, 16), 8),
    },
)
