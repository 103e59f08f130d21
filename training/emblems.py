"""Marks of our own: emblems made of simple figures, as many as are wanted.

Each is a few layers on one middle: rings, discs, polygons, stars, shields, petals, stripes and
letters. They teach the network the plain round and angular signs of which icon sets have few.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.records import Pixels
from training.lettering import Random, colour, contrasting, filled, laid_over, trimmed, word_mark

Points = NDArray[np.float64]

SIZE = 192  # pixels of the ground an emblem is drawn on
_FINE = 4  # bits of a pixel in which corners are given
_MIDDLE = SIZE / 2


def emblem(random: Random, fonts: Sequence[Path]) -> Pixels:
    """One emblem (H, W, 4) of two to four layers and perhaps letters, trimmed."""
    whole = np.zeros((SIZE, SIZE, 4), np.uint8)
    inks = [colour(random)]
    inks.append(contrasting(random, inks[0]))
    radius = 0.48 * SIZE
    for number in range(int(random.integers(2, 5))):
        figure = _FIGURES[random.integers(len(_FIGURES))]
        laid_over(whole, filled(figure(random, radius), inks[number % 2]))
        radius *= random.uniform(0.5, 0.85)
    if random.random() < 0.35:
        _add_letter(random, fonts, whole, 1.3 * radius, inks)
    return trimmed(whole)


def _add_letter(
    random: Random, fonts: Sequence[Path], whole: Pixels, side: float, inks: Sequence[Sequence[int]]
) -> None:
    letters = "".join(random.choice(list("ABCDEFGHKLMNOPRSTUVWXZ"), random.integers(1, 3)))
    shape = word_mark(random, fonts, letters)
    scale = side / max(shape.shape[:2])
    shape = np.asarray(cv2.resize(shape, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    height, width = shape.shape[:2]
    top, left = (SIZE - height) // 2, (SIZE - width) // 2
    middle = whole[SIZE // 2, SIZE // 2, :3]
    shape[..., :3] = max(inks, key=lambda ink: float(np.abs(np.subtract(ink, middle)).sum()))
    laid_over(whole[top : top + height, left : left + width], shape)


def _painted(*outlines: Points) -> Pixels:
    """Closed outlines (N, 2) about the middle, filled by the even-odd rule."""
    shape = np.zeros((SIZE, SIZE), np.uint8)
    corners = [((outline + _MIDDLE - 0.5) * (1 << _FINE)).astype(np.int32) for outline in outlines]
    cv2.fillPoly(shape, corners, 255, cv2.LINE_AA, _FINE)
    return shape


def _circle(radius: float, stretch: float = 1.0) -> Points:
    angles = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    return np.stack([np.cos(angles), stretch * np.sin(angles)], 1) * radius


def _polygon(corners: int, radius: float, turn: float, inner: float = 0.0) -> Points:
    """A regular polygon, or a star whose inner corners lie at a share of its radius."""
    count = corners * 2 if inner else corners
    angles = turn + 2 * np.pi * np.arange(count) / count
    radii = np.where(np.arange(count) % 2, inner, 1.0) if inner else np.ones(count)
    return np.stack([np.cos(angles), np.sin(angles)], 1) * (radius * radii)[:, None]


def _disc(random: Random, radius: float) -> Pixels:
    return _painted(_circle(radius, random.choice([1.0, 1.0, 0.6, 0.75])))


def _ring(random: Random, radius: float) -> Pixels:
    stretch = float(random.choice([1.0, 1.0, 1.0, 0.65]))
    return _painted(_circle(radius, stretch), _circle(radius * random.uniform(0.6, 0.92), stretch))


def _crossed_rings(random: Random, radius: float) -> Pixels:
    turn = random.uniform(0, np.pi)
    whole = np.zeros((SIZE, SIZE), np.uint8)
    for side in (0, 1, 2)[: int(random.integers(2, 4))]:
        angle = turn + side * 2 * np.pi / 3
        at = 0.4 * radius * np.array([np.cos(angle), np.sin(angle)])
        outer, inner = _circle(0.6 * radius) + at, _circle(0.48 * radius) + at
        whole = np.maximum(whole, _painted(outer, inner))
    return whole


def _regular(random: Random, radius: float) -> Pixels:
    corners = int(random.integers(3, 9))
    outline = _polygon(corners, radius, random.choice([-np.pi / 2, np.pi / corners]))
    if random.random() < 0.4:
        return _painted(outline, outline * random.uniform(0.6, 0.9))
    return _painted(outline)


def _star(random: Random, radius: float) -> Pixels:
    return _painted(
        _polygon(int(random.integers(3, 13)), radius, -np.pi / 2, random.uniform(0.3, 0.8))
    )


def _shield(random: Random, radius: float) -> Pixels:
    down = np.linspace(0, 1, 16)
    right = np.stack([0.8 * (1 - down**2.2), -0.55 + 1.5 * down], 1)
    flat = random.uniform(-0.95, -0.75)
    top = np.array([[-0.8, flat], [0.0, flat - random.uniform(-0.1, 0.2)], [0.8, flat]])
    left = right[::-1] * [-1, 1]
    return _painted(np.concatenate([top, right, left]) * radius)


def _petals(random: Random, radius: float) -> Pixels:
    count = int(random.integers(3, 9))
    petal = _circle(0.5 * radius, random.uniform(0.25, 0.6))
    petal[:, 0] += 0.5 * radius
    whole = np.zeros((SIZE, SIZE), np.uint8)
    for number in range(count):
        angle = 2 * np.pi * number / count - np.pi / 2
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        whole = np.maximum(whole, _painted(petal @ turn))
    return whole


def _stripes(random: Random, radius: float) -> Pixels:
    count, lean = int(random.integers(2, 6)), random.uniform(-0.6, 0.6)
    grow = random.choice([0.0, 0.25])
    pitch = 2 * radius / count
    bars = []
    for number in range(count):
        x, high = -radius + number * pitch, radius * (1 - grow * (count - 1 - number))
        bar = np.array([[0, 0.9], [0.6 * pitch / radius, 0.9], [0.6 * pitch / radius, 0], [0, 0]])
        bar = bar * [radius, -2 * high * 0.8] + [x, 0.8 * radius]
        bar[:, 0] -= lean * bar[:, 1]
        bars.append(bar)
    return _painted(*bars)


def _chevrons(random: Random, radius: float) -> Pixels:
    thick, angle = random.uniform(0.2, 0.4), random.uniform(0.4, 0.9)
    wing = np.array(
        [[-1, angle], [0, 0], [1, angle], [1, angle + thick], [0, thick], [-1, angle + thick]]
    )
    count = int(random.integers(1, 4))
    starts = [np.array([0, 0.55 * number - 0.8]) for number in range(count)]
    rows = [(wing + start) * 0.8 * radius for start in starts]
    sign = random.choice([-1, 1])
    return _painted(*(row * [1, sign] for row in rows))


def _arc(random: Random, radius: float) -> Pixels:
    """A part of a ring, like a smile or a swoosh: thick in the middle or at one end."""
    start, length = random.uniform(0, 2 * np.pi), random.uniform(1.5, 5)
    along = np.linspace(0, 1, 40)
    angles = start + length * along
    profile = np.sin(np.pi * along) if random.random() < 0.5 else along
    thick = random.uniform(0.15, 0.45) * (0.15 + profile)
    spokes = np.stack([np.cos(angles), np.sin(angles)], 1)
    outline = np.concatenate([spokes, (spokes * (1 - thick)[:, None])[::-1]])
    return _painted(outline * radius)


_FIGURES: tuple[Callable[[Random, float], Pixels], ...] = (
    _disc,
    _ring,
    _crossed_rings,
    _regular,
    _star,
    _shield,
    _petals,
    _stripes,
    _chevrons,
    _arc,
)
