"""Drawn background pictures without a mark, by which the scores of templates are normalised.

They are drawn and not photographed, so that the same import gives the same index everywhere. They
show what product photos are full of: rings, ovals, bars, stripes, letters, folds. Nothing is drawn
that versions of OpenCV draw otherwise: its letters, and lines one pixel wide.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.random import Generator

from detector.channels.stroke_alphabet import ADVANCE, HEIGHT, strokes_of
from detector.records import Floats, Pixels

SIDE = 320
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
SUBPIXELS = 4  # bits of a pixel's fraction in which OpenCV takes coordinates


def background_pictures(count: int, seed: int = 7) -> list[Pixels]:
    """`count` random pictures (SIDE, SIDE, 3) uint8, the same for the same seed."""
    return [_draw(np.random.default_rng((seed, number))) for number in range(count)]


def smooth_noise(random: Generator, cells: int, size: tuple[int, int]) -> Floats:
    """Value noise with mean 0 and a standard deviation near 1.

    `cells` x `cells` normal values are interpolated to `size` (height, width), float32. Source:
    K. Perlin, "An image synthesizer", SIGGRAPH 1985.
    """
    coarse = random.normal(0, 1, (cells, cells)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, size[::-1], interpolation=cv2.INTER_CUBIC), np.float32)


def _draw(random: Generator) -> Pixels:
    picture = _fabric(random)
    for _ in range(int(random.integers(2, 12))):
        draw = (_ellipse, _bars, _polygon, _word, _ring)[int(random.integers(5))]
        draw(picture, random)
    blurred = cv2.GaussianBlur(picture, (0, 0), float(random.uniform(0.4, 1.4)))
    noisy = blurred.astype(np.float64) + random.normal(0, 4, picture.shape)
    return np.asarray(np.clip(noisy, 0, 255), np.uint8)


def _fabric(random: Generator) -> Pixels:
    """Tinted cloth with soft folds: value noise of four frequencies."""
    field = np.zeros((SIDE, SIDE), np.float32)
    for cells in (3, 7, 15, 40):
        field += smooth_noise(random, cells, (SIDE, SIDE)) / np.float32(cells**0.5)
    tint = random.uniform(60, 230, 3)
    shade = field[..., None] * random.uniform(5, 40)
    return np.clip(tint + shade, 0, 255).astype(np.uint8)


def _colour(random: Generator) -> tuple[int, int, int]:
    red, green, blue = (int(value) for value in random.integers(0, 256, 3))
    return red, green, blue


def _point(random: Generator) -> tuple[int, int]:
    x, y = (int(value) for value in random.integers(0, SIDE, 2))
    return x, y


def _extent(random: Generator) -> int:
    return int(np.exp(random.uniform(np.log(8), np.log(130))))


def _ellipse(picture: Pixels, random: Generator) -> None:
    axes = (_extent(random), _extent(random))
    thick = int(random.choice([-1, 2, 3, 4]))
    cv2.ellipse(
        picture, _point(random), axes, float(random.uniform(0, 180)), 0, 360, _colour(random), thick
    )


def _ring(picture: Pixels, random: Generator) -> None:
    centre, radius, colour = _point(random), _extent(random), _colour(random)
    cv2.circle(picture, centre, radius, colour, -1)
    cv2.circle(picture, centre, round(radius * random.uniform(0.5, 0.95)), _colour(random), -1)


def _bars(picture: Pixels, random: Generator) -> None:
    x, y = _point(random)
    width, height, gap = _extent(random), _extent(random), int(random.integers(4, 24))
    colour = _colour(random)
    for number in range(int(random.integers(1, 7))):
        shift = number * gap * 2
        across = bool(width > height)
        corner = (x, y + shift) if across else (x + shift, y)
        end = (x + width, y + shift + gap) if across else (x + shift + gap, y + height)
        cv2.rectangle(picture, corner, end, colour, -1)


def _polygon(picture: Pixels, random: Generator) -> None:
    spread = _extent(random)
    points = np.array(_point(random)) + random.integers(-spread, spread + 1, (5, 2))
    corners = points[: int(random.integers(3, 6))].astype(np.int32)
    cv2.fillPoly(picture, [corners], _colour(random), lineType=cv2.LINE_AA)


def _word(picture: Pixels, random: Generator) -> None:
    """Letters of one height, weight and slant in a row."""
    text = random.choice(list(LETTERS), int(random.integers(2, 10)))
    unit, thick = float(random.uniform(11, 57)) / HEIGHT, int(random.integers(2, 8))
    corner, colour = np.array(_point(random)), _colour(random)
    slant, smooth = float(random.choice([0.0, 0.0, 0.25])), bool(random.integers(2))
    for number, letter in enumerate(text):
        for line in strokes_of(str(letter), smooth=smooth):
            upright = line @ np.array([[1, 0], [-slant, 1]]) + [number * ADVANCE, -HEIGHT]
            points = np.round((upright * unit + corner) * 2**SUBPIXELS).astype(np.int32)
            cv2.polylines(picture, [points], False, colour, thick, cv2.LINE_AA, SUBPIXELS)
