"""Channel `embedding`: learned descriptors of windows of the photo beside those of the views.

A small network (docs/model.md; `training/` makes it) gives a unit vector for every window of a
photo, at every size, in two shapes. Views of the same mark lie near each other, printed, stitched,
embossed, in other colours or in relief. It finds marks without corners and without words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from detector import geometry, score_terms
from detector.channels.base import ChannelSpec, StoredFeatures, ViewRows
from detector.channels.embedding_model import (
    CELL,
    SHA256,
    SHAPES,
    WIDTH,
    is_installed,
    vectors_of,
)
from detector.index.view_features import ViewFeatures
from detector.pictures.gradients import resize
from detector.records import (
    ChannelName,
    Features,
    Floats,
    Matrix,
    Measures,
    Picture,
    Pixels,
    Proposal,
    References,
    View,
)
from detector.settings import Budget, EmbeddingSettings

NAME: ChannelName = "embedding"
BACKGROUND = "embedding_background.npz"
RIDGE = 1.0  # white noise added to the background, as a share of its variance
FILL = 0.84  # of a window that a mark fills, as in training
WIDE = 1.6  # times its height from which a view is looked for in wide windows
LARGEST = (max(one.width for one in SHAPES), max(one.height for one in SHAPES))
RIM = 16  # pixels by which a level is widened, so that a mark at the edge has a window


class Met(NamedTuple):
    """Rows (N,) of the references, where in the photo each is met, and how far it stands out."""

    rows: NDArray[np.intp]
    at: NDArray[np.intp]
    sigmas: Floats


class EmbeddingChannel:
    """Describes where onnxruntime is installed; elsewhere it finds nothing."""

    name = NAME

    def __init__(self, settings: EmbeddingSettings | None = None) -> None:
        self.settings = settings or EmbeddingSettings()

    def describe(self, picture: Picture) -> Features:
        """One row a window: its middle and width in photo pixels; the label is its shape."""
        if not is_installed():
            return _nothing()
        levels = [_described(*level) for level in _levels(picture.pixels, self.settings)]
        return _joined([one for level in levels for one in level])

    def describe_view(self, view: View) -> Features:
        """One row for each angle: the view in the middle of a window that is turned by it.

        None for a mirrored view: it looks much like the view itself.
        """
        if not is_installed() or view.mirrored:
            return _nothing()
        number, frame = _window_of(view)
        turns = np.deg2rad(self.settings.turns)
        frames = np.array([(*frame, turn) for turn in turns.tolist()], np.float32)
        spare = round(2 * frame[2])
        sides = (spare,) * 4
        framed = np.asarray(cv2.copyMakeBorder(view.pixels, *sides, cv2.BORDER_REPLICATE), np.uint8)
        stack = geometry.halvings(framed)
        crops = [_crop(stack, geometry.shift(spare, spare), one, number) for one in frames]
        return _features(frames, vectors_of(np.stack(crops))[number][:, 1, 1], number)

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
    """Mean and covariance of the vectors of each shape's windows, by tools/background.py."""
    with files("detector.channels").joinpath(BACKGROUND).open("rb") as stream:
        table = np.load(stream)
        return [(table[f"{one.name}_mean"], table[f"{one.name}_covariance"]) for one in SHAPES]


def _levels(pixels: Pixels, settings: EmbeddingSettings) -> Iterator[tuple[Pixels, float]]:
    """The photo at each size, and pixels there for one of the photo."""
    longest = max(pixels.shape[:2])
    scale = min(settings.side / longest, settings.most_enlarged)
    while scale * longest >= SHAPES[0].width * settings.step:
        yield resize(pixels, scale), scale
        scale *= settings.step


