"""Sheets of patterns: fabric, wrapping paper, wallpaper."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import NamedTuple

import numpy as np

from detector.evaluation.graphics.lettering import some_lettering
from detector.evaluation.graphics.sheet import (
    Colour,
    Inks,
    Sheet,
    around,
    colour,
    corners_of,
    dark,
    pale,
    smooth,
)
from detector.evaluation.graphics.symbols import symbol


class Dyes(NamedTuple):
    """The colours of a pattern."""

    ground: Colour
    tints: list[Colour]


def pattern(random: Random) -> Sheet:
    """One pattern that fills the picture."""
    ground = random.choice((pale(random), pale(random), dark(random), colour(random, (0.3, 0.85))))
    sheet = Sheet(800, random.choice((800, 1000)), ground)
    tints = [colour(random, (0.2, 0.9)) for _ in range(random.randint(1, 4))]
    random.choice(PATTERNS)(sheet, random, Dyes(ground, tints))
    return sheet


def _stripes(sheet: Sheet, random: Random, dyes: Dyes) -> None:
    lean, at = random.choice((0, 0, 1, -1)), -1000.0
    while at < 2000:
        wide = random.choice((8, 20, 45, 80))
        high = sheet.height
        corners = [
            (at, 0),
            (at + wide, 0),
            (at + wide + lean * high, high),
            (at + lean * high, high),
        ]
        sheet.polygon(corners, random.choice(dyes.tints))
        at += wide + random.choice((12, 30, 60))


def _checks(sheet: Sheet, random: Random, dyes: Dyes) -> None:
    pitch = random.choice((60, 120, 200))
    bands = [
        (random.uniform(0, pitch), random.uniform(4, pitch / 2), random.choice(dyes.tints))
        for _ in range(4)
    ]
    for start in range(0, 1200, pitch):
        for at, wide, tint in bands:
            sheet.box((start + at, 0, wide, sheet.height), (*tint, 110))
            sheet.box((0, start + at, 800, wide), (*tint, 110))


def _dots(sheet: Sheet, random: Random, dyes: Dyes) -> None:
    pitch, share = random.choice((40, 70, 110)), random.uniform(0.15, 0.42)
    for row in range(-1, sheet.height // pitch + 2):
        for column in range(-1, 800 // pitch + 2):
            x = (column + 0.5 * (row % 2)) * pitch
            sheet.oval(
                (x, row * pitch), share * pitch, dyes.tints[(row + column) % len(dyes.tints)]
            )


def _motifs(sheet: Sheet, random: Random, dyes: Dyes) -> None:
    """One or two symbols, over and over."""
    pitch = random.choice((100, 160, 200))
    seeds = [random.getrandbits(32) for _ in range(random.randint(1, 3))]
    for row in range(sheet.height // pitch + 2):
        for column in range(800 // pitch + 2):
            same = Random(seeds[(row + column) % len(seeds)])
            at = ((column + 0.5 * (row % 2)) * pitch, (row + 0.3) * pitch)
            symbol(sheet, same, at, pitch * 0.36, Inks(dyes.tints[0], dyes.tints[-1], dyes.ground))


def _initials(sheet: Sheet, random: Random, dyes: Dyes) -> None:
    """Letters and small figures, turn and turn about."""
    pitch, lettering = random.choice((110, 150)), some_lettering(random)
    text, count = (
        "".join(random.choice("ABCDEFGHKMNPRSTVWZ") for _ in range(2)),
        random.randint(4, 8),
    )
    for row in range(sheet.height // pitch + 1):
        for column in range(800 // pitch + 1):
            x, y = column * pitch, row * pitch
            if (row + column) % 2:
                sheet.word(
                    (x + 0.2 * pitch, y + 0.25 * pitch, 0.6 * pitch, 0.5 * pitch),
                    text,
                    lettering,
                    dyes.tints[0],
                )
            else:
                middle = (x + pitch / 2, y + pitch / 2)
                sheet.polygon(corners_of(middle, 0.28 * pitch, count, inner=0.4), dyes.tints[-1])


def _waves(sheet: Sheet, random: Random, dyes: Dyes) -> None:
    pitch, high = random.choice((30, 55, 90)), random.uniform(8, 30)
    sharp = random.random() < 0.5
    for number, y in enumerate(range(-40, sheet.height + 60, pitch)):
        x = np.arange(-20, 840, 20 if sharp else 5)
        rise = high * (np.arange(len(x)) % 4 // 2 * 2 - 1) if sharp else high * np.sin(x / 32)
        sheet.line(np.stack([x, y + rise], 1), dyes.tints[number % len(dyes.tints)], pitch * 0.35)


def _scales(sheet: Sheet, random: Random, dyes: Dyes) -> None:
    radius = random.choice((50, 80))
    for row in range(2 * sheet.height // radius + 3):
        for column in range(800 // radius + 2):
            at = (2 * radius * column + radius * (row % 2), radius * 0.5 * row)
            for step, share in enumerate((1, 0.75, 0.5, 0.25)):
                sheet.polygon(
                    around(at, radius * share),
                    dyes.tints[step % len(dyes.tints)] if step % 2 else dyes.ground,
                )
            sheet.oval(at, radius, None, dyes.tints[0], width=3)


def _leaves(sheet: Sheet, random: Random, dyes: Dyes) -> None:
    for _ in range(random.randint(40, 110)):
        x, y, size = random.uniform(0, 800), random.uniform(0, sheet.height), random.uniform(20, 60)
        angle, tint = random.uniform(0, 6.28), random.choice(dyes.tints)
        along = np.array([np.cos(angle), np.sin(angle)])
        aside = np.array([-along[1], along[0]]) * random.uniform(0.25, 0.5)
        leaf = np.array([along, aside, -along, -aside]) * size + [x, y]
        sheet.polygon(smooth(leaf, rounds=2), tint)
        sheet.line([leaf[0], leaf[2]], dyes.ground, 2)


def _herringbone(sheet: Sheet, random: Random, dyes: Dyes) -> None:
    wide, high = random.choice(((60, 18), (90, 26), (120, 40)))
    for column in range(800 // wide + 2):
        sign = 1 if column % 2 else -1
        for y in range(-120, sheet.height + 120, 2 * high):
            x = column * wide
            low = y + sign * wide * 0.6
            brick = [(x, y), (x + wide, low), (x + wide, low + high), (x, y + high)]
            sheet.polygon(brick, dyes.tints[column % len(dyes.tints)])


PATTERNS: tuple[Callable[[Sheet, Random, Dyes], None], ...] = (
    _stripes, _checks, _dots, _motifs, _motifs, _initials, _waves, _scales, _leaves, _herringbone,
)  # fmt: skip
