"""A box as its numbers stand in a file, made x0 y0 x1 y1 in pixels inside the upright photo."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Literal

from detector.evaluation.records import Box, Outline

Size = tuple[int, int]
"""Width and height in pixels."""

Form = Literal[
    "corners", "corner and size", "centre and size in shares", "outline", "outline in shares"
]
"""x0 y0 x1 y1; x y width height; cx cy width height as shares of the photo's width and height;
x y of three points or more, in pixels or as shares."""

MOST_OUTSIDE = 0.5  # share of a box that may stick out; more is a label of another picture
LEAST_SIDE = 0.9  # pixels, one but for rounding: less was written in shares, or is a slip


def read_place(numbers: Sequence[object], form: Form, size: Size) -> tuple[Box, Outline | None]:
    """Read the box that numbers, or texts of numbers, describe in a photo of that size.

    What sticks out of the photo is cut off. An outline gives the box round it, and is given too.
    Raises ValueError, with words for people, for a wrong count of numbers, one that is not finite,
    a box without area or below one pixel, and one that lies mostly outside.
    """
    if form.startswith("outline"):
        points = _points(numbers, size if form == "outline in shares" else (1, 1))
        return _inside(extent(points), size), points
    if len(numbers) != 4:
        raise ValueError(f"bad box: {len(numbers)} numbers where 4 are needed")
    a, b, c, d = (read_number(number) for number in numbers)
    return _inside(_corners((a, b, c, d), form, size), size), None


def extent(points: Iterable[tuple[float, float]]) -> Box:
    """Return the box round points."""
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def turned_box(box: Sequence[float], degrees: float) -> Outline:
    """Return the corners of a box x y width height turned clockwise about its centre."""
    x, y, width, height = box
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    sides = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    offsets = ((across * width / 2, down * height / 2) for across, down in sides)
    centre = x + width / 2, y + height / 2
    return tuple(
        (centre[0] + dx * cos - dy * sin, centre[1] + dx * sin + dy * cos) for dx, dy in offsets
    )


def upright(points: Iterable[tuple[float, float]], turn: int, stored: Size) -> Outline:
    """Lay points of the stored picture on the upright one; `turn` is EXIF's orientation, 1 to 8."""
    width, height = stored
    return tuple(
        {
            2: (width - x, y),
            3: (width - x, height - y),
            4: (x, height - y),
            5: (y, x),
            6: (height - y, x),
            7: (height - y, width - x),
            8: (y, width - x),
        }.get(turn, (x, y))
        for x, y in points
    )


def read_number(value: object) -> float:
    """Read a finite number, or the text of one; raises ValueError with words for people."""
    wrong = f"bad number {str(value)[:40]!r}"
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(wrong)
    try:
        number = float(value)
    except (ValueError, OverflowError) as error:
        raise ValueError(wrong) from error
    if not math.isfinite(number):
        raise ValueError(wrong)
    return number


def _points(numbers: Sequence[object], scale: Size) -> Outline:
    if len(numbers) < 6 or len(numbers) % 2:
        raise ValueError(f"bad outline: {len(numbers)} numbers are no three points or more")
    values = [read_number(number) for number in numbers]
    pairs = zip(values[::2], values[1::2], strict=True)
    return tuple((x * scale[0], y * scale[1]) for x, y in pairs)


def _inside(corners: Box, size: Size) -> Box:
    """Cut off what sticks out; raises ValueError where hardly anything is left."""
    x0, y0, x1, y1 = corners
    if not (x1 > x0 and y1 > y0):
        raise ValueError("box without area")
    if x1 - x0 < LEAST_SIDE or y1 - y0 < LEAST_SIDE:
        raise ValueError("box below one pixel")
    inside = max(0.0, x0), max(0.0, y0), min(x1, float(size[0])), min(y1, float(size[1]))
    if inside[2] <= inside[0] or inside[3] <= inside[1]:
        raise ValueError(f"box outside the picture of {size[0]} x {size[1]}")
    share = (inside[2] - inside[0]) / (x1 - x0) * ((inside[3] - inside[1]) / (y1 - y0))
    if share < 1 - MOST_OUTSIDE:
        raise ValueError(f"box mostly outside the picture of {size[0]} x {size[1]}")
    return inside


def _corners(numbers: Box, form: Form, size: Size) -> Box:
    a, b, c, d = numbers
    if form == "corners":
        return numbers
    if form == "corner and size":
        return a, b, a + c, b + d
    width, height = size
    x0, y0 = (a - c / 2) * width, (b - d / 2) * height
    return x0, y0, x0 + c * width, y0 + d * height
