"""Invented symbols of several parts, for logos, icons and patterns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import numpy as np

from detector.evaluation.graphics.lettering import some_lettering
from detector.evaluation.graphics.sheet import (
    Colour,
    Inks,
    Point,
    Points,
    Sheet,
    around,
    corners_of,
    smooth,
)
from detector.records import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Pen:
    """Draws on a sheet in units of a symbol's radius, about its middle, in two inks."""

    sheet: Sheet
    centre: Point
    radius: float
    inks: Inks

    def polygon(self, corners: Points, colour: Colour) -> None:
        """A filled polygon."""
        self.sheet.polygon(self._placed(corners), colour)

    def line(self, corners: Points, colour: Colour, width: float) -> None:
        """A line with round ends."""
        self.sheet.line(self._placed(corners), colour, width * self.radius)

    def in_turn(self, number: int) -> Colour:
        """The first ink for even numbers, the second for odd ones."""
        return (self.inks.ink, self.inks.accent)[number % 2]

    def disc(self, at: Point, radius: float, colour: Colour) -> None:
        """A disc."""
        (x, y) = self._placed([at])[0]
        self.sheet.oval((float(x), float(y)), radius * self.radius, colour)

    def _placed(self, corners: Points) -> Floats:
        return np.asarray(np.asarray(corners) * self.radius + np.asarray(self.centre), np.float32)


def symbol(sheet: Sheet, random: Random, centre: Point, radius: float, inks: Inks) -> None:
    """Any symbol."""
    random.choice(SYMBOLS)(Pen(sheet, centre, radius, inks), random)


def _split_disc(pen: Pen, random: Random) -> None:
    """A disc that holds a sun over water or hills."""
    pen.disc((0, 0), 1, pen.inks.ink)
    pen.disc((random.uniform(-0.3, 0.3), random.uniform(-0.5, -0.2)), 0.24, pen.inks.accent)
    for level, colour in ((0.1, pen.inks.ground), (0.36, pen.inks.ink), (0.62, pen.inks.accent)):
        half = float(np.sqrt(1 - level**2))
        x = np.linspace(-half, half, 40)
        waves = random.choice((1, 1.5, 2.5)) * np.pi * (x / half + random.random())
        y = level + 0.12 * np.sin(waves) * (1 - (x / half) ** 2)
        rim = around((0, 0), 1, *np.rad2deg([np.arcsin(level), np.pi - np.arcsin(level)]))
        pen.polygon(np.concatenate([np.stack([x, y], 1), rim]), colour)


def _rosette(pen: Pen, random: Random) -> None:
    """A random petal, repeated around the middle in two colours."""
    count = random.randint(3, 9)
    spread = random.uniform(0.5, 1.1) * 3.1 / count
    petal = [(0.12, 0.0), (random.uniform(0.15, 0.4), spread * random.uniform(0.4, 1))]
    petal += [(0.6, spread * random.random()), (1.0, random.uniform(-0.1, 0.3))]
    petal += [(0.55, -spread * random.random())]
    for k in range(count):
        pen.polygon(smooth(_rotated(petal, 360 * k / count)), pen.in_turn(k))
    if random.random() < 0.5:
        pen.disc((0, 0), 0.16, pen.inks.ground)


def _totem(pen: Pen, random: Random) -> None:
    """A figure that is the same left and right."""
    rows = np.linspace(-1, 1, random.randint(5, 8))
    right = [(random.uniform(0.15, 0.95), float(y)) for y in rows]
    left = [(-x, y) for x, y in reversed(right)]
    outline = np.array([*right, *left])
    pen.polygon(smooth(outline) if random.random() < 0.5 else outline, pen.inks.ink)
    pen.polygon(outline * [0.35, 0.6] + [0, 0.1], pen.inks.accent)
    for side in (-1, 1):
        pen.disc((0.3 * side, -0.35), 0.11, pen.inks.ground)


def _ribbon(pen: Pen, random: Random) -> None:
    """A band folded back and forth, in two shades."""
    count, lean = random.randint(3, 5), random.uniform(0.2, 0.5)
    wide = 1.8 / count
    for k in range(count):
        x, up = -0.9 + wide * k, lean if k % 2 else -lean
        corners = [(x, -0.6 + up), (x + wide, -0.6 - up), (x + wide, 0.6 - up), (x, 0.6 + up)]
        pen.polygon(corners, pen.in_turn(k))


def _raster(pen: Pen, random: Random) -> None:
    """Dots on a grid that grow towards one corner or towards the middle."""
    count, aim = (
        random.randint(4, 8),
        (random.choice((-0.9, 0, 0.9)), random.choice((-0.9, 0, 0.9))),
    )
    pitch = 1.9 / count
    for row in range(count):
        for column in range(count):
            at = (-0.95 + pitch * (column + 0.5), -0.95 + pitch * (row + 0.5))
            near = float(np.hypot(at[0] - aim[0], at[1] - aim[1]))
            radius = pitch * 0.5 * max(0.16, 1 - near / 2.2)
            pen.disc(at, radius, pen.inks.accent if (row + column) % 5 == 0 else pen.inks.ink)


