"""Channel `embedding`: learned descriptors of windows of the photo beside those of the views.

A small network (docs/model.md; `training/` makes it) gives a unit vector for every window of a
photo, at every size, in two shapes. Views of the same mark lie near each other, printed, stitched,
embossed, in other colours or in relief. It finds marks without corners and without words.
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
from detector.channels.embedding_model import SHAPES, WIDTH
from detector.channels.embedding_windows import (
    FILL,
    WIDE,
    cosines_at,
    no_windows,
    pose_between,
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
RIDGE = 1.0  # white noise added to the background, as a share of its variance


class Met(NamedTuple):
    """Rows (N,) of the references, where in the photo each is met, and how far it stands out."""

    rows: NDArray[np.intp]
    at: NDArray[np.intp]
    sigmas: Floats


class EmbeddingChannel:
    """Finds marks by learned descriptors of windows."""

    name = NAME

    def __init__(self, settings: EmbeddingSettings | None = None) -> None:
        self.settings = settings or EmbeddingSettings()

    def describe(self, picture: Picture) -> Features:
        """One row a window: its middle and width in photo pixels; the label is its shape."""
        return windows_of(picture.pixels, self.settings)

    def describe_view(self, view: View) -> Features:
        """One row for each angle: the view in the middle of a window that is turned by it.

        None for a mirrored view: it looks much like the view itself.
        """
        return no_windows() if view.mirrored else window_of_view(view, self.settings.turns)

    def prepare(self, stored: StoredFeatures) -> EmbeddingSearcher:
        """See `Channel.prepare`."""
        return EmbeddingSearcher(self.settings, stored)


class EmbeddingSearcher:
    """Stored vectors as linear detectors against the background of photos without marks."""

    def __init__(self, settings: EmbeddingSettings, stored: StoredFeatures) -> None:
        self.settings, self._views = settings, stored.views
        self._references = stored.references
        self._windows = ViewFeatures(stored.references)
        self._weights, self._offsets = detectors(stored.references.features)

    def search(self, photo: Features, views: ViewRows | None = None) -> list[Proposal]:
        """The window of each view that stands out most, the view that stands out most first.

        A view is looked for turned where it stands out upright, among the first `proposals`.
        """
        owners, features = self._references.view, self._references.features
        if not len(photo) or not len(features):
            return []
        wanted = np.ones(len(owners), bool) if views is None else np.isin(owners, views)
        upright = features.frames[:, 3] == 0
        met = self._met(photo, np.flatnonzero(wanted & upright))
        first = _first_of_views(owners, met, self.settings.proposals)
        turned = wanted & ~upright & np.isin(owners, owners[met.rows[first]])
        met = _joined_met([met, self._met(photo, np.flatnonzero(turned))])
        first = _first_of_views(owners, met, self.settings.proposals)
        return [
            _proposal(photo, self._references, int(met.rows[n]), int(met.at[n]), met.sigmas[n])
            for n in first.tolist()
        ]

    def confirm(
        self, photo: geometry.Stack, views: Sequence[int], poses: Sequence[Matrix]
    ) -> list[Measures]:
        """`cosine` of each view with what the photo shows under its pose, all in one batch.

        A mirrored view has no vector of its own: that of its base is compared.
        """
        table = self._views
        known = [table.bases[view] if table.mirrored[view] else view for view in views]
        from_known = [pose @ table.from_base(v) for v, pose in zip(views, poses, strict=True)]
        windows = [self._windows.get(int(view)) for view in known]
        return [Measures(cosine=cosine) for cosine in cosines_at(photo, windows, from_known)]

    def _met(self, photo: Features, rows: NDArray[np.intp]) -> Met:
        """Of some rows of the references the photo's row at which each stands out most."""
        labels = self._references.features.labels
        parts = []
        for number in range(len(SHAPES)):
            mine = rows[labels[rows] == number]
            theirs = np.flatnonzero(photo.labels == number)
            if len(mine) and len(theirs):
                sigmas = self._weights[mine] @ photo.descriptors[theirs].astype(np.float32).T
                best = sigmas.argmax(axis=1)
                apart = sigmas[np.arange(len(mine)), best] - self._offsets[mine]
                parts.append(Met(mine, theirs[best], apart))
        return _joined_met(parts)


def _joined_met(parts: Sequence[Met]) -> Met:
    none = np.zeros(0, np.intp)
    parts = parts or [Met(none, none, np.zeros(0, np.float32))]
    return Met(
        np.concatenate([one.rows for one in parts]),
        np.concatenate([one.at for one in parts]),
        np.concatenate([one.sigmas for one in parts]),
    )


def _first_of_views(views: NDArray[np.int32], met: Met, most: int) -> NDArray[np.intp]:
    """The place in `met` of the best row of each view, the best view first."""
    order = np.argsort(-met.sigmas, kind="stable")
    _, first = np.unique(views[met.rows[order]], return_index=True)
    return order[np.sort(first)][:most]


def detectors(known: Features) -> tuple[Floats, Floats]:
    """Weights (N, WIDTH) and offsets (N,) that give each row's likeness in background sigmas.

    The linear detector of a row against the windows of photos without marks (Hariharan, Malik and
    Ramanan 2012): what many windows have in common counts for little.
    """
    weights = np.zeros((len(known), WIDTH), np.float32)
    offsets = np.zeros(len(known), np.float32)
    for number, (mean, covariance) in enumerate(_background()):
        mine = known.labels == number
        ridge = RIDGE * np.trace(covariance) / WIDTH * np.eye(WIDTH)
        raw = np.linalg.solve(covariance + ridge, (known.descriptors[mine] - mean).T).T
        spread = np.sqrt(np.einsum("ij,jk,ik->i", raw, covariance, raw))
        weights[mine] = raw / spread[:, None]
        offsets[mine] = raw @ mean / spread
    return weights, offsets


@lru_cache(maxsize=1)
def _background() -> list[tuple[Floats, Floats]]:
    """Mean and covariance of each shape's vectors, by tools/measure_background.py."""
    with files("detector.channels").joinpath(BACKGROUND).open("rb") as stream:
        table = np.load(stream)
        return [(table[f"{one.name}_mean"], table[f"{one.name}_covariance"]) for one in SHAPES]


def _proposal(
    photo: Features, references: References, row: int, at: int, likeness: float
) -> Proposal:
    known = references.features
    cosine = known.descriptors[row].astype(np.float32) @ photo.descriptors[at].astype(np.float32)
    measures = Measures(cosine=float(cosine), likeness=float(likeness))
    pose = pose_between(known.frames[row], photo.frames[at])
    return Proposal(NAME, int(references.view[row]), measures, pose)


def _stored(settings: EmbeddingSettings) -> Mapping[str, object]:
    return {
        "version": 1,
        "model": embedding_model.SHA256,
        "turns": settings.turns,
        "fill": FILL,
        "wide": WIDE,
    }


EMBEDDING = ChannelSpec(
    name=NAME,
    settings=lambda settings: settings.embedding,
    factory=EmbeddingChannel,
    stored=_stored,
    budget=Budget(poses=8),
    terms={
        "embedding": score_terms.clipped("cosine", 0, 0, 1),
        "embedding stands out": score_terms.scaled(score_terms.clipped("likeness", 0, 0, 16), 8),
    },
)