def _described(level: Pixels, scale: float) -> Iterator[Features]:
    """All windows of one level, those of each shape as features."""
    high, wide = level.shape[:2]
    spare = [max(2 * RIM + -side % CELL, LARGEST[0] - side) for side in (high, wide)]
    sides = (spare[0] // 2, spare[0] - spare[0] // 2, spare[1] // 2, spare[1] - spare[1] // 2)
    widened = np.asarray(cv2.copyMakeBorder(level, *sides, cv2.BORDER_REPLICATE), np.uint8)
    for number, (shape, found) in enumerate(zip(SHAPES, vectors_of(widened[None]), strict=True)):
        rows, columns = found.shape[1:3]
        y, x = np.mgrid[:rows, :columns].reshape(2, -1) * np.float32(CELL)
        frames = np.zeros((rows * columns, 4), np.float32)
        frames[:, 0] = (x + shape.width / 2 - sides[2]) / scale
        frames[:, 1] = (y + shape.height / 2 - sides[0]) / scale
        frames[:, 2] = shape.width / scale
        yield _features(frames, found.reshape(-1, found.shape[3]), number)


def cosines_at(
    photo: geometry.Stack, views: Sequence[Features | None], poses: Sequence[Matrix]
) -> list[float]:
    """Of each view the cosine with what the photo shows under its pose; NaN where it has no row.

    `photo` is its `geometry.halvings`, `views` are as `describe_view` gives them, a pose maps a
    view's pixels to the photo's.
    """
    cosines = [float("nan")] * len(views)
    for shape in range(len(SHAPES)):
        told = [(n, one) for n, one in enumerate(views) if one is not None and _is_of(shape, one)]
        if not told:
            continue
        crops = [_crop(photo, poses[n], one.frames[0], shape) for n, one in told]
        seen = vectors_of(np.stack(crops))[shape][:, 1, 1]
        for vector, (number, one) in zip(seen, told, strict=True):
            cosines[number] = float(vector @ one.descriptors[0].astype(np.float32))
    return cosines


def _is_of(shape: int, view: Features) -> bool:
    return len(view) > 0 and view.labels[0] == shape


def _window_of(view: View) -> tuple[int, tuple[float, float, float]]:
    """The shape that suits a view's content, and the window that it fills: middle and width."""
    rows, columns = np.flatnonzero(view.content.any(1)), np.flatnonzero(view.content.any(0))
    wide, high = int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1
    number = int(wide > WIDE * high)
    shape = SHAPES[number]
    width = max(wide, high * shape.width / shape.height) / FILL
    return number, (float(columns[0] + wide / 2), float(rows[0] + high / 2), width)


def _crop(stack: geometry.Stack, pose: Matrix, frame: Floats, number: int) -> Pixels:
    """What a picture shows in a view's window under a pose, and a cell of ground round it.

    The window begins one cell from the top left, whatever its shape.
    """
    shape = SHAPES[number]
    x, y, width, turn = frame.astype(np.float64).tolist()
    middle = geometry.shift(-CELL - shape.width / 2, -CELL - shape.height / 2)
    scale = width / shape.width
    to_view = geometry.shift(x, y) @ geometry.rotation(-turn) @ geometry.zoom(scale, scale) @ middle
    size = (max(shape.width + 2 * CELL, LARGEST[0]), max(shape.height + 2 * CELL, LARGEST[1]))
    return geometry.warp(stack, np.asarray(pose @ to_view, np.float64), size)


def _proposal(
    photo: Features, references: References, row: int, at: int, likeness: float
) -> Proposal:
    known = references.features
    cosine = known.descriptors[row].astype(np.float32) @ photo.descriptors[at].astype(np.float32)
    measures = Measures(cosine=float(cosine), likeness=float(likeness))
    pose = pose_between(known.frames[row], photo.frames[at])
    return Proposal(NAME, int(references.view[row]), measures, pose)


def pose_between(known: Floats, seen: Floats) -> Matrix:
    """The pose (3, 3) that lays a view's window (4,) on a photo's."""
    x, y, size, turn = known.astype(np.float64).tolist()
    to_x, to_y, to_size, _ = seen.astype(np.float64).tolist()
    scale = to_size / size
    there = geometry.shift(to_x, to_y) @ geometry.rotation(turn)
    return there @ geometry.zoom(scale, scale) @ geometry.shift(-x, -y)


def _features(frames: Floats, vectors: Floats, number: int) -> Features:
    labels = np.full(len(frames), number, np.int16)
    return Features(frames, vectors.astype(np.float16), labels)


def _joined(parts: list[Features]) -> Features:
    if not parts:
        return _nothing()
    return Features(
        np.concatenate([one.frames for one in parts]),
        np.concatenate([np.asarray(one.descriptors, np.float16) for one in parts]),
        np.concatenate([one.labels for one in parts]),
    )


def _nothing() -> Features:
    none = np.zeros((0, WIDTH), np.float16)
    return Features(np.zeros((0, 4), np.float32), none, np.zeros(0, np.int16))


def _stored(settings: EmbeddingSettings) -> Mapping[str, object]:
    return {"version": 1, "model": SHA256, "turns": settings.turns, "fill": FILL, "wide": WIDE}


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
