"""The signs of care labels: washing, bleaching, drying, ironing, cleaning."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from random import Random

from detector.evaluation.graphics.sheet import Colour, Point, Sheet, around


def _tub(sheet: Sheet, at: Point, size: float, ink: Colour, random: Random) -> None:
    x, y = at
    sheet.line(_about(at, size, ((-1, -0.5), (-0.7, 0.7), (0.7, 0.7), (1, -0.5))), ink, 3)
    water = [(t, -0.42 - 0.1 * math.sin(7 * t)) for t in (k / 16 - 0.9 for k in range(30))]
    sheet.line(_about(at, size, water), ink, 3)
    degrees = random.choice(("30", "40", "60", ""))
    sheet.text((x, y + 0.45 * size), degrees, size * 0.75, ink, anchor="ms")


def _bleach(sheet: Sheet, at: Point, size: float, ink: Colour, random: Random) -> None:
    sheet.line(_about(at, size, ((0, -0.8), (0.9, 0.7), (-0.9, 0.7), (0, -0.8))), ink, 3)
    if random.random() < 0.7:
        _crossed(sheet, at, size, ink)
        return
    for shift in (-0.15, 0.2):
        sheet.line(_about(at, size, ((shift, -0.3), (shift - 0.45, 0.6))), ink, 3)


def _dryer(sheet: Sheet, at: Point, size: float, ink: Colour, random: Random) -> None:
    x, y = at
    sheet.box((x - 0.8 * size, y - 0.8 * size, 1.6 * size, 1.6 * size), None, ink, width=3)
    sheet.oval(at, 0.72 * size, None, ink, width=3)
    for k in range(random.randint(0, 2)):
        sheet.oval((x - 0.15 * size + 0.3 * size * k, y), 0.09 * size, ink)


def _iron(sheet: Sheet, at: Point, size: float, ink: Colour, random: Random) -> None:
    sheet.line(_about(at, size, ((-1, 0.6), (1, 0.6), (0.75, -0.45), (-0.3, -0.45))), ink, 3)
    sheet.line(_about(at, size, ((-1, 0.6), (-0.6, 0), (0.8, 0))), ink, 3)
    if random.random() < 0.4:
        _crossed(sheet, at, size, ink)


def _cleaning(sheet: Sheet, at: Point, size: float, ink: Colour, random: Random) -> None:
    x, y = at
    sheet.oval(at, 0.8 * size, None, ink, width=3)
    sheet.text((x, y + 0.35 * size), random.choice("PFWA"), size, ink, anchor="ms")


def _line_dry(sheet: Sheet, at: Point, size: float, ink: Colour, random: Random) -> None:
    x, y = at
    sheet.box((x - 0.8 * size, y - 0.8 * size, 1.6 * size, 1.6 * size), None, ink, width=3)
    if random.random() < 0.5:
        sheet.line(around((x, y - 1.1 * size), 0.85 * size, 22, 158), ink, 3)
    else:
        sheet.line(_about(at, size, ((-0.5, 0), (0.5, 0))), ink, 3)


def _crossed(sheet: Sheet, at: Point, size: float, ink: Colour) -> None:
    for sign in (-1, 1):
        sheet.line(_about(at, size, ((-1, -sign), (1, sign))), ink, 3)


def _about(at: Point, size: float, corners: Sequence[Point]) -> list[Point]:
    """Points in units of `size` about `at`."""
    return [(at[0] + size * x, at[1] + size * y) for x, y in corners]


CARE_SIGNS: tuple[Callable[[Sheet, Point, float, Colour, Random], None], ...] = (
    _tub, _bleach, _dryer, _iron, _cleaning, _line_dry,
)  # fmt: skip
