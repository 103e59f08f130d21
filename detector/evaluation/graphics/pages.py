"""Printed pages: manuals, certificates, receipts, tickets, cards."""

from __future__ import annotations

from random import Random

import numpy as np

from detector.evaluation.graphics import words
from detector.evaluation.graphics.codes import bars, modules
from detector.evaluation.graphics.lettering import TEXT_FACES, some_lettering
from detector.evaluation.graphics.logos import logo
from detector.evaluation.graphics.products import OUTLINES, placed
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


def text_page(random: Random) -> Sheet:
    """A page of a book, a manual or of terms, in one column or two."""
    face, ink = random.choice(TEXT_FACES), (30, 30, 34)
    sheet = Sheet(850, 1200, random.choice((WHITE, (247, 242, 230))))
    size, columns = random.uniform(17, 25), random.choice((1, 1, 2))
    heading = words.prose(random, 5)[:26].rstrip()
    sheet.text((80, 130), heading, 46, ink, random.choice(("sans bold", "serif bold")))
    wide = (690 - 40 * (columns - 1)) / columns
    for number in range(columns):
        x, y = 80 + number * (wide + 40), 190.0
        while y < 1010:
            y = _passage(sheet, random, (x, y, wide, 1080 - y), size, face)
    sheet.text((425, 1160), str(random.randint(2, 300)), 22, ink, face, anchor="ms")
    return sheet


def _passage(sheet: Sheet, random: Random, box: Box, size: float, face: str) -> float:
    """A paragraph, some with a heading or a figure above. Returns where the next begins."""
    x, y, wide, high = box
    if random.random() < 0.3:
        heading = f"{random.randint(1, 9)}. {words.prose(random, 3)[:18]}"
        sheet.text((x, y + 24), heading, 24, BLACK, "sans bold")
        y += 44
    if random.random() < 0.15:
        _figure(sheet, random, x, y, wide)
        y += 210
    text = words.prose(random, random.randint(25, 70))
    return sheet.paragraph((x, y, wide, box[1] + high - y), text, size, BLACK, face) + 16


def _figure(sheet: Sheet, random: Random, x: float, y: float, wide: float) -> None:
    """A line drawing of a product, with a caption."""
    outline = placed((x, y, wide, 160), OUTLINES[random.choice(list(OUTLINES))])
    curve = smooth(outline, rounds=1)
    sheet.line([*curve, curve[0]], BLACK, 2)
    sheet.text(
        (x + wide / 2, y + 190), f"Fig. {random.randint(1, 20)}", 20, BLACK, "sans", anchor="ms"
    )


def certificate(random: Random) -> Sheet:
    """A certificate with a frame, a seal and signatures."""
    ink, gold = dark(random), random.choice(((176, 136, 54), colour(random, (0.3, 0.5))))
    sheet = Sheet(1200, 850, random.choice((WHITE, (250, 245, 232))))
    _frame(sheet, random, gold)
    sheet.word((250, 110, 700, 110), random.choice(_AWARDS), some_lettering(random), ink)
    sheet.text((600, 300), "This is to certify that", 32, ink, "roman italic", anchor="ms")
    whom = f"{words.name(random)} {words.name(random)}"
    sheet.word((320, 330, 560, 80), whom, some_lettering(random), gold)
    sheet.paragraph((260, 450, 680, 120), words.prose(random, 26), 27, ink, "roman")
    seal = random.choice((300, 600, 900))
    sheet.polygon(corners_of((seal, 680), 82, random.randint(18, 30), inner=0.9), gold)
    sheet.oval((seal, 680), 60, None, WHITE, width=3)
    symbol(sheet, random, (seal, 680), 38, Inks(WHITE, WHITE, gold))
    for side in (300, 900):
        if side != seal:
            _signature(sheet, random, side, 690, ink)
    return sheet


_AWARDS = ("CERTIFICATE", "Certificate of Authenticity", "Diploma", "AWARD", "WARRANTY CARD")


def _frame(sheet: Sheet, random: Random, ink: Colour) -> None:
    """Double lines or a guilloche along the rim."""
    sheet.box((30, 30, 1140, 790), None, ink, width=random.choice((3, 12)))
    sheet.box((52, 52, 1096, 746), None, ink, width=2)
    if random.random() < 0.5:
        for phase in (0.0, 2.1, 4.2):
            for y in (41, 809):
                x = np.linspace(40, 1160, 600)
                sheet.line(np.stack([x, y + 10 * np.sin(x / 14 + phase)], 1), ink, 1.5)
    for corner in ((75, 75), (1125, 75), (75, 775), (1125, 775)):
        sheet.polygon(corners_of(corner, 18, random.choice((4, 4, 6))), ink)


def _signature(sheet: Sheet, random: Random, x: float, y: float, ink: Colour) -> None:
    steps = [(x - 100 + 18 * k, y - 20 + random.uniform(-34, 30)) for k in range(12)]
    sheet.line(smooth(steps, closed=False), (30, 40, 110), 3)
    sheet.line([(x - 120, y + 20), (x + 120, y + 20)], ink, 2)
    sheet.text(
        (x, y + 52), random.choice(("Signature", "Director", "Date")), 22, ink, "roman", anchor="ms"
    )


