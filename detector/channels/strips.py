"""Parts of strips: pictures so long that letters vanish where the whole is reduced."""

from __future__ import annotations

import math
from collections.abc import Iterator

from detector.records import Pixels

MIN_SIDE = 32  # pixels of the shorter side up to which a picture may be reduced as a whole
ASPECT = 6  # length of a part, as a multiple of the strip's width
OVERLAP = 3  # of neighbouring parts, likewise


def parts(pixels: Pixels, longest: int) -> Iterator[tuple[Pixels, tuple[int, int]]]:
    """The overlapping parts of a strip (H, W, 3) with their corners (x, y).

    A picture that is reduced to `longest` pixels without harm is its only part.
    """
    height, width = pixels.shape[:2]
    long, short = max(height, width), min(height, width)
    length = ASPECT * short
    if long <= length or short * longest >= MIN_SIDE * long:
        yield pixels, (0, 0)
        return
    step = (ASPECT - OVERLAP) * short
    for number in range(math.ceil((long - length) / step) + 1):
        start = min(number * step, long - length)
        stop = start + length
        if width > height:
            yield pixels[:, start:stop], (start, 0)
        else:
            yield pixels[start:stop], (0, start)
