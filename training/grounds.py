"""What a mark is on: pieces of photos without marks, and surfaces made here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from detector.channels.background import smooth_noise
from detector.records import Floats, Pixels
from training.lettering import Random, colour

LONGEST = 480  # pixels of a photo's longer side as it is kept
_MADE = 0.3  # share of the grounds that are made here where there are photos


class Grounds:
    """Pieces of pictures. Lifetime: the photos of a training, in memory as JPEG decoded once."""

    def __init__(self, photos: Sequence[Path]) -> None:
        self._photos = [_opened(path) for path in photos]

    def crop(self, random: Random, size: tuple[int, int]) -> Pixels:
        """Any piece at any scale, made (H, W, 3) of `size` (height, width)."""
        if not self._photos or random.random() < _MADE:
            return _SURFACES[random.integers(len(_SURFACES))](random, size)
        photo = self._photos[random.integers(len(self._photos))]
        high, wide = photo.shape[:2]
        most = min(high / size[0], wide / size[1])
        scale = min(2 ** random.uniform(-1.2, 1.6), most)
        rows, columns = max(8, int(size[0] * scale)), max(8, int(size[1] * scale))
        top = random.integers(max(1, high - rows + 1))
        left = random.integers(max(1, wide - columns + 1))
        piece = photo[top : top + rows, left : left + columns]
        how = cv2.INTER_AREA if scale > 1 else cv2.INTER_LINEAR
        resized = cv2.resize(piece, size[::-1], interpolation=how)
        return np.asarray(resized[:, ::-1] if random.random() < 0.5 else resized, np.uint8)


def _opened(path: Path) -> Pixels:
    with Image.open(path) as picture:
        picture.thumbnail((LONGEST, LONGEST))
        return np.asarray(picture.convert("RGB"), np.uint8)


def _gradient(random: Random, size: tuple[int, int]) -> Pixels:
    high, wide = size
    turn = random.uniform(0, 2 * np.pi)
    x = np.linspace(-0.5, 0.5, wide)[None] * np.cos(turn)
    y = np.linspace(-0.5, 0.5, high)[:, None] * np.sin(turn)
    along = (x + y + 0.5)[..., None]
    return to_bytes(np.array(colour(random)) * along + np.array(colour(random)) * (1 - along))


def _clouds(random: Random, size: tuple[int, int]) -> Pixels:
    """Noise of several scales, as in stone, leather and paper."""
    whole = np.zeros(size, np.float32)
    for octave in range(1, 6):
        whole += smooth_noise(random, 2**octave + 1, size) / 1.6**octave
    return _tinted(random, whole)


def _weave(random: Random, size: tuple[int, int]) -> Pixels:
    """Cloth: two sets of threads."""
    y, x = np.mgrid[: size[0], : size[1]].astype(np.float32)
    turn, pitch = random.uniform(0, np.pi), random.uniform(2.2, 9)
    along, across = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    threads = np.sin(2 * np.pi * along / pitch) * np.sin(2 * np.pi * across / pitch)
    return _tinted(random, threads + random.standard_normal(size) * 0.4)


def _stripes(random: Random, size: tuple[int, int]) -> Pixels:
    y, x = np.mgrid[: size[0], : size[1]].astype(np.float32)
    turn, pitch = random.uniform(0, np.pi), random.uniform(6, 50)
    wave = np.sin(2 * np.pi * (x * np.cos(turn) + y * np.sin(turn)) / pitch)
    if random.random() < 0.4:
        wave = wave * np.sin(2 * np.pi * (y * np.cos(turn) - x * np.sin(turn)) / pitch)
    share = (1 / (1 + np.exp(-8 * (wave - random.uniform(-0.6, 0.6)))))[..., None]
    return to_bytes(np.array(colour(random)) * share + np.array(colour(random)) * (1 - share))


def _blobs(random: Random, size: tuple[int, int]) -> Pixels:
    """A heap of rounded and angular things, without a plan."""
    ground = np.full((*size, 3), colour(random), np.uint8)
    for _ in range(int(random.integers(3, 25))):
        middle = random.uniform(0, 1, 2) * size[::-1]
        corners = middle + random.normal(size=(random.integers(3, 9), 2)) * random.uniform(4, 22)
        cv2.fillConvexPoly(
            ground, cv2.convexHull(corners.astype(np.int32)), colour(random), cv2.LINE_AA
        )
    return ground


def _tinted(random: Random, relief: Floats) -> Pixels:
    spread = random.uniform(4, 45)
    return to_bytes(np.array(colour(random)) + spread * relief[..., None])


def to_bytes(picture: Floats) -> Pixels:
    """Levels cut to whole numbers within 0..255."""
    return np.clip(picture, 0, 255).astype(np.uint8)


_SURFACES: tuple[Callable[[Random, tuple[int, int]], Pixels], ...] = (
    _gradient,
    _clouds,
    _weave,
    _stripes,
    _blobs,
)
