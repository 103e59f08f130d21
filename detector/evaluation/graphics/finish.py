"""How a graphic reaches a shop: exported, saved again, or photographed."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import cv2
import numpy as np
from numpy.random import Generator

from detector.channels.background import smooth_noise
from detector.evaluation.graphics.sheet import light
from detector.evaluation.robustness.photo_changes import through_jpeg
from detector.evaluation.robustness.scene import to_bytes
from detector.records import Floats, Pixels

Material = Callable[[Generator, tuple[int, int]], Floats]

SIDE = 1000  # longest side in pixels of a photo
TABLES = (
    (236, 234, 230), (206, 200, 190), (196, 160, 120), (120, 84, 58), (70, 72, 76), (150, 158, 160),
    (176, 190, 200), (214, 190, 180), (90, 106, 92), (44, 50, 66),
)  # fmt: skip
"""Colours of what things are laid on for a photo."""


def exported(pixels: Pixels, random: Random) -> Pixels:
    """As it left the program, or made smaller and saved once more."""
    if random.random() < 0.35:
        scale = random.uniform(0.5, 0.85)
        pixels = np.asarray(
            cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
        )
        pixels = through_jpeg(pixels, random.randint(50, 80))
    return pixels


def photographed(pixels: Pixels, random: Random) -> Pixels:
    """Lying on a table or on cloth, seen a little from the side, under uneven light."""
    return _photo(pixels, random, random.choice((_wood, _cloth, _plain)))


def sewn_in(pixels: Pixels, random: Random) -> Pixels:
    """The same, on cloth."""
    return _photo(pixels, random, _cloth)


def _photo(pixels: Pixels, random: Random, material: Material) -> Pixels:
    generator = np.random.default_rng(random.getrandbits(32))
    high, wide = _size(pixels, random)
    tint = np.array(random.choice(TABLES), np.float32)
    ground = tint * (1 + material(generator, (high, wide))[..., None])
    pose, quad = _pose(pixels, random, (high, wide))
    cover = _cover(quad, (high, wide))
    shadow = cv2.GaussianBlur(np.roll(cover, (7, 5), (0, 1)), (0, 0), 9).astype(np.float32) / 255
    scale = np.sqrt(cv2.contourArea(quad) / (pixels.shape[0] * pixels.shape[1]))
    sharp = cv2.GaussianBlur(pixels, (0, 0), max(0.3, 0.45 / scale)) if scale < 0.9 else pixels
    laid = cv2.warpPerspective(sharp, pose, (wide, high), flags=cv2.INTER_LINEAR)
    over = cover[..., None].astype(np.float32) / 255
    photo = ground * (1 - 0.35 * shadow[..., None]) * (1 - over) + laid * over * 0.96
    photo *= light(random, (high, wide), 0.35)[..., None]
    photo = np.asarray(cv2.GaussianBlur(photo, (0, 0), random.uniform(0.4, 1.1)))
    noise = generator.standard_normal(photo.shape, np.float32) * np.float32(random.uniform(1, 5))
    return to_bytes(np.asarray(photo, np.float32) + noise)


def _cover(quad: Floats, size: tuple[int, int]) -> Pixels:
    """The coverage (height, width), 0..255, of a quadrangle (4, 2)."""
    cover, fine = np.zeros(size, np.uint8), np.round(quad * 16).astype(np.int32)
    return np.asarray(cv2.fillConvexPoly(cover, fine, 255, cv2.LINE_AA, 4), np.uint8)


def _size(pixels: Pixels, random: Random) -> tuple[int, int]:
    upright = pixels.shape[0] > pixels.shape[1]
    short = round(SIDE * random.choice((0.75, 0.75, 1)))
    return (SIDE, short) if upright else (short, SIDE)


def _pose(pixels: Pixels, random: Random, size: tuple[int, int]) -> tuple[Floats, Floats]:
    """A homography from the graphic to the photo, and where its corners (4, 2) come to lie."""
    high, wide = pixels.shape[:2]
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    share = random.uniform(0.6, 0.98)
    scale = share * min(size[1] / wide, size[0] / high)
    angle = np.deg2rad(random.gauss(0, 6))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    middle = np.array([size[1] / 2, size[0] / 2])
    quad = (corners - corners.mean(axis=0)) * scale @ turn + middle
    tilt = [[random.gauss(0, 0.025) * scale * wide for _ in range(2)] for _ in range(4)]
    seen = np.asarray(quad + tilt, np.float32)
    return np.asarray(cv2.getPerspectiveTransform(corners, seen), np.float32), seen


def _wood(generator: Generator, size: tuple[int, int]) -> Floats:
    """Relative brightness (height, width) of boards: noise drawn out along them."""
    high, wide = size
    grain = generator.standard_normal((high // 2, 9), np.float32)
    field = 0.05 * cv2.resize(grain, (wide, high), interpolation=cv2.INTER_CUBIC)
    field += 0.03 * smooth_noise(generator, 30, size)
    field[np.arange(high) % 170 < 3] -= 0.25
    return np.asarray(field, np.float32)


def _cloth(generator: Generator, size: tuple[int, int]) -> Floats:
    """The same of a weave with folds."""
    y, x = np.mgrid[: size[0], : size[1]].astype(np.float32)
    weave = 0.05 * np.sin(x * 1.9) + 0.05 * np.sin(y * 1.9)
    return np.asarray(weave + 0.08 * smooth_noise(generator, 6, size), np.float32)


def _plain(generator: Generator, size: tuple[int, int]) -> Floats:
    """The same of paper or a painted board."""
    return np.float32(0.03) * smooth_noise(generator, 5, size)
