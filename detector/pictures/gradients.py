"""Edges of a picture as the channels see them: colour gradients, blind to contrast sign.

The gradient of a colour picture is that of its strongest channel (Dalal & Triggs 2005); angles are
doubled, so that dark-on-light and light-on-dark edges are the same.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.records import Floats, Picture, Pixels

Whole = NDArray[np.int16]

SMOOTHING = 0.6  # sigma in pixels before differences: sensor noise, JPEG blocks


def gradients(pixels: Pixels) -> tuple[Floats, Floats]:
    """X and y differences (H, W) float32 in grey levels of (H, W, 3) uint8 pixels."""
    smooth = np.asarray(cv2.GaussianBlur(pixels, (0, 0), SMOOTHING), np.uint8)
    first, *others = (_differences(smooth[..., number]) for number in range(3))
    x, y, strongest = first
    for across, down, power in others:
        stronger = (power > strongest).view(np.uint8)
        cv2.copyTo(across, stronger, x)
        cv2.copyTo(down, stronger, y)
        strongest = np.maximum(strongest, power)
    return x.astype(np.float32), y.astype(np.float32)


def _differences(plane: Pixels) -> tuple[Whole, Whole, NDArray[np.int32]]:
    """X and y differences of one colour and their squared length: whole numbers, so exact."""
    across = np.asarray(cv2.Sobel(plane, cv2.CV_16S, 1, 0, ksize=1), np.int16)
    down = np.asarray(cv2.Sobel(plane, cv2.CV_16S, 0, 1, ksize=1), np.int16)
    power = np.square(across, dtype=np.int32) + np.square(down, dtype=np.int32)
    return across, down, power


@lru_cache(maxsize=1)
def gradient_pyramid(
    picture: Picture, side: int, smallest: int, step: float
) -> tuple[tuple[float, Floats, Floats], ...]:
    """(scale, x, y differences) of every pyramid level, as `levels` and `gradients` make them.

    Two channels look at the same pyramid of the same photo: the last one is kept.
    """
    made = levels(picture.pixels, side, smallest, step)
    return tuple((scale, *gradients(level)) for scale, level in made)


def levels(pixels: Pixels, side: int, smallest: int, step: float) -> list[tuple[float, Pixels]]:
    """A pyramid: (scale, pixels) from longest side <= `side` down to shortest side `smallest`.

    `scale` is level pixels per source pixel; each level is `step` (< 1) times the one before.
    """
    scale = min(1.0, side / max(pixels.shape[:2]))
    base = resize(pixels, scale)
    made: list[tuple[float, Pixels]] = []
    factor = 1.0
    while not made or min(base.shape[:2]) * factor >= smallest:
        made.append((scale * factor, resize(base, factor)))
        factor *= step
    return made


def resize(pixels: Pixels, factor: float) -> Pixels:
    """Scale (H, W, 3) pixels: averaged when smaller, cubic when larger."""
    if factor == 1:
        return pixels
    height, width = pixels.shape[:2]
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, size, interpolation=way), np.uint8)
