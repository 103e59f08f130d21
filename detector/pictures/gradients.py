"""Colour gradients and image pyramids, which the channels share.

The gradient of a colour pixel is that of its strongest colour channel (Dalal & Triggs 2005).
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.records import Floats, Picture, Pixels

Int16s = NDArray[np.int16]

SMOOTHING = 0.6  # sigma in pixels before differences: sensor noise, JPEG blocks


def gradients(pixels: Pixels) -> tuple[Floats, Floats]:
    """X and y derivatives of (H, W, 3) uint8 pixels, each (H, W) float32 in grey levels."""
    smooth = np.asarray(cv2.GaussianBlur(pixels, (0, 0), SMOOTHING), np.uint8)
    first, *others = (_differences(smooth[..., channel]) for channel in range(3))
    x, y, strongest = first
    for dx, dy, squared in others:
        stronger = (squared > strongest).view(np.uint8)
        cv2.copyTo(dx, stronger, x)
        cv2.copyTo(dy, stronger, y)
        strongest = np.maximum(strongest, squared)
    return x.astype(np.float32), y.astype(np.float32)


def _differences(plane: Pixels) -> tuple[Int16s, Int16s, NDArray[np.int32]]:
    """X and y differences of one colour channel and the squared magnitude, exact in integers."""
    dx = np.asarray(cv2.Sobel(plane, cv2.CV_16S, 1, 0, ksize=1), np.int16)
    dy = np.asarray(cv2.Sobel(plane, cv2.CV_16S, 0, 1, ksize=1), np.int16)
    squared = np.square(dx, dtype=np.int32) + np.square(dy, dtype=np.int32)
    return dx, dy, squared


@lru_cache(maxsize=1)
def gradient_pyramid(
    picture: Picture, side: int, smallest: int, step: float
) -> tuple[tuple[float, Floats, Floats], ...]:
    """Gradients of every pyramid level as (scale, x differences, y differences).

    The pyramid is that of `levels`. The last one is cached, since two channels use it.
    """
    pyramid = levels(picture.pixels, side, smallest, step)
    return tuple((scale, *gradients(level)) for scale, level in pyramid)


def levels(pixels: Pixels, side: int, smallest: int, step: float) -> list[tuple[float, Pixels]]:
    """Image pyramid as (scale, pixels): longest side <= `side` to shortest side >= `smallest`.

    `scale` is level pixels per source pixel; each level is `step` (< 1) times the one before.
    """
    scale = min(1.0, side / max(pixels.shape[:2]))
    base = resize(pixels, scale)
    pyramid: list[tuple[float, Pixels]] = []
    factor = 1.0
    while not pyramid or min(base.shape[:2]) * factor >= smallest:
        pyramid.append((scale * factor, resize(base, factor)))
        factor *= step
    return pyramid


def resize(pixels: Pixels, factor: float) -> Pixels:
    """Resize (H, W, 3) pixels: area interpolation to shrink, cubic to enlarge."""
    if factor == 1:
        return pixels
    height, width = pixels.shape[:2]
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    interpolation = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, size, interpolation=interpolation), np.uint8)
