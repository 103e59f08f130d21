"""Labels that are sewn in, hung on or stuck on."""

from __future__ import annotations

from random import Random

from detector.evaluation.graphics import words
from detector.evaluation.graphics.care_signs import CARE_SIGNS
from detector.evaluation.graphics.codes import bars
from detector.evaluation.graphics.lettering import TEXT_FACES, some_lettering
from detector.evaluation.graphics.logos import logo
from detector.evaluation.graphics.sheet import (
    BLACK,
    WHITE,
    Colour,
    Inks,
    Sheet,
    around,
    colour,
    dark,
    pale,
    readable_on,
)
from detector.evaluation.graphics.symbols import symbol


def care_label(random: Random) -> Sheet:
    """A strip with fibres, washing signs and advice."""
    ground = random.choice((WHITE, WHITE, (244, 241, 232), (28, 28, 30), (205, 208, 212)))
    ink, face = readable_on(ground), random.choice(TEXT_FACES)
    wide = random.randint(380, 560)
    sheet, y = Sheet(wide, wide * random.uniform(1.3, 2.1), ground), 70.0
    if random.random() < 0.6:
        size = f"SIZE {random.choice(words.SIZES)}"
        sheet.text((wide / 2, y), size, 44, ink, "sans bold", anchor="ms")
        y += 60
    for share in _shares(random):
        line = f"{share}% {' / '.join(random.sample(words.MATERIALS, 2))}"
        sheet.text((wide / 2, y), line, 24, ink, face, anchor="ms")
        y += 34
    y, small = _care_row(sheet, random, y, ink), random.uniform(17, 24)
    for advice in random.sample(words.CARE, len(words.CARE)):
        if y < sheet.height - 90:
            sheet.text((wide / 2, y), advice, small, ink, face, anchor="ms")
            y += small * 1.5
    origin = f"MADE IN {random.choice(words.TOWNS).upper()}"
    sheet.text((wide / 2, sheet.height - 40), origin, 24, ink, "sans bold", anchor="ms")
    return sheet


def _care_row(sheet: Sheet, random: Random, y: float, ink: Colour) -> float:
    """Four or five washing signs in a row. Returns where it ends."""
    signs = random.sample(CARE_SIGNS, random.randint(4, 5))
    room = sheet.width / (len(signs) + 0.6)
    for number, sign in enumerate(signs):
        sign(sheet, (room * (number + 0.8), y + room * 0.5), room * 0.38, ink, random)
    return y + room * 1.25


def woven_label(random: Random) -> Sheet:
    """A small woven label with an invented name, and the size."""
    ground = random.choice((BLACK, WHITE, colour(random, (0.15, 0.45)), (238, 230, 214)))
    ink = random.choice((readable_on(ground), readable_on(ground), (196, 160, 80)))
    sheet = Sheet(760, random.randint(280, 480), ground)
    high = sheet.height
    if random.random() < 0.5:
        sheet.box((36, 16, 688, high - 32), None, ink, width=3)
    logo(sheet, random, (110, high * 0.14, 540, high * 0.5), Inks(ink, ink, ground))
    size = random.choice(words.SIZES)
    sheet.text((380, high * 0.86), size, high * 0.13, ink, random.choice(TEXT_FACES), anchor="ms")
    for x in range(4, 760, 7):  # the weave
        sheet.line([(x, 0), (x, high)], (*ink, 14), 1)
    for x in (14, 746):  # the stitches
        sheet.line([(x, 8), (x, high - 8)], (*ink, 150), 4, dash=9)
    return sheet


def hang_tag(random: Random) -> Sheet:
    """A card on a string: a name, what it is, sizes, price, bars."""
    ground = random.choice((pale(random), (212, 186, 150), dark(random)))
    ink = readable_on(ground)
    wide, high = random.randint(440, 560), random.randint(760, 980)
    sheet = Sheet(wide, high, (226, 224, 220))
    sheet.box((30, 30, wide - 60, high - 60), ground, radius=random.choice((0, 18, 60)))
    sheet.oval((wide / 2, 80), 16, (226, 224, 220), (120, 120, 120), width=2)
    sheet.line(around((wide / 2 + 60, 20), 85, 90, 200), (150, 120, 90), 5)
    logo(sheet, random, (90, 140, wide - 180, high * 0.26), Inks(ink, ink, ground))
    y = high * 0.52
    lines = (
        words.title(random),
        f"Art. {words.digits(random, 6)}",
        f"Size {random.choice(words.SIZES)}   Col. {random.choice(words.COLOURS)}",
    )
    for line in lines:
        sheet.text((wide / 2, y), line, 22, ink, anchor="ms")
        y += 36
    sheet.text((wide / 2, y + 34), words.price(random), 46, ink, "sans bold", anchor="ms")
    sheet.box((80, high - 220, wide - 160, 140), WHITE)
    bars(sheet, random, (120, high - 205, wide - 230, 110))
    return sheet


def sticker(random: Random) -> Sheet:
    """A round or square sticker: a symbol between two lines of words."""
    ground, ink = pale(random), dark(random)
    sheet = Sheet(720, 720, random.choice((WHITE, (232, 228, 220), (120, 124, 130))))
    if random.random() < 0.65:
        sheet.oval((360, 360), 330, ground, ink, width=random.choice((3, 10)))
        sheet.oval((360, 360), 300, None, ink, width=3)
    else:
        sheet.box((40, 40, 640, 640), ground, ink, width=8, radius=random.choice((0, 60)))
    first, last = random.sample(_WISHES, 2)
    symbol(sheet, random, (360, 360), 115, Inks(ink, colour(random), ground))
    sheet.word((170, 140, 380, 80), first, some_lettering(random), ink)
    sheet.word((170, 500, 380, 70), last, some_lettering(random), ink)
    return sheet


_WISHES = (
    "HANDMADE", "WITH LOVE", "THANK YOU", "FOR YOUR ORDER", "LOCAL", "SMALL BATCH", "HOMEMADE",
    "FRAGILE", "ENJOY", "NATURAL",
)  # fmt: skip


def _shares(random: Random) -> list[int]:
    """The shares of one fibre or of two, in percent."""
    first = random.choice((100, 95, 80, 65, 60))
    return [first] if first == 100 else [first, 100 - first]
