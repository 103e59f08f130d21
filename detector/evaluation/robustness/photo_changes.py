"""What is done to a photo after it is taken: by cloth, camera, screen and seller.

Every function takes a `RenderedPhoto` and returns another; lengths are in photo pixels.
"""

from __future__ import annotations

import io

import cv2
import numpy as np
from numpy.random import Generator

from detector.channels.background import background_pictures
from detector.evaluation.records import Box
from detector.evaluation.robustness.scene import SIDE, RenderedPhoto, cloud, product, to_bytes
from detector.records import Floats, Pixels

PITCH = 3.1  # photo pixels to a row of a screen's lamps


def folded(photo: RenderedPhoto, amplitude: float, random: Generator) -> RenderedPhoto:
    """Displace the photo by waves of cloth up to `amplitude`, lit from one side."""
    wave = _waves(random)
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    moved = (x + amplitude * wave[0], y + amplitude * wave[1])
    pixels = cv2.remap(photo.pixels, *moved, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    slope = np.gradient(wave[0] + wave[1], axis=1)
    shade = 1 + np.clip(slope * amplitude * 0.5, -0.5, 0.4)
    return RenderedPhoto(to_bytes(pixels * shade[..., None]), photo.box)


def _waves(random: Generator) -> Floats:
    """(2, SIDE, SIDE) displacement -1..1 in x and y: bent parallel waves."""
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    angle = random.uniform(0, np.pi)
    across = x * np.cos(angle) + y * np.sin(angle) + 25 * cloud(random, (4,))
    wave = np.sin(2 * np.pi * across / random.uniform(70, 110))
    return np.stack([wave * np.cos(angle), wave * np.sin(angle)]).astype(np.float32)


def blurred(photo: RenderedPhoto, sigma: float) -> RenderedPhoto:
    """Blur with a Gaussian of `sigma`, as if out of focus."""
    pixels = cv2.GaussianBlur(photo.pixels, (0, 0), sigma) if sigma else photo.pixels
    return RenderedPhoto(np.asarray(pixels, np.uint8), photo.box)


def compressed(photo: RenderedPhoto, quality: int) -> RenderedPhoto:
    """Compress as JPEG of this quality."""
    return RenderedPhoto(through_jpeg(photo.pixels, quality), photo.box)


def through_jpeg(pixels: Pixels, quality: int) -> Pixels:
    """Return pixels after JPEG of this quality (0..95) with Pillow's subsampling."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file).convert("RGB"), np.uint8)


def noisy(photo: RenderedPhoto, sigma: float, random: Generator) -> RenderedPhoto:
    """Add Gaussian noise of this standard deviation, in levels of 255, to every channel."""
    return RenderedPhoto(
        to_bytes(photo.pixels + sigma * random.standard_normal(photo.pixels.shape, np.float32)),
        photo.box,
    )


def hidden(photo: RenderedPhoto, share: float, random: Generator) -> RenderedPhoto:
    """Cover `share` of the mark's box with cloth from one side, with a soft shadow."""
    side, cloth = int(random.integers(4)), product(_tint(random), random)
    x0, y0, x1, y1 = photo.box
    along = np.arange(SIDE, dtype=np.float32) + 0.5
    reach = (along - x0) / (x1 - x0) if side < 2 else (along - y0) / (y1 - y0)
    covered = (share - (1 - reach if side % 2 else reach)) * ((x1 - x0) if side < 2 else (y1 - y0))
    band = covered[None, :] if side < 2 else covered[:, None]
    inside = _near(photo.box) if share else np.zeros((SIDE, SIDE), np.float32)
    over = np.clip(band + 0.5, 0, 1) * inside
    shadow = 1 - 0.35 * cv2.GaussianBlur(over, (0, 0), 4)[..., None]
    mixed = photo.pixels * shadow * (1 - over[..., None]) + cloth * over[..., None]
    return RenderedPhoto(to_bytes(mixed), photo.box)


def _tint(random: Generator) -> Floats:
    return np.asarray(random.uniform(40, 230, 3), np.float32)


def _near(box: Box) -> Floats:
    """(SIDE, SIDE) 1 in a box and a little round it, else 0."""
    x0, y0, x1, y1 = (round(value) for value in box)
    field = np.zeros((SIDE, SIDE), np.float32)
    field[max(0, y0 - 14) : y1 + 14, max(0, x0 - 14) : x1 + 14] = 1
    return field


def tiled(photo: RenderedPhoto, tiles: int, random: Generator) -> RenderedPhoto:
    """Place the photo in a collage of `tiles` pictures, a square number."""
    across = round(np.sqrt(tiles))
    place = int(random.uniform() * tiles)
    cuts = np.linspace(0, SIDE, across + 1).round().astype(int)
    others = iter(background_pictures(tiles - 1, int(random.integers(1 << 30))))
    canvas = np.empty((SIDE, SIDE, 3), np.uint8)
    for number in range(tiles):
        (y0, y1), (x0, x1) = (cuts[k : k + 2] for k in divmod(number, across))
        tile = photo.pixels if number == place else next(others)
        canvas[y0:y1, x0:x1] = cv2.resize(tile, (x1 - x0, y1 - y0), interpolation=cv2.INTER_AREA)
    top, left = (float(cuts[k]) for k in divmod(place, across))
    x0, y0, x1, y1 = (value / across for value in photo.box)
    return RenderedPhoto(canvas, (left + x0, top + y0, left + x1, top + y1))


def paged(photo: RenderedPhoto, photos: int, random: Generator) -> RenderedPhoto:
    """Place the photo on a long page of `photos` pictures under each other."""
    place = int(random.uniform() * photos)
    rows = [
        np.asarray(cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR), np.uint8)
        for picture in background_pictures(photos - 1, int(random.integers(1 << 30)))
    ]
    page = np.concatenate([*rows[:place], photo.pixels, *rows[place:]])
    x0, y0, x1, y1 = photo.box
    return RenderedPhoto(page, (x0, y0 + place * SIDE, x1, y1 + place * SIDE))


def screened(photo: RenderedPhoto, strength: float, random: Generator) -> RenderedPhoto:
    """Photograph a screen: moire of its pixel grid, and steeper tones."""
    angle = np.deg2rad(random.uniform(2, 6))
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    u, v = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    lamps = u[..., None] * 2 * np.pi / PITCH + np.arange(3) * 2 * np.pi / 3
    rows = np.cos(v * 2 * np.pi / PITCH)[..., None]
    beats = np.cos(lamps - x[..., None] * 2 * np.pi / 3) + np.cos(lamps * 0.11)
    grid = 1 + strength * (0.3 * np.cos(lamps) + 0.2 * rows + 0.15 * beats)
    tones = (photo.pixels / 255.0) ** (1 + 0.6 * strength)
    return RenderedPhoto(to_bytes(255 * tones * grid), photo.box)
