"""Windows of the channel `embedding` in photos and views, and their vectors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from detector import geometry
from detector.channels.embedding_model import DIMENSIONS, SHAPES, STRIDE, vectors_of
from detector.pictures.gradients import resize
from detector.records import Features, Floats, Matrix, Pixels, View
from detector.settings import EmbeddingSettings

FILL_SHARE = 0.84  # share of a window that a mark fills, as in training
WIDE_ASPECT = 1.6  # width over height from which a view belongs in wide windows
MAX_WINDOW = (max(shape.width for shape in SHAPES), max(shape.height for shape in SHAPES))
PADDING = 16  # pixels added around a level, so that a mark at the edge has a window


def windows_of(pixels: Pixels, settings: EmbeddingSettings) -> Features:
    """All windows of a photo (H, W, 3) at every scale: centre and width, vector, shape as label."""
    levels = (_level_windows(*level) for level in _levels(pixels, settings))
    return _concatenated([windows for level in levels for windows in level])


def window_of_view(view: View, turns: Sequence[float]) -> Features:
    """One row for each rotation in degrees: the view, centred in a window rotated by it."""
    shape, (x, y, width) = _window_of(view)
    frames = np.array([(x, y, width, angle) for angle in np.deg2rad(turns).tolist()], np.float32)
    border = round(2 * width)
    framed = cv2.copyMakeBorder(view.pixels, *(border,) * 4, cv2.BORDER_REPLICATE)
    pyramid = geometry.pyramid(np.asarray(framed, np.uint8))
    crops = [_crop(pyramid, geometry.shift(border, border), frame, shape) for frame in frames]
    return _features(frames, vectors_of(np.stack(crops))[shape][:, 1, 1], shape)


def _levels(pixels: Pixels, settings: EmbeddingSettings) -> Iterator[tuple[Pixels, float]]:
    """The photo at each pyramid level, with its scale."""
    longest = max(pixels.shape[:2])
    scale = min(settings.side / longest, settings.most_enlarged)
    while scale * longest >= SHAPES[0].width * settings.step:
        yield resize(pixels, scale), scale
        scale *= settings.step


def _level_windows(level: Pixels, scale: float) -> Iterator[Features]:
    """All windows of one level, as features of one shape after the other."""
    extra = [max(2 * PADDING + -side % STRIDE, MAX_WINDOW[0] - side) for side in level.shape[:2]]
    top, left = extra[0] // 2, extra[1] // 2
    sides = (top, extra[0] - top, left, extra[1] - left)
    padded = np.asarray(cv2.copyMakeBorder(level, *sides, cv2.BORDER_REPLICATE), np.uint8)
    for number, (shape, output) in enumerate(zip(SHAPES, vectors_of(padded[None]), strict=True)):
        rows, columns = output.shape[1:3]
        y, x = np.mgrid[:rows, :columns].reshape(2, -1) * np.float32(STRIDE)
        frames = np.zeros((rows * columns, 4), np.float32)
        frames[:, 0] = (x + shape.width / 2 - left) / scale
        frames[:, 1] = (y + shape.height / 2 - top) / scale
        frames[:, 2] = shape.width / scale
        yield _features(frames, output.reshape(-1, output.shape[3]), number)


def cosines_at(
    photo: geometry.Pyramid, views: Sequence[Features | None], poses: Sequence[Matrix]
) -> list[float]:
    """Cosine of each view's vector with that of the photo rectified by its pose, or NaN.

    `photo` is an image pyramid of `geometry.pyramid`; `views` are results of `describe_view`, None
    or empty for a view without a vector; a pose maps view pixels to photo pixels.
    """
    cosines = [float("nan")] * len(views)
    for shape in range(len(SHAPES)):
        members = [(n, view) for n, view in enumerate(views) if view and view.labels[0] == shape]
        if not members:
            continue
        crops = [_crop(photo, poses[n], view.frames[0], shape) for n, view in members]
        vectors = vectors_of(np.stack(crops))[shape][:, 1, 1]
        for vector, (number, view) in zip(vectors, members, strict=True):
            cosines[number] = float(vector @ view.descriptors[0].astype(np.float32))
    return cosines


def _window_of(view: View) -> tuple[int, tuple[float, float, float]]:
    """Shape of the window for a view's content, and the window: centre x and y, width."""
    rows, columns = np.flatnonzero(view.content.any(1)), np.flatnonzero(view.content.any(0))
    wide, high = int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1
    number = int(wide > WIDE_ASPECT * high)
    shape = SHAPES[number]
    width = max(wide, high * shape.width / shape.height) / FILL_SHARE
    return number, (float(columns[0] + wide / 2), float(rows[0] + high / 2), width)


def _crop(pyramid: geometry.Pyramid, pose: Matrix, frame: Floats, number: int) -> Pixels:
    """A picture under a view's window, rectified by `pose`, with a border of `STRIDE` pixels.

    The window begins `STRIDE` pixels from the top left, whatever its shape.
    """
    shape = SHAPES[number]
    x, y, width, angle = frame.astype(np.float64).tolist()
    centre = geometry.shift(-STRIDE - shape.width / 2, -STRIDE - shape.height / 2)
    scale = width / shape.width
    rotation, zoom = geometry.rotation(-angle), geometry.zoom(scale, scale)
    to_photo = pose @ geometry.shift(x, y) @ rotation @ zoom @ centre
    size = (
        max(shape.width + 2 * STRIDE, MAX_WINDOW[0]),
        max(shape.height + 2 * STRIDE, MAX_WINDOW[1]),
    )
    return geometry.warp(pyramid, np.asarray(to_photo, np.float64), size)


def poses_of_windows(views: Floats, photos: Floats) -> Matrix:
    """The poses (N, 3, 3) that map windows of views (N, 4) to upright windows of a photo (N, 4)."""
    turned_back = views * np.array([1, 1, 1, -1], np.float32)
    return geometry.similarity(turned_back, photos)


def _features(frames: Floats, vectors: Floats, number: int) -> Features:
    labels = np.full(len(frames), number, np.int16)
    return Features(frames, vectors.astype(np.float16), labels)


def _concatenated(parts: list[Features]) -> Features:
    if not parts:
        return no_windows()
    return Features(
        np.concatenate([part.frames for part in parts]),
        np.concatenate([np.asarray(part.descriptors, np.float16) for part in parts]),
        np.concatenate([part.labels for part in parts]),
    )


def no_windows() -> Features:
    """Features without a row."""
    vectors = np.zeros((0, DIMENSIONS), np.float16)
    return Features(np.zeros((0, 4), np.float32), vectors, np.zeros(0, np.int16))
