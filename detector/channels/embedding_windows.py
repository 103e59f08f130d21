"""Windows of the channel `embedding`: where they lie in photos and views, and their vectors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from detector import geometry
from detector.channels.embedding_model import CELL, SHAPES, WIDTH, vectors_of
from detector.pictures.gradients import resize
from detector.records import Features, Floats, Matrix, Pixels, View
from detector.settings import EmbeddingSettings

FILL = 0.84  # of a window that a mark fills, as in training
WIDE = 1.6  # times its height from which a view is looked for in wide windows
LARGEST = (max(shape.width for shape in SHAPES), max(shape.height for shape in SHAPES))
RIM = 16  # pixels by which a level is widened, so that a mark at the edge has a window


def windows_of(pixels: Pixels, settings: EmbeddingSettings) -> Features:
    """All windows of a photo (H, W, 3) at every size: middle and width, vector, shape as label."""
    levels = (_described(*level) for level in _levels(pixels, settings))
    return _joined([window for level in levels for window in level])


def window_of_view(view: View, turns: Sequence[float]) -> Features:
    """One row for each turn in degrees: the view in the middle of a window that is turned by it."""
    number, frame = _window_of(view)
    radians = np.deg2rad(turns)
    frames = np.array([(*frame, turn) for turn in radians.tolist()], np.float32)
    spare = round(2 * frame[2])
    framed = cv2.copyMakeBorder(view.pixels, *(spare,) * 4, cv2.BORDER_REPLICATE)
    stack = geometry.halvings(np.asarray(framed, np.uint8))
    crops = [_crop(stack, geometry.shift(spare, spare), turned, number) for turned in frames]
    return _features(frames, vectors_of(np.stack(crops))[number][:, 1, 1], number)


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
        return no_windows()
    return Features(
        np.concatenate([one.frames for one in parts]),
        np.concatenate([np.asarray(one.descriptors, np.float16) for one in parts]),
        np.concatenate([one.labels for one in parts]),
    )


def no_windows() -> Features:
    """Features without a row."""
    none = np.zeros((0, WIDTH), np.float16)
    return Features(np.zeros((0, 4), np.float32), none, np.zeros(0, np.int16))
