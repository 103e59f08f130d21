"""From light to a shop photo: exposure, colour, lens faults, sensor noise, JPEG."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Photo:
    """How a photo was taken. `key` is the mean brightness wanted; `warmth` above 0 is yellower."""

    key: float = 0.42
    warmth: float = 0.0
    noise: float = 0.008
    blur: float = 0.45
    vignette: float = 0.14
    contrast: float = 1.0
    quality: int = 84


def developed(light: Array, photo: Photo, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Linear light (H, W, 3) to an sRGB photo (H, W, 3) uint8."""
    import cv2

    tint = np.array([1 + photo.warmth, 1.0, 1 - photo.warmth])
    seen = _bloomed(np.maximum(light, 0)) * tint * _falloff(light.shape[:2], photo.vignette)
    tone = _filmed(seen, photo.key)
    toned = np.clip(0.5 + (tone - 0.5) * photo.contrast, 0, 1)
    soft = np.asarray(cv2.GaussianBlur(toned, (0, 0), photo.blur), dtype=float)
    grain = rng.normal(size=soft.shape) * 0.7 + rng.normal(size=(*soft.shape[:2], 1)) * 0.7
    grain = 1.6 * np.asarray(cv2.GaussianBlur(grain, (0, 0), 0.6), dtype=float)
    noisy = soft + photo.noise * grain * (1.3 - soft)
    # Phones sharpen what their lens blurred.
    sharp = noisy + 0.35 * (noisy - cv2.GaussianBlur(noisy, (0, 0), 1.2))
    return np.asarray(np.round(np.clip(sharp, 0, 1) * 255), dtype=np.uint8)


def _bloomed(light: Array) -> Array:
    """A little of the brightest light spreads inside the lens."""
    import cv2

    bright = np.minimum(light, 6.0)
    return np.asarray(0.96 * bright + 0.04 * cv2.GaussianBlur(bright, (0, 0), 14.0))


def _falloff(shape: tuple[int, int], strength: float) -> Array:
    """Brightness (H, W, 1) that falls towards the corners."""
    y, x = np.mgrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j]
    return np.asarray(1 - strength * ((x * x + y * y) / 2)[..., None] ** 1.3)


def _filmed(light: Array, key: float) -> Array:
    """Exposure for the wanted mean and a curve with a soft shoulder, then the sRGB gamma."""
    low, high = 1e-3, 1e3
    for _ in range(40):
        mid = (low * high) ** 0.5
        low, high = (low, mid) if _curve(light[::4, ::4] * mid).mean() > key else (mid, high)
    return _curve(light * low)


def _curve(x: Array) -> Array:
    """Shoulder of Narkowicz (2015), eased, and the sRGB transfer function."""
    y = np.clip(x * (2.2 * x + 0.10) / (x * (2.2 * x + 0.62) + 0.14), 0, 1)
    return np.asarray(np.where(y <= 0.0031308, 12.92 * y, 1.055 * y ** (1 / 2.4) - 0.055))


def saved(pixels: NDArray[np.uint8], path: Path, quality: int) -> None:
    """Write a baseline JPEG without metadata."""
    from PIL import Image

    Image.fromarray(pixels).save(path, "JPEG", quality=quality, optimize=True, subsampling=2)