def receipt(random: Random) -> Sheet:
    """A receipt of a till."""
    count = random.randint(4, 9)
    sheet = Sheet(480, 560 + 76 * count, (250, 249, 246))
    ink, face = (50, 50, 56), random.choice(("mono", "typewriter", "mono bold"))
    sheet.text((240, 70), words.company(random).upper(), 30, ink, "mono bold", anchor="ms")
    sheet.text(
        (240, 110),
        f"{random.choice(words.TOWNS)}  {words.date(random)}",
        20,
        ink,
        face,
        anchor="ms",
    )
    total, y = 0.0, 170.0
    for _ in range(count):
        value = random.randint(50, 5000) / 100
        total += value
        sheet.text((30, y), random.choice(words.GOODS).upper()[:18], 22, ink, face)
        sheet.text((450, y + 30), f"{value:.2f}", 22, ink, face, anchor="rs")
        sheet.text((50, y + 30), f"{random.randint(1, 3)} x", 20, ink, face)
        y += 76
    sheet.line([(30, y), (450, y)], ink, 2, dash=6)
    sheet.text((30, y + 50), "TOTAL", 36, ink, "mono bold")
    sheet.text((450, y + 50), f"{total:.2f}", 36, ink, "mono bold", anchor="rs")
    sheet.text((240, y + 110), "THANK YOU FOR YOUR VISIT", 20, ink, face, anchor="ms")
    bars(sheet, random, (90, y + 140, 300, 120))
    return sheet


def ticket(random: Random) -> Sheet:
    """A ticket with a stub."""
    ground, accent, outside = pale(random), colour(random, (0.25, 0.6)), (222, 222, 224)
    sheet, ink = Sheet(1100, 460, outside), dark(random)
    sheet.box((20, 20, 1060, 420), ground, radius=24)
    sheet.box((20, 20, random.choice((0, 60, 740)), 420), accent, radius=24)
    for y in (20, 440):
        sheet.oval((790, y), 20, outside)
    sheet.line([(790, 50), (790, 410)], (150, 150, 150), 3, dash=9)
    name = words.name(random)
    title = random.choice(("ADMIT ONE", name, f"{name} Festival", "CONCERT", "RAFFLE"))
    sheet.box((110, 60, 640, 190), ground)
    sheet.word((130, 80, 600, 120), title, some_lettering(random), ink)
    when = f"{words.date(random)}   {random.randint(6, 21)}:30"
    sheet.text((430, 240), when, 34, ink, anchor="ms")
    for x, label in ((130, "ROW"), (330, "SEAT"), (530, "GATE")):
        sheet.box((x, 290, 180, 110), WHITE, ink, width=2)
        sheet.text((x + 90, 325), label, 22, ink, anchor="ms")
        sheet.text((x + 90, 385), words.digits(random, 2), 48, ink, "sans bold", anchor="ms")
    modules(sheet, random, (850, 90, 180, 180))
    sheet.text((940, 350), f"No. {words.digits(random, 6)}", 26, ink, "mono", anchor="ms")
    return sheet


def card(random: Random) -> Sheet:
    """A business card, an invitation or a card of thanks."""
    ground = random.choice((pale(random), pale(random), dark(random), colour(random, (0.3, 0.7))))
    inks = Inks(readable_on(ground), colour(random, (0.4, 0.6)), ground)
    sheet = Sheet(1050, 620, ground)
    random.choice((_business, _wishes))(sheet, random, inks)
    return sheet


def _business(sheet: Sheet, random: Random, inks: Inks) -> None:
    logo(sheet, random, (80, 80, 420, 300), inks)
    lines = (
        f"{words.name(random)} {words.name(random)}",
        "Sales manager",
        f"+00 {words.digits(random, 9)}",
        f"hello@{words.name(random).lower()}.example",
    )
    for number, line in enumerate(lines):
        face = "neutral" if number else "sans bold"
        sheet.text((560, 360 + 48 * number), line, 30, inks.ink, face)
    sheet.line([(530, 330), (530, 520)], inks.accent, 3)


def _wishes(sheet: Sheet, random: Random, inks: Inks) -> None:
    for _ in range(random.randint(3, 9)):
        y = random.choice((random.uniform(0, 100), random.uniform(520, 620)))
        at, turn = (random.uniform(0, 1050), y), random.uniform(0, 90)
        sheet.polygon(smooth(corners_of(at, random.uniform(20, 60), 5, turn)), inks.accent)
    sheet.line(around((525, 310), 800, 200, 340), inks.accent, 2)
    wish = random.choice(("Thank you", "You're invited", "Happy Birthday", "Save the date"))
    sheet.word((200, 150, 650, 170), wish, some_lettering(random), inks.ink)
    text = words.prose(random, 20)
    sheet.paragraph((220, 380, 610, 130), text, 27, inks.ink, "roman italic")
