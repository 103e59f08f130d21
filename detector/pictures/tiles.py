"""Tiles: overlapping parts of a picture whose shape or size would shrink its details.

Every channel reduces a picture by its longest side, so on a long page or in a large photo a sign
becomes too small to be found. Its tiles are near the picture's own resolution.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product

from detector.records import Picture
from detector.settings import TileSettings

STRIP = 4 / 3  # length of a tile of a narrow page, as a multiple of the page's width
ENLARGEMENT = 1.1  # from one attempt to the next, where tiles of a size are too many

Box = tuple[int, int, int, int]
"""x0 y0 x1 y1 in whole pixels."""


@dataclass(frozen=True, slots=True)
class Tiling:
    """The tiles of a picture, none where it is inspected as a whole only.

    `scale` is the resolution at which the tiles are looked at, as a share of that of tiles as small
    as the settings ask for: less than 1 where there would be too many.
    """

    boxes: tuple[Box, ...] = ()
    scale: float = 1.0


def tiling(width: int, height: int, settings: TileSettings) -> Tiling:
    """The tiles of a picture of `width` and `height` pixels, from its top left on, row by row."""
    longest, shortest = max(width, height), min(width, height)
    is_narrow = longest > settings.narrow_side and longest >= settings.narrow_aspect * shortest
    if longest <= settings.large_side and not is_narrow:
        return Tiling()
    side = wanted = min(max(STRIP * shortest, settings.least_side), settings.side)
    boxes = _boxes(width, height, side, settings.overlap)
    while len(boxes) > settings.most and side < longest:
        side *= ENLARGEMENT
        boxes = _boxes(width, height, side, settings.overlap)
    return Tiling(boxes, wanted / side) if 1 < len(boxes) <= settings.most else Tiling(scale=0.0)


def cut_out(picture: Picture, box: Box) -> Picture:
    """The part of a picture in a box."""
    x0, y0, x1, y1 = box
    return Picture(picture.pixels[y0:y1, x0:x1], picture.frame, picture.ground)


def _boxes(width: int, height: int, side: float, overlap: float) -> tuple[Box, ...]:
    rows, columns = (_spans(length, side, overlap) for length in (height, width))
    return tuple((x0, y0, x1, y1) for (y0, y1), (x0, x1) in product(rows, columns))


def _spans(length: int, side: float, overlap: float) -> list[tuple[int, int]]:
    """Spans of `side` pixels that overlap by at least `overlap` of it, spread evenly."""
    if length <= side * (1 + overlap):
        return [(0, length)]
    count = math.ceil((length - overlap * side) / (side - overlap * side))
    steps = [(length - side) * number / (count - 1) for number in range(count)]
    return [(math.floor(start), min(length, math.ceil(start + side))) for start in steps]
