"""Tables and charts: sizes, features, ingredients, colours on offer."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from detector.evaluation.graphics import words
from detector.evaluation.graphics.products import OUTLINES, placed, product
from detector.evaluation.graphics.sheet import (
    BLACK,
    WHITE,
    Box,
    Colour,
    Inks,
    Sheet,
    colour,
    dark,
    pale,
    readable_on,
    smooth,
)

MEASURES = ("Chest", "Length", "Sleeve", "Waist", "Hip", "Shoulder", "Inseam", "EU", "UK")


def size_chart(random: Random) -> Sheet:
    """A table of sizes, often beside a garment with its measures."""
    ink, accent = dark(random), colour(random, (0.3, 0.85))
    sheet = Sheet(random.choice((900, 1000, 1200)), random.choice((800, 900, 1000)), pale(random))
    wide, high = sheet.width, sheet.height
    heading = random.choice(
        ("SIZE CHART", "Size guide", "SIZE CHART (cm)", "Measurements", "SIZING")
    )
    face = random.choice(("sans bold", "serif bold", "neutral", "roman bold", "book sans"))
    sheet.text((wide / 2, 90), heading, random.uniform(40, 64), ink, face, anchor="ms")
    columns = ["Size", *random.sample(MEASURES, random.randint(3, 5))]
    rows = [columns]
    for number, size in enumerate(words.SIZES[: random.randint(4, 7)]):
        start = 44 + 4 * number
        rows.append([size, *(str(start + random.randint(0, 9) * 2) for _ in columns[1:])])
    side = random.random() < 0.5
    room = (wide * 0.42 if side else wide * 0.06, 150, wide * (0.54 if side else 0.88), high - 280)
    if side:
        _measured(sheet, random, (wide * 0.03, 180, wide * 0.36, high - 320), ink)
    table(sheet, random, room, rows, Inks(ink, accent, WHITE))
    note = random.choice(("Manual measuring: 1-3 cm difference is normal.", "All sizes in cm.",
                          "Please check the chart before you order!"))  # fmt: skip
    sheet.text((wide * 0.06, high - 50), note, 24, ink)
    return sheet


def table(
    sheet: Sheet, random: Random, box: Box, rows: Sequence[Sequence[str]], inks: Inks
) -> None:
    """A table in one of several styles; the first row is the head."""
    x, y, wide, high = box
    step, across = high / len(rows), wide / len(rows[0])
    size = min(step * 0.42, across * 0.2)
    striped, ruled, headed = random.random() < 0.5, random.random() < 0.6, random.random() < 0.6
    for number, row in enumerate(rows):
        top = y + step * number
        fill = inks.accent if headed and number == 0 else None
        if striped and number % 2 == 0 and number:
            fill = (*inks.accent[:3], 40)
        if fill:
            sheet.box((x, top, wide, step), fill)
        text_ink = readable_on(inks.accent) if headed and number == 0 else inks.ink
        for column, text in enumerate(row):
            face = "sans bold" if number == 0 or column == 0 else "sans"
            at = (x + across * (column + 0.5), top + step * 0.5 + size * 0.36)
            sheet.text(at, text, size, text_ink, face, anchor="ms")
            if ruled:
                sheet.box((x + across * column, top, across, step), None, inks.ink, width=1.5)
        if not ruled:
            sheet.line([(x, top + step), (x + wide, top + step)], (*inks.ink[:3], 90), 1.5)


def _measured(sheet: Sheet, random: Random, box: Box, ink: Colour) -> None:
    """The outline of a garment with dimension lines A, B, C."""
    kind = random.choice(("shirt", "dress", "trousers"))
    outline = smooth(placed(box, OUTLINES[kind]), rounds=1)
    if random.random() < 0.5:
        sheet.polygon(outline, (225, 225, 228))
    sheet.line([*outline, outline[0]], ink, 3)
    lines = (((0.25, 0.45), (0.75, 0.45)), ((0.5, 0.12), (0.5, 0.95)), ((0.33, 0.06), (0.67, 0.06)))
    for letter, ends in zip("ABC", lines, strict=True):
        start, end = placed(box, ends)
        sheet.line([start, end], (200, 40, 40), 2, dash=8)
        for px, py in (start, end):
            sheet.oval((float(px), float(py)), 5, (200, 40, 40))
        middle = (float((start[0] + end[0]) / 2), float((start[1] + end[1]) / 2))
        sheet.oval(middle, 17, WHITE, ink, width=2)
        sheet.text((middle[0], middle[1] + 8), letter, 22, ink, "sans bold", anchor="ms")


def comparison(random: Random) -> Sheet:
    """What ours can do and others cannot: ticks and crosses."""
    ink, accent = dark(random), colour(random, (0.3, 0.5))
    sheet = Sheet(1000, random.choice((900, 1000, 1200)), pale(random))
    heading = random.choice(("WHY CHOOSE US?", "Ours vs. others", "COMPARE", "The difference"))
    sheet.text((500, 100), heading, 58, ink, "sans bold", anchor="ms")
    features = random.sample(words.FEATURES, random.randint(4, 7))
    step = (sheet.height - 300) / len(features)
    sheet.box((470, 140, 230, sheet.height - 190), (*accent, 50), radius=20)
    for x, text in ((585, "OURS"), (820, "OTHERS")):
        sheet.text((x, 200), text, 34, ink, "sans bold", anchor="ms")
    for number, feature in enumerate(features):
        y = 240 + step * (number + 0.5)
        sheet.text((60, y + 12), feature, 32, ink)
        sheet.line([(50, y + step / 2), (950, y + step / 2)], (*ink[:3], 60), 2)
        sheet.oval((585, y), 28, (46, 150, 84))
        sheet.line([(571, y), (582, y + 12), (600, y - 12)], WHITE, 6)
        sheet.oval((820, y), 28, (196, 52, 52))
        for sign in (-1, 1):
            sheet.line([(809, y - 11 * sign), (831, y + 11 * sign)], WHITE, 6)
    return sheet


def ingredients(random: Random) -> Sheet:
    """A table of nutrition facts, or of technical data."""
    ground = pale(random)
    sheet = Sheet(640, 960, ground)
    sheet.box((30, 30, 580, 900), None, BLACK, width=5)
    food = random.random() < 0.5
    sheet.text(
        (50, 105), "Nutrition per 100 g" if food else "Technical data", 50, BLACK, "sans bold"
    )
    sheet.box((30, 130, 580, 14), BLACK)
    rows = _NUTRIENTS if food else _TECHNICAL
    text = ("Ingredients: " if food else "Please note: ") + words.prose(random, 60)
    for number, (label, unit) in enumerate(rows):
        y = 200 + 56 * number
        sheet.text((50, y), label, 30, BLACK, "sans" if "which" in label else "sans bold")
        value = f"{random.uniform(0.2, 90):.1f} {unit}"
        sheet.text((590, y), value, 30, BLACK, "sans", anchor="rs")
        sheet.line([(40, y + 16), (600, y + 16)], BLACK, 1.5)
    sheet.paragraph((50, 660, 540, 250), text, 22, BLACK)
    return sheet


_NUTRIENTS = (
    ("Energy", "kJ"), ("Fat", "g"), ("of which saturates", "g"), ("Carbohydrate", "g"),
    ("of which sugars", "g"), ("Fibre", "g"), ("Protein", "g"), ("Salt", "g"),
)  # fmt: skip
_TECHNICAL = (
    ("Voltage", "V"), ("Power", "W"), ("Weight", "kg"), ("Width", "cm"), ("Height", "cm"),
    ("Depth", "cm"), ("Noise", "dB"), ("Cable", "m"),
)  # fmt: skip


def colour_chart(random: Random) -> Sheet:
    """The colours on offer: swatches, or the product in each."""
    across, down = random.choice(((4, 3), (4, 4), (3, 3), (3, 4)))
    sheet = Sheet(300 * across, 320 * down + 140)
    heading = random.choice(("COLOURS", "Choose your colour", "COLOUR CHART", "All shades"))
    face = random.choice(("sans bold", "serif", "neutral"))
    sheet.text((150 * across, 95), heading, 60, BLACK, face, anchor="ms")
    kind, round_ = random.choice(("swatch", "shirt", "mug", "phone", "shoe")), random.random() < 0.5
    names = random.sample(words.COLOURS, across * down)
    for number, label in enumerate(names):
        y, x = divmod(number, across)
        box = (300 * x + 50, 140 + 320 * y, 200, 220)
        if kind != "swatch":
            product(sheet, random, box, kind)
        elif round_:
            sheet.oval((300 * x + 150, 250 + 320 * y), 105, colour(random, (0.2, 0.9)))
        else:
            sheet.box(box, colour(random, (0.2, 0.9)))
        sheet.text((300 * x + 150, 140 + 320 * y + 265), label, 30, BLACK, "sans", anchor="ms")
    return sheet
