"""Values of COCO files as tools write them: ids, flags, sizes, and where an object is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from detector.evaluation.datasets.boxes import Form, Size, extent, read_number, turned_box

Item = dict[str, Any]
Key = int | str

STICKS_OUT = 2.0  # pixels; less is rounding
ROUNDING = 0.01  # by which a share may exceed 1


@dataclass(frozen=True, slots=True)
class Place:
    """The numbers that say where an object is, none where the file does not, and their form."""

    numbers: Sequence[object] = ()
    form: Form = "corner and size"


def key_of(item: Item, name: str = "id") -> Key | None:
    """Return an id, None where it is missing or can be none; 1, 1.0 and "1" are the same id.

    Data frames write whole numbers as 1.0, spreadsheets as text.
    """
    value = item.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    if isinstance(value, str) and re.fullmatch(r"(0|-?[1-9][0-9]{0,30})(\.0+)?", value.strip()):
        return int(value.strip().partition(".")[0])
    return value.strip() if isinstance(value, str) else value


def is_set(item: Item, name: str) -> bool:
    """Whether a flag is set. Raises ValueError for what is neither yes nor no."""
    value = item.get(name)
    if value in (None, 0, "", "0", "0.0", "false", "False"):
        return False
    if value in (1, "1", "1.0", "true", "True"):
        return True
    raise ValueError(f"bad flag {name}: {str(value)[:40]!r} is neither 0 nor 1")


def size_of(image: Item) -> Size | None:
    """Return the size that an image tells, None where it does not."""
    width, height = (key_of(image, side) for side in ("width", "height"))
    if isinstance(width, int) and isinstance(height, int) and width > 0 and height > 0:
        return width, height
    return None


def place_of(label: Item) -> Place:
    """Return where an object is: `bbox`, turned as CVAT writes it, else round its polygons.

    Raises ValueError, with words for people, for what is no list.
    """
    box = label.get("bbox")
    if box is None:
        return _polygons(label.get("segmentation"))
    if not (isinstance(box, list) and box):
        raise ValueError("bad box: it must be a list of 4 numbers")
    attributes = label.get("attributes")
    turn = attributes.get("rotation") if isinstance(attributes, dict) else None
    if turn is None or len(box) != 4 or read_number(turn) % 360 == 0:
        return Place(box)
    corners = turned_box([read_number(number) for number in box], read_number(turn))
    return Place([number for corner in corners for number in corner], "outline")


def doubtful_form(boxes: Iterable[tuple[object, Size | None]]) -> str:
    """Return why none of a file's boxes can be trusted, or "".

    x y width height in shares of the picture lie within one pixel. Two corners, read as corner
    and size, stick out of most pictures, and every one of them would be a box inside.
    """
    read = [(row, size) for box, size in boxes if (row := _numbers(box)) and size is not None]
    if read and all(max(row) <= 1 + ROUNDING for row, _ in read):
        return f"boxes in shares: all {len(read)} are below one pixel"
    out = sum(
        x + width > size[0] + STICKS_OUT or y + height > size[1] + STICKS_OUT
        for (x, y, width, height), size in read
    )
    inside = all(
        x0 < x1 <= size[0] + STICKS_OUT and y0 < y1 <= size[1] + STICKS_OUT
        for (x0, y0, x1, y1), size in read
    )
    if inside and 2 * out > len(read):
        return f"boxes are corners: {out} of {len(read)} stick out as x y width height"
    return ""


def _numbers(box: object) -> list[float]:
    """The four numbers of a box, none where it is something else."""
    try:
        numbers = [read_number(number) for number in box] if isinstance(box, list) else []
    except ValueError:
        return []
    return numbers if len(numbers) == 4 else []


def _polygons(value: object) -> Place:
    """The box round all polygons of an object; nothing where there are none, or a bit mask."""
    polygons = value if isinstance(value, list) else []
    points: list[tuple[float, float]] = []
    for polygon in polygons:
        if not isinstance(polygon, list) or len(polygon) < 6 or len(polygon) % 2:
            raise ValueError("bad outline: a polygon is a list of x y x y ..")
        numbers = [read_number(number) for number in polygon]
        points += zip(numbers[::2], numbers[1::2], strict=True)
    return Place(extent(points), "corners") if points else Place()
