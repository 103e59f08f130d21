"""Invented logos: on plain ground, as a sheet of many, printed on products."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from detector.evaluation.graphics import words
from detector.evaluation.graphics.lettering import Lettering, some_lettering
from detector.evaluation.graphics.products import PRINTS, print_box, product
from detector.evaluation.graphics.sheet import (
    WHITE,
    Box,
    Colour,
    Inks,
    Sheet,
    colour,
    dark,
    pale,
    readable_on,
)
from detector.evaluation.graphics.symbols import symbol


class Name(NamedTuple):
    """A name and how it is lettered."""

    text: str
    lettering: Lettering


def plain_logo(random: Random) -> Sheet:
    """A logo in the middle of a plain ground, white for the most part."""
    wide, high = random.choice(((800, 600), (900, 900), (1000, 500), (640, 480)))
    ground = random.choice((WHITE, WHITE, WHITE, dark(random), colour(random, (0.2, 0.9))))
    sheet = Sheet(wide, high, ground)
    pad = random.uniform(0.08, 0.28)
    box = (wide * pad, high * pad, wide * (1 - 2 * pad), high * (1 - 2 * pad))
    logo(sheet, random, box, inks_on(random, ground))
    return sheet


def logo_sheet(random: Random) -> Sheet:
    """A sheet of four or six logos or of many symbols, as clip art is sold."""
    across, down = random.choice(((2, 2), (3, 2), (4, 4), (5, 4)))
    side = 1000 / across
    sheet = Sheet(1000, side * down)
    coloured, single = random.random() < 0.4, dark(random)
    for number in range(across * down):
        y, x = divmod(number, across)
        ground = random.choice((pale(random), dark(random))) if coloured else WHITE
        inks = inks_on(random, ground) if coloured else Inks(single, single, ground)
        sheet.box((x * side, y * side, side, side), ground)
        if across > 3:
            middle = ((x + 0.5) * side, (y + 0.5) * side)
            symbol(sheet, random, middle, side * 0.36, inks)
        else:
            box = ((x + 0.14) * side, (y + 0.14) * side, side * 0.72, side * 0.72)
            logo(sheet, random, box, inks)
    return sheet


def printed_product(random: Random) -> Sheet:
    """A product that carries an invented logo."""
    kind = random.choice(list(PRINTS))
    sheet = Sheet(900, 900, random.choice((WHITE, pale(random), (206, 200, 190), (150, 158, 160))))
    box = (90.0, 90.0, 720.0, 720.0)
    sheet.oval((450, 815), 300, (0, 0, 0, 28), stretch=0.1)
    tint = product(sheet, random, box, kind)
    logo(sheet, random, print_box(box, kind), inks_on(random, tint))
    return sheet


def inks_on(random: Random, ground: Colour) -> Inks:
    """Two inks that are seen on a ground; half of the time they are one."""
    if readable_on(ground) == WHITE:
        ink, accent = (
            random.choice((WHITE, colour(random, (0.75, 0.9)))),
            colour(random, (0.6, 0.85)),
        )
    else:
        ink, accent = dark(random), colour(random, (0.25, 0.5))
    return Inks(ink, ink if random.random() < 0.4 else accent, ground)


def logo(sheet: Sheet, random: Random, box: Box, inks: Inks) -> None:
    """An invented logo in the middle of a box."""
    x, y, wide, high = box
    name = Name(words.cased(random, words.company(random)), some_lettering(random))
    layout = random.choice(("above", "above", "beside", "beside", "word", "symbol", "frame"))
    if layout == "symbol":
        symbol(sheet, random, (x + wide / 2, y + high / 2), min(wide, high) * 0.46, inks)
    elif layout == "above":
        radius = min(high * 0.3, wide * 0.4)
        symbol(sheet, random, (x + wide / 2, y + radius), radius, inks)
        room = (x, y + 2.25 * radius, wide, high - 2.25 * radius)
        _named(sheet, random, room, name, inks)
    elif layout == "beside":
        radius = min(high * 0.45, wide * 0.16)
        symbol(sheet, random, (x + radius, y + high / 2), radius, inks)
        room = (x + 2.4 * radius, y + high / 2 - radius, wide - 2.4 * radius, 2 * radius)
        _named(sheet, random, room, name, inks)
    elif layout == "word":
        _named(sheet, random, (x, y + high * 0.25, wide, high * 0.5), name, inks)
    else:
        _framed(sheet, random, box, name, inks)


def _named(sheet: Sheet, random: Random, box: Box, name: Name, inks: Inks) -> None:
    """A name, half of the time over a line of small capitals or a rule."""
    x, y, wide, high = box
    if random.random() < 0.5:
        sheet.word(box, *name, inks.ink)
        return
    left, top, width, height = sheet.word((x, y, wide, high * 0.62), *name, inks.ink)
    under = top + height + high * 0.1
    if random.random() < 0.3:
        sheet.box((left, under, width, max(2, high * 0.04)), inks.accent)
        return
    first = f"EST. 19{words.digits(random, 2)}", f"SINCE 20{words.digits(random, 2)}"
    line = random.choice((*first, random.choice(words.TOWNS), random.choice(words.SLOGANS)))
    small = Lettering(random.choice(("sans", "neutral", "roman")), tracking=0.25)
    sheet.word((left + width * 0.1, under, width * 0.8, high * 0.14), line, small, inks.accent)


def _framed(sheet: Sheet, random: Random, box: Box, name: Name, inks: Inks) -> None:
    """A name left out of a plate, or in a double frame."""
    x, y, wide, high = box
    plate = (x, y + high * 0.2, wide, high * 0.6)
    radius = random.choice((0, high * 0.08, high * 0.3))
    solid = random.random() < 0.6
    fill = inks.ink if solid else None
    sheet.box(plate, fill, inks.accent, width=high * 0.02, radius=radius)
    if not solid:
        pad = high * 0.045
        inner = (x + pad, plate[1] + pad, wide - 2 * pad, plate[3] - 2 * pad)
        sheet.box(inner, None, inks.ink, width=high * 0.01, radius=radius)
    room = (x + wide * 0.12, y + high * 0.34, wide * 0.76, high * 0.32)
    sheet.word(room, *name, inks.ground if solid else inks.ink)
