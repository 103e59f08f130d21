"""Bar codes, squares like QR codes, and what carries them."""

from __future__ import annotations

from random import Random

import numpy as np

from detector.evaluation.graphics import words
from detector.evaluation.graphics.sheet import BLACK, WHITE, Box, Sheet, dark, pale
from detector.records import Pixels

_ODD = ("0001101", "0011001", "0010011", "0111101", "0100011", "0110001", "0101111", "0111011",
        "0110111", "0001011")  # fmt: skip
"""EAN modules of the digits in the left half; in the right half they are inverted."""


def barcode(random: Random) -> Sheet:
    """A bar code with its digits, alone or on a sticker."""
    ground = random.choice((WHITE, WHITE, pale(random), (214, 188, 152)))
    sheet = Sheet(random.randint(700, 1000), random.randint(420, 640), ground)
    wide, high = sheet.width, sheet.height
    top = 0.08 * high
    if random.random() < 0.5:
        sheet.text((wide / 2, top + 40), words.title(random), 34, BLACK, "sans bold", anchor="ms")
        top += 70
    room = (0.12 * wide, top, 0.76 * wide, high - top - 60)
    if ground != WHITE:
        sheet.box((0.06 * wide, top - 10, 0.88 * wide, high - top - 20), WHITE)
    bars(sheet, random, room)
    return sheet


def bars(sheet: Sheet, random: Random, box: Box) -> None:
    """An EAN-13 in a box, with the digits under it."""
    x, y, wide, high = box
    text = words.digits(random, 13)
    left = "".join(_ODD[int(digit)] for digit in text[1:7])
    right = "".join(_ODD[int(digit)] for digit in text[7:])
    modules = "101" + left + "01010" + right.translate(str.maketrans("01", "10")) + "101"
    unit, size = wide / len(modules), min(high * 0.2, wide * 0.055)
    for number, module in enumerate(modules):
        guard = number < 3 or number > 91 or 45 <= number < 50
        if module == "1":
            low = high - size * (0.5 if guard else 1)
            sheet.box((x + unit * number, y, unit, low), BLACK)
    for part, middle in ((text[1:7], 0.26), (text[7:], 0.74)):
        sheet.text((x + wide * middle, y + high), " ".join(part), size, BLACK, "mono", anchor="ms")
    sheet.text((x - size * 0.4, y + high), text[0], size, BLACK, "mono", anchor="rs")


def square_code(random: Random) -> Sheet:
    """A square like a QR code, alone or on a card that says what to do."""
    ground, ink = pale(random), dark(random)
    alone = random.random() < 0.4
    sheet = Sheet(720, 720 if alone else 960, WHITE if alone else ground)
    if not alone:
        call = random.choice(("SCAN ME", "SCAN TO PAY", "MENU", "FOLLOW US", "WIFI", "Scan here"))
        face = random.choice(("sans bold", "serif bold", "neutral"))
        sheet.text((360, 130), call, 84, ink, face, anchor="ms")
        sheet.text((360, 905), words.title(random), 28, ink, anchor="ms")
        sheet.box((90, 190, 540, 540), WHITE, ink, width=8, radius=random.choice((0, 40)))
        sheet.text((360, 810), words.name(random), 46, ink, "sans bold", anchor="ms")
    modules(sheet, random, (60, 60, 600, 600) if alone else (130, 230, 460, 460))
    return sheet


def modules(sheet: Sheet, random: Random, box: Box) -> None:
    """Random modules with the three finders, timing lines and an alignment square of a QR code."""
    count = random.choice((21, 25, 29, 33))
    grid = np.array([random.getrandbits(1) for _ in range(count**2)], np.uint8)
    grid = grid.reshape(count, count)
    grid[6, :], grid[:, 6] = np.arange(count) % 2 == 0, np.arange(count) % 2 == 0
    corners = ((0, 0), (0, count - 7), (count - 7, 0))
    for y, x in corners:
        grid[max(0, y - 1) : y + 8, max(0, x - 1) : x + 8] = 0
        _finder(grid[y : y + 7, x : x + 7])
    if count > 21:
        _finder(grid[count - 9 : count - 4, count - 9 : count - 4])
    left, top, wide, _ = box
    unit = wide / count
    for row, column in np.argwhere(grid).tolist():
        sheet.box((left + unit * column, top + unit * row, 1.02 * unit, 1.02 * unit), BLACK)


def _finder(grid: Pixels) -> None:
    """Nested squares, in place."""
    grid[:] = 1
    grid[1:-1, 1:-1] = 0
    grid[2:-2, 2:-2] = 1


def parcel_label(random: Random) -> Sheet:
    """The address label of a parcel."""
    sheet = Sheet(720, 1040, WHITE)
    sheet.box((16, 16, 688, 1008), None, BLACK, width=4)
    depot = random.choice("ABDEGHS") + words.digits(random, 2)
    sheet.text((44, 100), depot, 84, BLACK, "sans bold")
    service = random.choice(("PRIORITY", "STANDARD", "TRACKED 48", "EXPRESS"))
    sheet.text((676, 84), service, 44, BLACK, "sans bold", anchor="rs")
    for y in (130, 330, 560, 860):
        sheet.line([(16, y), (704, y)], BLACK, 4)
    _address(sheet, random, 170, 26)
    _address(sheet, random, 380, 38)
    bars(sheet, random, (70, 600, 580, 230))
    modules(sheet, random, (40, 880, 130, 130))
    for number, line in enumerate(
        ("Weight 1.2 kg", f"Date {words.date(random)}", words.digits(random, 16))
    ):
        sheet.text((200, 910 + 42 * number), line, 28, BLACK, "mono")
    return sheet


def _address(sheet: Sheet, random: Random, y: float, size: float) -> None:
    lines = (
        f"{words.name(random)} {words.name(random)}",
        f"{words.name(random)} Street {random.randint(1, 99)}",
        f"{words.digits(random, 5)} {random.choice(words.TOWNS)}",
    )
    for number, line in enumerate(lines):
        sheet.text((44, y + number * size * 1.35), line, size, BLACK)
