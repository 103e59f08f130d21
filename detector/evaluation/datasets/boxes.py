"""A box as its four numbers stand in a file, made x0 y0 x1 y1 in pixels inside the photo."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from detector.evaluation.records import Box

Size = tuple[int, int]
"""Width and height in pixels."""

Form = Literal["corners", "corner and size", "centre and size in shares"]
"""x0 y0 x1 y1; x y width height; cx cy width height as shares of the photo's width and height."""

MOST_OUTSIDE = 0.5  # share of a box that may stick out; more is a label of another picture


def read_box(numbers: Sequence[object], form: Form, size: Size) -> Box:
    """Read the box that four numbers, or texts of numbers, describe in a photo of that size.

    What sticks out of the photo is cut off. Raises ValueError, with words for people, for anything
    but four finite numbers, for a box without area, and for one that lies mostly outside.
    """
    if len(numbers) != 4:
        raise ValueError(f"bad box: {len(numbers)} numbers where 4 are needed")
    a, b, c, d = (_number(number) for number in numbers)
    x0, y0, x1, y1 = _corners((a, b, c, d), form, size)
    if not (x1 > x0 and y1 > y0):
        raise ValueError("box without area")
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


def _number(value: object) -> float:
    """A finite number from a number or its text; raises ValueError with words for people."""
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
