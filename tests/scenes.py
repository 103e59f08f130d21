"""Drawn marks and photos whose truth is known, for the tests of channels and pipeline."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Pixels = NDArray[np.uint8]


def emblem() -> Pixels:
    """A mark of our own: a shield with a star and bars, 300 px on white."""
    picture = np.full((300, 300, 3), 255, np.uint8)
    shield = np.array([[40, 40], [260, 40], [260, 160], [150, 270], [40, 160]], np.int32)
    cv2.fillPoly(picture, [shield], (20, 60, 150), cv2.LINE_AA)
    turns = np.arange(10) * np.pi / 5 - np.pi / 2
    radius = np.where(np.arange(10) % 2, 26, 62)
    star = np.stack([150 + radius * np.cos(turns), 120 + radius * np.sin(turns)], axis=1)
    cv2.fillPoly(picture, [star.astype(np.int32)], (250, 210, 40), cv2.LINE_AA)
    for y in (186, 206, 226):
        cv2.line(picture, (110, y), (190, y), (255, 255, 255), 6, cv2.LINE_AA)
    return picture


def emblem_with_word() -> Pixels:
    """The emblem above a word, with a gap between."""
    picture = np.full((420, 300, 3), 255, np.uint8)
    picture[:300] = emblem()
    cv2.putText(picture, "VORNAK", (30, 380), 2, 2.0, (20, 60, 150), 5, cv2.LINE_AA)
    return picture


def ring() -> Pixels:
    """Another mark: a ring with a slash and a dot."""
    picture = np.full((300, 300, 3), 255, np.uint8)
    cv2.circle(picture, (150, 150), 110, (190, 30, 40), 26, cv2.LINE_AA)
    cv2.line(picture, (90, 210), (210, 90), (190, 30, 40), 26, cv2.LINE_AA)
    cv2.circle(picture, (110, 110), 22, (30, 30, 30), -1, cv2.LINE_AA)
    return picture


def ground(number: int = 0) -> Pixels:
    """A photo without a mark: soft folds, a seam, a hem and a few crooked patches."""
    random = np.random.default_rng((99, number))
    picture = np.zeros((448, 448, 3), np.float32) + random.uniform(70, 200, 3)
    for cells in (4, 9, 20):
        folds = random.normal(0, 60 / cells**0.5, (cells, cells)).astype(np.float32)
        picture += cv2.resize(folds, (448, 448), interpolation=cv2.INTER_CUBIC)[..., None]
    pixels = np.clip(picture, 0, 255).astype(np.uint8)
    for _ in range(6):
        corners = random.integers(0, 448, 2) + random.integers(-70, 71, (4, 2))
        shade = tuple(int(value) for value in random.integers(0, 256, 3))
        cv2.fillPoly(pixels, [cv2.convexHull(corners.astype(np.int32))], shade, cv2.LINE_AA)
    grain = random.normal(0, 3, pixels.shape)
    return np.clip(pixels + grain, 0, 255).astype(np.uint8)


def laid(photo: Pixels, mark: Pixels, pose: NDArray[np.float64]) -> Pixels:
    """The mark laid on the photo under `pose` (mark pixels to photo pixels)."""
    size = (photo.shape[1], photo.shape[0])
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    inner = np.linalg.inv(half) @ pose @ half
    seen = cv2.warpPerspective(mark, inner, size, flags=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.full(mark.shape[:2], 255, np.uint8), inner, size)
    return np.where(mask[..., None] > 127, seen, photo).astype(np.uint8)


def pose(x: float, y: float, scale: float, degrees: float = 0.0) -> NDArray[np.float64]:
    """Turn, scale, then move the top left corner to x, y."""
    cos, sin = np.cos(np.deg2rad(degrees)) * scale, np.sin(np.deg2rad(degrees)) * scale
    return np.array([[cos, -sin, x], [sin, cos, y], [0, 0, 1.0]])


def unknown_script() -> Pixels:
    """The word АДИДАС in strokes of its own, which the models do not know as letters."""
    picture = Image.new("RGB", (900, 300), (230, 225, 210))
    strokes = {
        "А": "0 9 3 0 6 9|1 6 5 6",
        "Д": "0 9 0 7 6 7 6 9|1 7 3 0 5 7",
        "И": "0 0 0 9 6 0 6 9",
        "С": "6 1 3 0 0 3 0 6 3 9 6 8",
    }
    for number, letter in enumerate("АДИДАС"):
        for line in strokes[letter].split("|"):
            numbers = [int(value) for value in line.split()]
            points = [
                (150 + 100 * number + 11 * x, 100 + 11 * y)
                for x, y in zip(numbers[::2], numbers[1::2], strict=True)
            ]
            ImageDraw.Draw(picture).line(points, (30, 40, 90), 12, joint="curve")
    return np.asarray(picture, np.uint8)
