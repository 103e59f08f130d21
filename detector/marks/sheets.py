"""Sheets: one picture that shows the same sign several times, side by side or stacked.

A mark is found as a whole, so a sheet of four versions of a logo is found nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import cv2
import numpy as np

from detector.marks.views import Mask, find_content
from detector.records import Floats, Pixels

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""

SIDE = 160  # pixels of the longest side at which shapes are compared
MIN_GAP = 0.04  # of the longest side: copies stand further apart than letters
SAME_SHAPE = 0.8  # least correlation of the shapes of two copies
SAME_ASPECT = 1.15  # most ratio between the aspects of two copies
MIN_PERIOD = 0.3  # of the longest side: copies that touch are two or three
MIN_SHAPE = 8  # pixels of the shorter side of a shape that can be compared
MIN_RICHNESS = 60.0  # perimeter squared by area: circle 13, square 16, letters above 100


def copies(pixels: Pixels) -> list[Box]:
    """The boxes of all copies of a sign in a picture; empty where it shows one sign.

    `pixels` are (H, W, 3) RGB or (H, W, 4) RGBA uint8. A picture without a flat background, such as
    a pattern, shows one.
    """
    content = find_content(pixels)
    if content is None or not content.any():
        return []
    scale = min(1.0, SIDE / max(content.shape))
    size = [max(1, round(side * scale)) for side in content.shape[::-1]]
    small = cv2.resize(content.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.5
    whole = (0, 0, small.shape[1], small.shape[0])
    boxes = list(_copies_in(small, whole, touching=False))
    if len(boxes) < 2 or not any(_is_rich(_part(small, box)) for box in boxes):
        return []
    factors = np.array(content.shape[::-1] * 2) / (size * 2)
    return [_as_box(np.rint(np.array(box) * factors)) for box in boxes]


def _copies_in(mask: Mask, box: Box, *, touching: bool) -> Iterator[Box]:
    """Yield the copies in a part of a mask, or the part itself.

    Only where some stand apart may others be `touching`: rings of one logo may hang together.
    """
    box = _tight(mask, box)
    for axis in (1, 0):
        cells = _cells(_part(mask, box), axis, touching=touching)
        if len(cells) > 1:
            for start, stop in cells:
                part = _sliced(box, axis, start, stop)
                yield from (
                    [_tight(mask, part)] if touching else _copies_in(mask, part, touching=True)
                )
            return
    yield box


def _cells(part: Mask, axis: int, *, touching: bool) -> list[tuple[int, int]]:
    """Spans along an axis in which the same shape stands; one where there are no copies."""
    spans = _spans(part, axis)
    for size in range(1, len(spans) // 2 + 1):  # of a copy: an emblem may stand above its word
        firsts, lasts = spans[::size], spans[size - 1 :: size]
        groups = [(first[0], last[1]) for first, last in zip(firsts, lasts, strict=False)]
        shapes = [part.take(range(*group), axis) for group in groups]
        if len(spans) % size == 0 and all(_is_same(shapes[0], one) for one in shapes[1:]):
            return groups
    return _periods(part, axis) if touching else [(0, part.shape[axis])]


def _spans(part: Mask, axis: int) -> list[tuple[int, int]]:
    """The spans along an axis that wide gaps separate."""
    filled = np.asarray(part.any(axis=1 - axis))
    edges = np.flatnonzero(np.diff(np.concatenate([[0], filled.astype(np.int8), [0]])))
    runs = edges.reshape(-1, 2).tolist()
    gaps = [after[0] - before[1] for before, after in pairwise(runs)]
    least = max([MIN_GAP * max(part.shape), *(gap / 2 for gap in gaps)])
    spans = [runs[0]] if runs else []
    for gap, run in zip(gaps, runs[1:], strict=True):
        if gap >= least:
            spans.append(run)
        else:
            spans[-1] = [spans[-1][0], run[1]]
    return [(int(start), int(stop)) for start, stop in spans]


def _periods(part: Mask, axis: int) -> list[tuple[int, int]]:
    """The spans of copies that touch, by the shift at which a part is most like itself."""
    values = np.moveaxis(part.astype(np.float32), axis, 0)
    length = len(values)
    shifts = range(max(2, round(MIN_PERIOD * length)), round((1 - MIN_PERIOD) * length) + 1)
    scored = [(_correlation(values[:-shift], values[shift:]), shift) for shift in shifts]
    best, shift = max(scored, default=(0.0, length))
    if best < SAME_SHAPE:
        return [(0, length)]
    return [(start, min(start + shift, length)) for start in range(0, length - shift // 2, shift)]


def _is_same(first: Mask, second: Mask) -> bool:
    """Whether two shapes are the same at whatever size."""
    first, second = _trimmed(first), _trimmed(second)
    if min(first.shape + second.shape) < MIN_SHAPE:
        return False
    aspects = [shape.shape[1] / shape.shape[0] for shape in (first, second)]
    if max(aspects) > SAME_ASPECT * min(aspects):
        return False
    a, b = (cv2.resize(shape.astype(np.float32), (64, 64)) for shape in (first, second))
    return _correlation(np.asarray(a, np.float32), np.asarray(b, np.float32)) >= SAME_SHAPE


def _correlation(first: Floats, second: Floats) -> float:
    """Normalised cross-correlation, 0 where one has a single value."""
    a, b = first - first.mean(), second - second.mean()
    power = float(np.sqrt((a**2).sum() * (b**2).sum()))
    return float((a * b).sum()) / power if power > 0 else 0.0


def _is_rich(shape: Mask) -> bool:
    """Whether a shape is more than a plain figure: a logo may be made of four equal squares."""
    contours, _ = cv2.findContours(shape.astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    perimeter = sum(cv2.arcLength(contour, closed=True) for contour in contours)
    return perimeter**2 > MIN_RICHNESS * max(1, int(shape.sum()))


def _tight(mask: Mask, box: Box) -> Box:
    """A box without what is empty at its sides."""
    part = _part(mask, box)
    rows, columns = (np.flatnonzero(part.any(axis=axis)) for axis in (1, 0))
    x, y = box[:2]
    return x + int(columns[0]), y + int(rows[0]), x + int(columns[-1]) + 1, y + int(rows[-1]) + 1


def _trimmed(shape: Mask) -> Mask:
    rows, columns = (np.flatnonzero(shape.any(axis=axis)) for axis in (1, 0))
    return shape[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _part(mask: Mask, box: Box) -> Mask:
    return mask[box[1] : box[3], box[0] : box[2]]


def _sliced(box: Box, axis: int, start: int, stop: int) -> Box:
    x0, y0, x1, y1 = box
    return (x0 + start, y0, x0 + stop, y1) if axis == 1 else (x0, y0 + start, x1, y0 + stop)


def _as_box(numbers: Sequence[float]) -> Box:
    x0, y0, x1, y1 = (int(number) for number in numbers)
    return x0, y0, x1, y1
