"""Letters that stand alone, and the same letters inside a longer word: another sign."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from detector.records import Floats, Pixels
from training.lettering import Random, filled, invented

HEIGHT = 72  # pixels of the letters as drawn
MARGIN = 24
LONGEST = 4  # letters of a mark
BLACK = (0, 0, 0)

Box = tuple[int, int, int, int]
"""Left, top, right and bottom."""


class Spelt(NamedTuple):
    """A word (H, W, 4) in black, the mark (h, w, 4) that some of its letters are, and where.

    `box` is x0 y0 x1 y1 of the mark in the word. `alone` says that the word has no other letters.
    """

    word: Pixels
    mark: Pixels
    box: Box
    alone: bool


def spelt(random: Random, fonts: Sequence[Path]) -> Spelt:
    """A word in some face, and a few of its letters as a mark: all of them, or a part."""
    font = ImageFont.truetype(str(fonts[int(random.integers(len(fonts)))]), HEIGHT)
    text, alone = invented(random), bool(random.random() < 0.5)
    while not alone and len(text) < 3:
        text = invented(random)
    count = int(random.integers(1, min(LONGEST, len(text) - (not alone)) + 1))
    start = int(random.integers(0, len(text) - count + 1))
    letters = text[start : start + count]
    word, mark = (_drawn(letters if alone else text, font), _drawn(letters, font))
    left = 0.0 if alone else font.getlength(text[:start])
    if not mark.any():  # a face without these letters
        return spelt(random, fonts)
    x0, y0, x1, y1 = box_of(mark)
    cut, at = mark[y0:y1, x0:x1], round(left)
    return Spelt(filled(word, BLACK), filled(cut, BLACK), (x0 + at, y0, x1 + at, y1), alone)


def box_of(shape: Pixels) -> Box:
    """The box of what is drawn in (H, W)."""
    rows, columns = (np.flatnonzero(shape.any(axis)) for axis in (1, 0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def outline_of(box: Box) -> Floats:
    """The corners (4, 2) of a box, clockwise from its top left."""
    left, top, right, bottom = box
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)


def _drawn(text: str, font: ImageFont.FreeTypeFont) -> Pixels:
    picture = Image.new("L", (round(font.getlength(text)) + 2 * MARGIN, 2 * HEIGHT + 2 * MARGIN))
    ImageDraw.Draw(picture).text((MARGIN, MARGIN), text, 255, font=font)
    return np.asarray(picture)
