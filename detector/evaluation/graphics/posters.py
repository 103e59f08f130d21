"""Banners, posters, infographics and plates with a warning."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import numpy as np

from detector.evaluation.graphics import words
from detector.evaluation.graphics.lettering import some_lettering
from detector.evaluation.graphics.products import OUTLINES, product
from detector.evaluation.graphics.sheet import (
    BLACK,
    WHITE,
    Box,
    Colour,
    Inks,
    Sheet,
    around,
    colour,
    corners_of,
    dark,
    pale,
    readable_on,
    smooth,
)
from detector.evaluation.graphics.symbols import symbol


def banner(random: Random) -> Sheet:
    """An offer: large words, a share off, a button, perhaps the product."""
    wide, high = random.choice(((1200, 500), (1000, 1000), (1200, 630), (800, 1000)))
    ground, accent = colour(random, (0.3, 0.8)), colour(random, (0.3, 0.7))
    sheet, ink, left = Sheet(wide, high, ground), readable_on(ground), wide * 0.08
    random.choice(GROUNDS)(sheet, random, accent)
    room, offer = wide * 0.8, random.choice(words.OFFERS)
    if random.random() < 0.7:
        room = wide * 0.46
        _seal(sheet, random, (wide * 0.77, high * 0.3), min(wide, high) * 0.22, accent)
    sheet.word((left, high * 0.1, room, high * 0.3), offer, some_lettering(random), ink)
    share, sum_ = random.randint(2, 8), random.randint(2, 90)
    text = random.choice((f"up to {share}0 % off", f"from {sum_}.90", "today only"))
    sheet.word((left, high * 0.5, wide * 0.46, high * 0.14), text, some_lettering(random), ink)
    button = (left, high * 0.74, wide * 0.32, high * 0.13)
    sheet.box(button, ink, radius=random.choice((0, 12, 80)))
    call = random.choice(("SHOP NOW", "Order now", "GET YOURS", "Discover"))
    label = (wide * 0.13, high * 0.775, wide * 0.22, high * 0.06)
    sheet.word(label, call, some_lettering(random), readable_on(ink))
    if random.random() < 0.5:
        kind = random.choice(list(OUTLINES))
        product(sheet, random, (wide * 0.6, high * 0.54, wide * 0.36, high * 0.42), kind)
    return sheet


def _seal(
    sheet: Sheet, random: Random, at: tuple[float, float], radius: float, tint: Colour
) -> None:
    """A burst or a disc with a share off."""
    x, y = at
    if random.random() < 0.6:
        sheet.polygon(
            corners_of(at, radius, random.randint(9, 22), inner=random.uniform(0.75, 0.92)), tint
        )
    else:
        sheet.oval(at, radius, tint)
    ink = readable_on(tint)
    share = f"{random.randint(1, 8)}0%"
    sheet.word(
        (x - 0.6 * radius, y - 0.45 * radius, 1.2 * radius, 0.55 * radius),
        share,
        some_lettering(random),
        ink,
    )
    sheet.word(
        (x - 0.45 * radius, y + 0.2 * radius, 0.9 * radius, 0.28 * radius),
        "OFF",
        some_lettering(random),
        ink,
    )


def infographic(random: Random) -> Sheet:
    """A product with its advantages around it, or in steps."""
    ink, accent = dark(random), colour(random, (0.3, 0.55))
    sheet = Sheet(1000, 1000, pale(random))
    sheet.box((0, 0, 1000, 130), accent if random.random() < 0.5 else (*accent, 0))
    heading = random.choice(
        ("PRODUCT FEATURES", "Why you will love it", "DETAILS", words.title(random))
    )
    sheet.word(
        (100, 36, 800, 66), heading, some_lettering(random), ink if random.random() < 0.5 else BLACK
    )
    sheet.oval((500, 560), 300, (*accent, 45))
    product(sheet, random, (270, 330, 460, 460), random.choice(list(OUTLINES)))
    places = ((150, 290), (850, 290), (120, 560), (880, 560), (150, 820), (850, 820))
    chosen = random.sample(places, random.randint(3, 6))
    for at, feature in zip(chosen, random.sample(words.FEATURES, len(chosen)), strict=True):
        edge = (500 + (at[0] - 500) * 0.55, 560 + (at[1] - 560) * 0.5)
        sheet.line([at, edge], accent, 3, dash=random.choice((0, 7)))
        sheet.oval(at, 62, WHITE, accent, width=5)
        symbol(sheet, random, at, 36, Inks(accent, ink, WHITE))
        sheet.text((at[0], at[1] + 98), feature, 26, ink, "sans bold", anchor="ms")
    return sheet


def poster(random: Random) -> Sheet:
    """A motto, an event, or plain shapes, for a wall."""
    ground = random.choice((pale(random), colour(random, (0.2, 0.8))))
    sheet = Sheet(900, random.choice((1200, 1270, 900)), ground)
    ink, accent = readable_on(ground), colour(random, (0.3, 0.7))
    kind = random.randrange(3)
    if kind == 0:
        random.choice(GROUNDS)(sheet, random, accent)
        lines = random.choice(words.SLOGANS).split()
        step = (sheet.height - 240) / len(lines)
        lettering = some_lettering(random)
        for number, line in enumerate(lines):
            sheet.word((110, 120 + step * number, 680, step * 0.8), line, lettering, ink)
    elif kind == 1:
        low = sheet.height * 0.7
        symbol(sheet, random, (450, low / 2), low * 0.36, Inks(accent, ink, ground))
        title = f"{words.name(random)} {random.choice(('Fair', 'Nights', 'Jazz', 'Expo'))}"
        sheet.word((90, low, 720, sheet.height * 0.14), title, some_lettering(random), ink)
        when = f"{words.date(random)}  {random.choice(words.TOWNS)}"
        sheet.text((450, sheet.height * 0.93), when, 36, ink, anchor="ms")
    else:
        _composition(sheet, random)
    return sheet


def _composition(sheet: Sheet, random: Random) -> None:
    """Quarter discs, discs, triangles and stripes on a grid."""
    side, tints = random.choice((150, 225, 300)), [colour(random, (0.2, 0.85)) for _ in range(4)]
    for y in range(0, sheet.height, side):
        for x in range(0, sheet.width, side):
            first, second = random.sample(tints, 2)
            sheet.box((x, y, side, side), first)
            random.choice(_CELLS)(sheet, random, (x, y, side, side), second)


def _quarter(sheet: Sheet, random: Random, cell: Box, tint: Colour) -> None:
    x, y, side, _ = cell
    right, low, start = random.choice(((0, 0, 0), (1, 0, 90), (1, 1, 180), (0, 1, 270)))
    corner = (x + side * right, y + side * low)
    sheet.polygon([corner, *around(corner, side, start, start + 90)], tint)


def _disc(sheet: Sheet, random: Random, cell: Box, tint: Colour) -> None:
    x, y, side, _ = cell
    sheet.oval((x + side / 2, y + side / 2), side * random.uniform(0.2, 0.45), tint)


def _triangle(sheet: Sheet, random: Random, cell: Box, tint: Colour) -> None:
    x, y, side, _ = cell
    start = 90 * random.randrange(4)
    sheet.polygon(corners_of((x + side / 2, y + side / 2), side / 2, 3, start), tint)


def _bars(sheet: Sheet, random: Random, cell: Box, tint: Colour) -> None:
    x, y, side, _ = cell
    count = random.randint(2, 4)
    for k in range(count):
        sheet.box((x, y + side * k / count, side, side / count / 2), tint)


_CELLS: tuple[Callable[[Sheet, Random, Box, Colour], None], ...] = (
    _quarter, _quarter, _disc, _triangle, _bars,
)  # fmt: skip


def plate(random: Random) -> Sheet:
    """A plate for a door or a wall: forbidden, warning, way, parking."""
    sheet = Sheet(900, 700, (228, 228, 226))
    ground, ink = random.choice(_PAINTS)
    sheet.box((40, 40, 820, 620), ground, ink, width=10, radius=random.choice((0, 30, 50)))
    for x in (75, 825):
        sheet.oval((x, 350), 11, (160, 160, 165), (90, 90, 90), width=2)
    text = random.choice(_PLATES)
    shape = random.randrange(4)
    if shape == 0:
        sheet.oval((450, 260), 150, None, (200, 20, 30), width=32)
        sheet.line([(350, 160), (550, 360)], (200, 20, 30), 30)
    elif shape == 1:
        triangle = corners_of((450, 290), 180, 3)
        sheet.polygon(triangle, BLACK if ground != BLACK else WHITE)
        sheet.polygon(corners_of((450, 290), 145, 3), (250, 205, 20))
        sheet.box((438, 210, 24, 90), BLACK, radius=10)
        sheet.oval((450, 330), 14, BLACK)
    elif shape == 2:
        arrow = [(250, 230), (500, 230), (500, 160), (650, 265), (500, 370), (500, 300), (250, 300)]
        sheet.polygon(arrow, ink)
    else:
        symbol(sheet, random, (450, 265), 150, Inks(ink, ink, ground))
    sheet.word((110, 470, 680, 130), text, some_lettering(random), ink)
    return sheet


_PAINTS = (
    ((250, 205, 20), BLACK), (WHITE, (190, 20, 30)), ((20, 90, 170), WHITE),
    ((20, 130, 80), WHITE), (WHITE, BLACK),
)  # fmt: skip
_PLATES = (
    "NO PARKING", "EXIT", "PRIVATE", "CAUTION", "WET FLOOR", "PUSH", "RECEPTION", "TOILET",
    "BEWARE OF THE DOG", "NO SMOKING", "KEEP CLOSED", "ROOM 12",
)  # fmt: skip


def _rays(sheet: Sheet, random: Random, tint: Colour) -> None:
    middle, count = (
        (sheet.width * random.uniform(0.3, 0.7), sheet.height / 2),
        random.randint(8, 18),
    )
    for k in range(count):
        wedge = around(middle, 2 * sheet.width, 360 * k / count, 360 * (k + 0.5) / count)
        sheet.polygon([middle, *map(tuple, wedge)], (*tint, 110))


def _spots(sheet: Sheet, random: Random, tint: Colour) -> None:
    for _ in range(random.randint(6, 40)):
        at = (random.uniform(0, sheet.width), random.uniform(0, sheet.height))
        sheet.oval(at, random.uniform(8, 90), (*tint, 120))


def _sweeps(sheet: Sheet, random: Random, tint: Colour) -> None:
    for k in range(3):
        x = np.linspace(0, sheet.width, 60)
        level = sheet.height * (0.55 + 0.15 * k)
        y = level + sheet.height * 0.08 * np.sin(x / sheet.width * random.uniform(3, 9) + k)
        hill = [*np.stack([x, y], 1), (sheet.width, sheet.height), (0, sheet.height)]
        sheet.polygon(hill, (*tint, 90))


def _frame(sheet: Sheet, random: Random, tint: Colour) -> None:
    wide, high = sheet.width, sheet.height
    for pad in (24, 40)[: random.randint(1, 2)]:
        sheet.box(
            (pad, pad, wide - 2 * pad, high - 2 * pad), None, tint, width=random.choice((3, 8))
        )


def _confetti(sheet: Sheet, random: Random, tint: Colour) -> None:
    for _ in range(random.randint(40, 120)):
        at = (random.uniform(0, sheet.width), random.uniform(0, sheet.height))
        piece = corners_of(
            at, random.uniform(5, 16), random.choice((3, 4, 20)), random.uniform(0, 90)
        )
        sheet.polygon(piece, random.choice((tint, colour(random, (0.4, 0.8)))))


def _blobs(sheet: Sheet, random: Random, tint: Colour) -> None:
    for _ in range(random.randint(2, 4)):
        at = (random.uniform(0, sheet.width), random.uniform(0, sheet.height))
        corners = corners_of(at, sheet.height * 0.35, 6).tolist()
        blob = [(x + random.uniform(-60, 60), y + random.uniform(-60, 60)) for x, y in corners]
        sheet.polygon(smooth(blob), (*tint, 100))


GROUNDS: tuple[Callable[[Sheet, Random, Colour], None], ...] = (
    _rays, _spots, _sweeps, _frame, _confetti, _blobs,
)  # fmt: skip
