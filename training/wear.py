"""What a camera and a web page do to a picture: light, colour, blur, smallness, noise, JPEG."""

from __future__ import annotations

import cv2
import numpy as np

from detector.records import Floats, Pixels
from training.grounds import to_bytes
from training.lettering import Random


def as_photographed(random: Random, shown: Floats) -> Pixels:
    """A scene (H, W, 3) 0..255 as a photo of it on a web page."""
    shown = _lit(random, shown)
    if random.random() < 0.1:
        shown = _with_glare(random, shown)
    shown = np.clip(shown, 0, 255).astype(np.float32)
    if random.random() < 0.4:
        shown = np.asarray(cv2.GaussianBlur(shown, (0, 0), random.uniform(0.3, 1.3)), np.float32)
    if random.random() < 0.1:
        shown = _moved(random, shown)
    if random.random() < 0.4:
        shown = _small(random, shown)
    if random.random() < 0.35:
        noise = random.standard_normal(shown.shape, np.float32)
        shown = shown + noise * np.float32(random.uniform(2, 14))
    seen = to_bytes(shown)
    return _compressed(random, seen) if random.random() < 0.4 else seen


def _lit(random: Random, shown: Floats) -> Floats:
    """Light from one side, another exposure and white balance, or no colour at all."""
    if random.random() < 0.4:
        high, wide = shown.shape[:2]
        turn = random.uniform(0, 2 * np.pi)
        x = np.linspace(-0.5, 0.5, wide, dtype=np.float32) * np.cos(turn)
        y = np.linspace(-0.5, 0.5, high, dtype=np.float32)[:, None] * np.sin(turn)
        shown = shown * (1 + random.uniform(0, 0.7) * (x + y))[..., None].astype(np.float32)
    if random.random() < 0.5:
        shown = (shown - 128) * random.uniform(0.55, 1.25) + 128 + random.uniform(-35, 35)
    if random.random() < 0.25:
        shown = shown * random.uniform(0.8, 1.2, 3).astype(np.float32)
    if random.random() < 0.1:
        shown = np.repeat(shown.mean(axis=2, keepdims=True), 3, axis=2)
    return shown


def _with_glare(random: Random, shown: Floats) -> Floats:
    high, wide = shown.shape[:2]
    glare = np.zeros((high, wide), np.float32)
    at = (int(random.uniform(0.1, 0.9) * wide), int(random.uniform(0.1, 0.9) * high))
    size = (int(random.uniform(3, 24)), int(random.uniform(2, 10)))
    cv2.ellipse(glare, at, size, random.uniform(0, 180), 0, 360, 1.0, -1)
    soft = cv2.GaussianBlur(glare, (0, 0), random.uniform(0.5, 4))[..., None]
    return np.asarray(shown + (255 - shown) * soft * random.uniform(0.5, 1), np.float32)


def _moved(random: Random, shown: Floats) -> Floats:
    size = int(random.integers(3, 8))
    kernel = np.zeros((size, size), np.float32)
    end = random.integers(0, size, 2).tolist()
    cv2.line(kernel, (size // 2, size // 2), (end[0], end[1]), 1.0)
    return np.asarray(cv2.filter2D(shown, -1, kernel / kernel.sum()), np.float32)


def _small(random: Random, shown: Floats) -> Floats:
    """Few pixels in the photo, enlarged for the network."""
    high, wide = shown.shape[:2]
    scale = 2 ** random.uniform(-1.5, -0.2)
    size = (max(8, round(wide * scale)), max(8, round(high * scale)))
    few = cv2.resize(shown, size, interpolation=cv2.INTER_AREA)
    if random.random() < 0.5:
        few = _compressed(random, to_bytes(np.asarray(few, np.float32))).astype(np.float32)
    how = int(random.choice([cv2.INTER_LINEAR, cv2.INTER_CUBIC]))
    return np.asarray(cv2.resize(few, (wide, high), interpolation=how), np.float32)


def _compressed(random: Random, seen: Pixels) -> Pixels:
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(25, 92))]
    stored = cv2.imencode(".jpg", seen, quality)[1]
    return np.asarray(cv2.imdecode(stored, cv2.IMREAD_COLOR), np.uint8)
