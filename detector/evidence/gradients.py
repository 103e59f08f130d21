"""Edges of a picture as the channels see them: colour gradients, blind to contrast sign.

The gradient of a colour picture is that of its strongest channel (Dalal & Triggs 2005); angles are
doubled, so that dark-on-light and light-on-dark edges are the same.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.records import Floats, Pixels

SMOOTHING = 0.6  # sigma in pixels before differences: sensor noise, JPEG blocks


def gradients(pixels: Pixels) -> tuple[Floats, Floats]:
    """X and y differences (H, W) float32 in grey levels of (H, W, 3) uint8 pixels."""
    smooth = cv2.GaussianBlur(pixels, (0, 0), SMOOTHING).astype(np.float32)
    across = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, ksize=1)
    down = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, ksize=1)
    power = across * across + down * down
    best = power[..., 0]
    x, y = np.asarray(across[..., 0], np.float32), np.asarray(down[..., 0], np.float32)
    for channel in (1, 2):
        stronger = power[..., channel] > best
        best = np.where(stronger, power[..., channel], best)
        x = np.where(stronger, across[..., channel], x).astype(np.float32, copy=False)
        y = np.where(stronger, down[..., channel], y).astype(np.float32, copy=False)
    return x, y


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


def fold(x: Floats, y: Floats) -> tuple[Floats, NDArray[np.float32]]:
    """Strength (H, W) and undirected angle in [0, pi) (H, W) of a gradient."""
    strength, angle = cv2.cartToPolar(x, y)
    half_turn = np.mod(angle, np.float32(np.pi))
    return np.asarray(strength, np.float32), np.asarray(half_turn, np.float32)