def _knot(pen: Pen, random: Random) -> None:
    """One thick line that loops through itself."""
    across, down = random.choice(((2, 3), (3, 2), (3, 4), (1, 2), (2, 5), (3, 5)))
    phase = np.linspace(0, 2 * np.pi, 160)
    line = 0.85 * np.stack([np.sin(across * phase + random.random()), np.sin(down * phase)], 1)
    width = random.uniform(0.08, 0.2)
    pen.line(line, pen.inks.ink, width)
    pen.line(line[:50], pen.inks.accent, width)


def _cube(pen: Pen, random: Random) -> None:
    """A cube in three shades, with something cut out of it."""
    top, ink, accent = corners_of((0, 0), 1, 6), pen.inks.ink, pen.inks.accent
    mix = tuple((a + b) // 2 for a, b in zip(ink, accent, strict=True))
    for start, shade in zip((5, 1, 3), (accent, ink, mix), strict=True):
        face = [(0.0, 0.0), *(top[(start + k) % 6].tolist() for k in range(3))]
        pen.polygon(face, shade)
    count, turn = random.choice((3, 4, 6)), random.choice((-90, 0))
    pen.polygon(corners_of((0, 0), random.uniform(0.25, 0.5), count, turn), pen.inks.ground)


def _house(pen: Pen, random: Random) -> None:
    """A house with a door and a leaf or a heart."""
    pen.polygon([(-0.75, 0.9), (-0.75, -0.1), (0, -0.9), (0.75, -0.1), (0.75, 0.9)], pen.inks.ink)
    pen.line([(-1, 0.05), (0, -0.98), (1, 0.05)], pen.inks.accent, 0.14)
    if random.random() < 0.5:
        leaf = [(0, 0.7), (-0.45, 0.25), (0, -0.45), (0.45, 0.25)]
        pen.polygon(smooth(leaf), pen.inks.ground)
        pen.line([(0, 0.85), (0, -0.1)], pen.inks.ink, 0.06)
    else:
        pen.polygon([(-0.2, 0.9), (-0.2, 0.25), (0.2, 0.25), (0.2, 0.9)], pen.inks.ground)


def _cup(pen: Pen, random: Random) -> None:
    """A cup with steam."""
    pen.line(around((0.6, 0.2), 0.32, -80, 90), pen.inks.ink, 0.13)
    bowl = [(-0.7, -0.2), (0.65, -0.2), (0.6, 0.5), (0.25, 0.8), (-0.3, 0.8), (-0.65, 0.5)]
    pen.polygon(smooth(bowl, rounds=2), pen.inks.ink)
    pen.line([(-0.85, 0.95), (0.8, 0.95)], pen.inks.accent, 0.09)
    for x in np.linspace(-0.35, 0.3, random.randint(2, 3)):
        steam = [(x, -0.35), (x + 0.14, -0.55), (x - 0.1, -0.7), (x + 0.05, -0.95)]
        pen.line(smooth(steam, closed=False), pen.inks.accent, 0.09)


def _ridge(pen: Pen, random: Random) -> None:
    """Mountains with snow, under an arc or in a frame."""
    tops = sorted(random.uniform(-0.7, 0.7) for _ in range(random.randint(2, 3)))
    for number, x in enumerate(tops):
        top = 0.6 - random.uniform(0.6, 1.3)
        pen.polygon([(x - 0.6, 0.6), (x, top), (x + 0.6, 0.6)], pen.in_turn(number))
        snow = top + 0.25 * (0.6 - top)
        pen.polygon(
            [(x - 0.15, snow), (x, top), (x + 0.15, snow), (x, snow + 0.1)], pen.inks.ground
        )
    if random.random() < 0.5:
        pen.line(around((0, 0.1), 1, 160, 380), pen.inks.ink, 0.05)
    pen.line([(-1, 0.68), (1, 0.68)], pen.inks.ink, 0.1)


def _initial(pen: Pen, random: Random) -> None:
    """A letter left out of a plate with a notch."""
    polygon = corners_of((0, 0), 1, random.choice((4, 5, 6, 8)), 45)
    plate = random.choice((around((0, 0), 1), polygon))
    pen.polygon(plate, pen.inks.ink)
    pen.polygon([(0, 0), (1.05, random.uniform(-0.6, 0.2)), (1.05, 0.9)], pen.inks.accent)
    (x, y), size = pen.centre, pen.radius
    box = (x - 0.5 * size, y - 0.45 * size, size, 0.9 * size)
    letter = random.choice("ABDEGHKMNQRSTVWYZ")
    pen.sheet.word(box, letter, some_lettering(random), pen.inks.ground)


def _fish(pen: Pen, random: Random) -> None:
    """A fish or a bird of two arcs."""
    body = [(-0.95, 0.0), (-0.3, -0.6), (0.5, -0.35), (0.95, random.uniform(-0.6, -0.2)),
            (0.8, 0.0), (0.95, 0.55), (0.5, 0.35), (-0.3, 0.6)]  # fmt: skip
    pen.polygon(smooth(body, rounds=2), pen.inks.ink)
    pen.disc((-0.55, -0.12), 0.09, pen.inks.ground)
    for x in (-0.15, 0.1, 0.32):
        pen.line(around((x, 0), 0.26, -60, 60), pen.inks.accent, 0.07)


def _orbits(pen: Pen, random: Random) -> None:
    """Oval paths round a core, with a body on each."""
    count, flat = random.randint(2, 4), random.uniform(0.3, 0.5)
    for k in range(count):
        path = around((0, 0), 0.95) * [1, flat]
        turned = _rotated(path, 180 * k / count + 20)
        pen.line(turned, pen.inks.ink, 0.07)
        pen.disc((float(turned[9 * k + 4][0]), float(turned[9 * k + 4][1])), 0.12, pen.inks.accent)
    pen.disc((0, 0), 0.2, pen.inks.accent)


def _tree(pen: Pen, random: Random) -> None:
    """A tree: a trunk with boughs, and a crown of discs or tiers."""
    if random.random() < 0.5:
        for k in range(3):
            y, wide = -0.95 + 0.45 * k, 0.4 + 0.22 * k
            pen.polygon(
                [(0, y), (wide, y + 0.65), (-wide, y + 0.65)],
                pen.in_turn(k),
            )
        pen.polygon([(-0.1, 0.5), (0.1, 0.5), (0.1, 1), (-0.1, 1)], pen.inks.ink)
        return
    for at in ((-0.4, -0.2), (0.4, -0.2), (0, -0.55), (-0.2, -0.05), (0.25, 0)):
        pen.disc(at, random.uniform(0.3, 0.45), pen.inks.accent)
    pen.polygon([(-0.09, 1), (-0.05, -0.4), (0.05, -0.4), (0.09, 1)], pen.inks.ink)
    pen.line([(-0.35, -0.15), (0, 0.3), (0.4, -0.1)], pen.inks.ink, 0.06)


def _boat(pen: Pen, random: Random) -> None:
    """A boat with two sails over waves."""
    mast = random.uniform(-0.95, -0.6)
    pen.polygon([(-0.8, 0.35), (0.85, 0.35), (0.5, 0.7), (-0.5, 0.7)], pen.inks.ink)
    pen.polygon([(-0.05, 0.22), (-0.05, -0.95), (-0.65, 0.22)], pen.inks.accent)
    pen.polygon(smooth([(0.05, 0.22), (0.05, mast), (0.7, 0.22)], rounds=2), pen.inks.ink)
    waves = [(x, 0.88 + 0.07 * np.sin(9 * x)) for x in np.linspace(-1, 1, 40)]
    pen.line(waves, pen.inks.accent, 0.08)


def _sliced(pen: Pen, random: Random) -> None:
    """A regular figure cut by slanting gaps, in two colours."""
    shape = random.choice((around((0, 0), 1), corners_of((0, 0), 1, random.choice((3, 5, 6)))))
    pen.polygon(shape, pen.inks.ink)
    pen.polygon(shape * 0.62 + 0.1, pen.inks.accent)
    slope = random.uniform(-0.7, 0.7)
    for y in np.linspace(-0.7, 0.7, random.randint(2, 4)):
        pen.line(
            [(-1.15, y - slope), (1.15, y + slope)], pen.inks.ground, random.uniform(0.06, 0.12)
        )


def _skyline(pen: Pen, random: Random) -> None:
    """Towers with windows."""
    count = random.randint(3, 5)
    wide = 1.9 / count
    for k in range(count):
        x, top = -0.95 + wide * k, random.uniform(-0.95, 0.3)
        tower = [(x, 0.9), (x, top), (x + 0.8 * wide, top - 0.12), (x + 0.8 * wide, 0.9)]
        pen.polygon(tower, pen.in_turn(k))
        for y in np.arange(top + 0.18, 0.75, 0.24):
            pen.line([(x + 0.25 * wide, y), (x + 0.55 * wide, y)], pen.inks.ground, 0.06)


def _lenses(pen: Pen, random: Random) -> None:
    """Discs that overlap, with the common part left out."""
    apart = random.uniform(0.3, 0.45)
    turned = random.choice((0, 90, 45))
    for side, colour in ((-1, pen.inks.ink), (1, pen.inks.accent)):
        at = _rotated([(side * apart, 0)], turned)[0]
        pen.disc((float(at[0]), float(at[1])), 0.6, colour)
    angle = float(np.rad2deg(np.arccos(apart / 0.6)))
    right = around((-apart, 0), 0.6, -angle, angle)
    left = around((apart, 0), 0.6, 180 - angle, 180 + angle)
    pen.polygon(_rotated(np.concatenate([right, left]), turned), pen.inks.ground)


def _rotated(corners: Points, degrees: float) -> Floats:
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return np.asarray(np.asarray(corners) @ turn, np.float32)


SYMBOLS: tuple[Callable[[Pen, Random], None], ...] = (
    _split_disc, _rosette, _totem, _ribbon, _raster, _knot, _cube, _house, _cup, _ridge, _initial,
    _fish, _orbits, _tree, _boat, _sliced, _skyline, _lenses,
)  # fmt: skip
