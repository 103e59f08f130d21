"""Letters set so far apart, or stacked, that the text detector outlines each by itself.

Boxes of single letters that stand in a row at about equal distances are one word. Its letters are
cut out and put side by side, so that they can be recognised as a line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from detector.records import Floats, Pixels

MIN_LETTERS_APART = 3  # boxes of single letters that make a row
MAX_LETTERS = 60  # boxes beyond which a picture has too many letters to look for rows
MAX_ROWS = 8  # of a picture
MAX_ASPECT = 3.0  # of the box of one letter: I
BESIDE = 2.5  # distance of a single letter from the end of a box, in heights, to be its neighbour
MAX_PITCH = 4.0  # distance of the centres of neighbours, in heights of a letter
MAX_UNEVENNESS = 3.4  # longest distance over the shortest; two letters may be missed
MAX_OFFSET = 0.35  # of a centre from the line of the row, in heights
MAX_SIZE_RATIO = 1.5  # of the heights of letters
MISSED = 1.6  # distance in median distances from which a letter between is missed
MARGIN = 0.12  # around a letter, in heights
HEIGHT = 48  # pixels to which letters are scaled; that of the recogniser
STEEP = 0.35  # sine of the angle to the vertical up to which a row is read downwards
SLANTED = 0.2  # sine of the angle from which letters may stand upright beside a row's direction


@dataclass(frozen=True, slots=True, eq=False)
class LetterRow:
    """Letters along a line: `quad` (4, 2) around all, clockwise from the first letter's start.

    `pictures` are the ways to read it, (48, W, 3) each: along the line or upright.
    """

    quad: Floats
    pictures: tuple[Pixels, ...]


def letter_rows(pixels: Pixels, quads: Sequence[Floats], lengths: Sequence[int]) -> list[LetterRow]:
    """The rows of single letters among boxes (4, 2) in a picture (H, W, 3), longest first.

    `lengths` are the letters that were read in each box: beside single letters, the box of a few
    is taken apart.
    """
    centres, heights = _letters(quads, lengths)
    if not MIN_LETTERS_APART <= len(centres) <= MAX_LETTERS:
        return []
    found, taken = list[LetterRow](), set[int]()
    for chain in sorted(_chains(centres, heights), key=len, reverse=True):
        if taken.isdisjoint(chain) and len(found) < MAX_ROWS:
            taken.update(chain)
            found.append(_row(pixels, centres[chain], float(np.median(heights[chain]))))
    return found


def _letters(quads: Sequence[Floats], lengths: Sequence[int]) -> tuple[Floats, Floats]:
    """Centres (L, 2) and heights (L,) of letters: of single ones, and of those in boxes beside."""
    boxes = [(quad.mean(axis=0), *_sides(quad)) for quad in quads]
    single = [max(w, h) <= MAX_ASPECT * min(w, h) for _, w, h in boxes]
    letters = [
        (centre, max(w, h)) for (centre, w, h), one in zip(boxes, single, strict=True) if one
    ]
    centres = np.array([centre for centre, _ in letters], np.float32).reshape(-1, 2)
    for quad, (_, w, h), one, length in zip(quads, boxes, single, lengths, strict=True):
        parts = [] if one or length < 2 else _parts(quad, length)
        ends = np.array([*parts[:1], *parts[-1:]], np.float32).reshape(-1, 1, 2)
        if np.any(np.linalg.norm(centres - ends, axis=2) <= BESIDE * min(w, h)):
            letters += [(part, min(w, h)) for part in parts]
    found = np.array([centre for centre, _ in letters], np.float32).reshape(-1, 2)
    return found, np.array([height for _, height in letters], np.float32)


def _parts(quad: Floats, length: int) -> list[Floats]:
    """The centres of equally long parts of a box along its longer side."""
    w, h = _sides(quad)
    first, second = (quad[[0, 3]], quad[[1, 2]]) if w >= h else (quad[[0, 1]], quad[[3, 2]])
    start, end = first.mean(axis=0), second.mean(axis=0)
    return [start + (end - start) * (n + 0.5) / length for n in range(length)]


def _sides(quad: Floats) -> tuple[float, float]:
    edges = np.linalg.norm(quad - np.roll(quad, -1, axis=0), axis=1)
    return float(edges[[0, 2]].mean()), float(edges[[1, 3]].mean())


def _chains(centres: Floats, heights: Floats) -> Iterator[list[int]]:
    """Every row that begins at a pair of neighbours, as numbers of letters in reading order."""
    for first in range(len(centres)):
        for second in range(len(centres)):
            step = centres[second] - centres[first]
            distance = float(np.hypot(*step))
            if first == second or distance > MAX_PITCH * heights[first] or not _is_forward(step):
                continue
            chain = _along(centres, heights, first, step / distance)
            if len(chain) >= MIN_LETTERS_APART and chain[0] == first:
                yield chain


def _is_forward(step: Floats) -> bool:
    """Whether a step leads to the right, or down where it is nearly vertical."""
    across, down = step.tolist()
    return bool(across > 0 if abs(across) > STEEP * abs(down) else down > 0)


def _along(centres: Floats, heights: Floats, first: int, direction: Floats) -> list[int]:
    """The letters on a line through one letter, as long as their distances are about equal."""
    offsets = centres - centres[first]
    along, beside = offsets @ direction, np.abs(offsets @ (-direction[1], direction[0]))
    ratio = heights / heights[first]
    near = (beside <= MAX_OFFSET * heights[first]) & (along >= 0)
    near &= (ratio <= MAX_SIZE_RATIO) & (ratio >= 1 / MAX_SIZE_RATIO)
    chain = [first]
    for letter in [n for n in np.argsort(along).tolist() if near[n] and n != first]:
        pitches = np.diff(along[[*chain, letter]])
        if pitches.max() <= MAX_UNEVENNESS * pitches.min():
            chain.append(letter)
    return chain


def _row(pixels: Pixels, centres: Floats, height: float) -> LetterRow:
    """A row of letters of one height; letters that the detector missed between others are put in.

    At the ends one may have been missed too, so the row is given with and without places there.
    """
    pitches = np.linalg.norm(np.diff(centres, axis=0), axis=1)
    places = [centres[0]]
    for before, after, pitch in zip(centres, centres[1:], pitches, strict=False):
        steps = (
            round(float(pitch / np.median(pitches))) if pitch > MISSED * np.median(pitches) else 1
        )
        places += [before + (after - before) * n / steps for n in range(1, steps + 1)]
    direction = (centres[-1] - centres[0]) / np.hypot(*(centres[-1] - centres[0]))
    pitch = float(np.median(pitches))
    ways = [(direction, (min(pitch, height * (1 + MARGIN)), height * (1 + 2 * MARGIN)))]
    if abs(direction[1]) >= SLANTED:  # the letters may stand upright
        upright = np.array([1.0, 0.0])
        tall = min(pitch / float(abs(direction[1])), height * (1 + 2 * MARGIN))
        ways.append((upright, (height * (1 + MARGIN), tall)))
    ends = places[0] - pitch * direction, places[-1] + pitch * direction
    pictures = (
        np.hstack([_cut(pixels, at, way, size) for at in row])
        for way, size in ways
        for row in (places, [ends[0], *places, ends[1]])
    )
    return LetterRow(_around(centres, direction, height), tuple(pictures))


def _cut(pixels: Pixels, centre: Floats, direction: Floats, size: tuple[float, float]) -> Pixels:
    """A letter about a centre whose lines of text run along `direction`, `HEIGHT` pixels high."""
    width, height = size
    scale = HEIGHT / height
    (cos, sin), columns = direction.tolist(), max(1, round(width * scale))
    turn = scale * np.array([[cos, sin], [-sin, cos]])
    shift = np.array([columns / 2, HEIGHT / 2]) - turn @ centre
    move = np.column_stack([turn, shift])
    border = cv2.BORDER_REPLICATE
    return np.asarray(
        cv2.warpAffine(pixels, move, (columns, HEIGHT), flags=cv2.INTER_AREA, borderMode=border),
        np.uint8,
    )


def _around(centres: Floats, direction: Floats, height: float) -> Floats:
    along, down = direction * height / 2, np.array([-direction[1], direction[0]]) * height / 2
    first, last = centres[0], centres[-1]
    return np.array(
        [first - along - down, last + along - down, last + along + down, first - along + down],
        np.float32,
    )
