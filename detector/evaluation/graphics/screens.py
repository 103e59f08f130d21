"""Screenshots: a shop's app, a shop in a browser, ratings, a chat."""

from __future__ import annotations

from random import Random

from detector.evaluation.graphics import words
from detector.evaluation.graphics.products import OUTLINES, product
from detector.evaluation.graphics.sheet import (
    BLACK,
    WHITE,
    Box,
    Colour,
    Point,
    Sheet,
    around,
    colour,
    corners_of,
    readable_on,
)

GREY = (150, 150, 156)


def app(random: Random) -> Sheet:
    """A product in the app of a shop."""
    night = random.random() < 0.2
    ground, ink = ((24, 24, 28), (236, 236, 240)) if night else (WHITE, (30, 30, 34))
    accent = colour(random, (0.35, 0.55))
    sheet = Sheet(540, random.choice((1170, 1080, 960)), ground)
    y = _status(sheet, random, ink)
    if random.random() < 0.7:
        sheet.box((20, y, 500, 56), (*ink, 18), radius=random.choice((6, 28)))
        _lens(sheet, (48, y + 27), 10, GREY)
        hint = random.choice(("Search for products", "Search", "What do you look for?"))
        sheet.text((74, y + 36), hint, 20, GREY)
        y += 72
    y = _shown(sheet, random, (0, y, 540, 420), accent)
    sheet.text((20, y + 44), words.title(random), 26, ink, "sans bold")
    sheet.text((20, y + 92), words.price(random), 36, accent, "sans bold")
    sheet.text((520, y + 92), words.price(random), 22, GREY, "sans", anchor="rs")
    stars(sheet, (20, y + 118), random.randint(3, 5), 24)
    sheet.text(
        (170, y + 138), f"{random.uniform(3, 5):.1f} ({random.randint(3, 900)} ratings)", 20, GREY
    )
    sheet.paragraph((20, y + 170, 500, sheet.height - y - 330), words.prose(random, 70), 20, ink)
    _buttons(sheet, random, accent, ground)
    return sheet


def _status(sheet: Sheet, random: Random, ink: Colour) -> float:
    """Time, radio and battery at the top."""
    sheet.text((24, 34), f"{random.randint(0, 23)}:{random.randint(10, 59)}", 20, ink, "sans bold")
    right = sheet.width - 24
    sheet.box((right - 40, 19, 36, 17), None, ink, width=2, radius=4)
    sheet.box((right - 37, 22, random.uniform(6, 30), 11), ink, radius=2)
    for k in range(4):
        sheet.box((right - 100 + 9 * k, 32 - 4 * k, 6, 4 + 4 * k), ink)
    return 58.0


def _shown(sheet: Sheet, random: Random, box: Box, accent: Colour) -> float:
    """The product's picture, with a badge and dots. Returns where it ends."""
    x, y, wide, high = box
    sheet.box(box, colour(random, (0.8, 0.96)))
    product(sheet, random, (x + 70, y + 40, wide - 140, high - 80), random.choice(list(OUTLINES)))
    if random.random() < 0.6:
        sheet.box((x + 20, y + 20, 120, 44), accent, radius=6)
        sheet.text(
            (x + 80, y + 52),
            f"-{random.randint(1, 8) * 10} %",
            28,
            readable_on(accent),
            "sans bold",
            anchor="ms",
        )
    if random.random() < 0.6:
        _heart(sheet, (wide - 46, y + 46), 20, accent)
    for k in range(5):
        sheet.oval((wide / 2 - 40 + 20 * k, y + high - 16), 5, accent if k == 0 else GREY)
    return y + high


def _buttons(sheet: Sheet, random: Random, accent: Colour, ground: Colour) -> None:
    """What can be done, and the bar of tabs."""
    y = sheet.height - 150
    sheet.box((0, y - 12, 540, 162), ground)
    radius = random.choice((4, 30))
    sheet.box((20, y, 240, 60), None, accent, width=2, radius=radius)
    first = random.choice(("Add to cart", "Message", "Make offer"))
    sheet.text((140, y + 39), first, 24, accent, anchor="ms")
    sheet.box((280, y, 240, 60), accent, radius=radius)
    second, ink = random.choice(("Buy now", "Checkout", "Order")), readable_on(accent)
    sheet.text((400, y + 39), second, 24, ink, "sans bold", anchor="ms")
    for k in range(4):
        _tab(sheet, k, (67 + 135 * k, sheet.height - 46), accent if k == 0 else GREY)


def _tab(sheet: Sheet, number: int, at: Point, ink: Colour) -> None:
    x, y = at
    if number == 0:
        sheet.line([(x - 18, y), (x, y - 17), (x + 18, y)], ink, 3)
        sheet.line([(x - 12, y), (x - 12, y + 16), (x + 12, y + 16), (x + 12, y)], ink, 3)
    elif number == 1:
        _lens(sheet, (x - 3, y), 12, ink)
    elif number == 2:
        _heart(sheet, (x, y), 16, ink)
    else:
        sheet.oval((x, y - 8), 8, None, ink, width=3)
        sheet.line(around((x, y + 18), 15, 180, 360), ink, 3)


def _lens(sheet: Sheet, at: Point, radius: float, ink: Colour) -> None:
    x, y = at
    sheet.oval(at, radius, None, ink, width=3)
    sheet.line([(x + 0.7 * radius, y + 0.7 * radius), (x + 1.6 * radius, y + 1.6 * radius)], ink, 3)


def _heart(sheet: Sheet, at: Point, size: float, ink: Colour) -> None:
    x, y = at
    for side in (-1, 1):
        sheet.oval((x + side * size * 0.45, y - size * 0.25), size * 0.5, ink)
    sheet.polygon(
        [(x - size * 0.9, y - size * 0.05), (x + size * 0.9, y - size * 0.05), (x, y + size * 0.9)],
        ink,
    )


def stars(sheet: Sheet, at: Point, count: int, size: float) -> None:
    """A rating of five stars, of which some are full."""
    for k in range(5):
        ink = (240, 170, 30) if k < count else (214, 214, 218)
        middle = (at[0] + size * (1.1 * k + 0.5), at[1] + size / 2)
        sheet.polygon(corners_of(middle, size / 2, 5, inner=0.45), ink)


def web(random: Random) -> Sheet:
    """A shop in a browser: its address, a menu, products on a grid."""
    accent = colour(random, (0.25, 0.5))
    sheet, ink = Sheet(1280, 860), readable_on(accent)
    _browser(sheet, random)
    sheet.box((0, 84, 1280, 66), accent)
    face = random.choice(("sans bold", "serif bold"))
    sheet.text((40, 128), words.company(random), 32, ink, face)
    for k, item in enumerate(("Home", "New", "Sale", "Contact")):
        sheet.text((700 + 130 * k, 125), item, 20, ink)
    kind = random.choice(list(OUTLINES))
    for number in range(8):
        row, column = divmod(number, 4)
        shown = kind if random.random() < 0.6 else random.choice(list(OUTLINES))
        _offer(sheet, random, (40 + 305 * column, 180 + 340 * row), shown, accent)
    return sheet


def _browser(sheet: Sheet, random: Random) -> None:
    """The head of a window."""
    sheet.box((0, 0, 1280, 84), (222, 225, 230))
    for k, tint in enumerate(((236, 106, 94), (244, 191, 80), (98, 197, 84))):
        sheet.oval((24 + 26 * k, 24), 8, tint)
    sheet.box((110, 8, 240, 36), WHITE, radius=8)
    sheet.text((126, 32), words.title(random)[:20], 16, BLACK)
    sheet.box((20, 48, 1240, 30), WHITE, radius=15)
    address = f"shop.{words.name(random).lower()}.example/items/{words.digits(random, 5)}"
    sheet.text((44, 69), address, 16, GREY)


def _offer(sheet: Sheet, random: Random, at: Point, kind: str, accent: Colour) -> None:
    """A product with title, price and rating."""
    x, y = at
    sheet.box((x, y, 285, 210), (240, 240, 242), radius=6)
    product(sheet, random, (x + 20, y + 10, 245, 190), kind)
    sheet.text((x, y + 240), words.title(random)[:26], 18, BLACK)
    sheet.text((x, y + 270), words.price(random), 22, accent, "sans bold")
    stars(sheet, (x, y + 282), random.randint(3, 5), 18)


def reviews(random: Random) -> Sheet:
    """Ratings by buyers, with their names and small pictures."""
    accent = colour(random, (0.3, 0.6))
    sheet = Sheet(720, random.choice((900, 1200)))
    heading = random.choice(("Reviews", "Customer feedback", "What buyers say"))
    sheet.text((30, 70), heading, 40, BLACK, "sans bold")
    stars(sheet, (30, 92), 5, 34)
    y = 160.0
    while y < sheet.height - 120:
        y = _review(sheet, random, y)
    sheet.box((0, sheet.height - 70, 720, 70), accent)
    ink = readable_on(accent)
    sheet.text((360, sheet.height - 24), "Show all", 26, ink, "sans bold", anchor="ms")
    return sheet


def _review(sheet: Sheet, random: Random, y: float) -> float:
    """One rating at a height. Returns where the next begins."""
    who = words.name(random)
    sheet.oval((64, y + 30), 30, colour(random, (0.4, 0.8)))
    sheet.text((64, y + 41), who[0], 32, WHITE, "sans bold", anchor="ms")
    sheet.text((110, y + 24), f"{who} {words.name(random)[0]}.", 22, BLACK, "sans bold")
    stars(sheet, (110, y + 34), random.randint(3, 5), 20)
    sheet.text((690, y + 24), words.date(random), 18, GREY, anchor="rs")
    text = words.prose(random, random.randint(10, 40))
    end = sheet.paragraph((110, y + 70, 570, 130), text, 20, BLACK)
    if random.random() < 0.4:
        product(sheet, random, (110, end, 120, 120), random.choice(list(OUTLINES)))
        end += 130
    sheet.line([(30, end + 8), (690, end + 8)], (225, 225, 228), 2)
    return end + 26


def chat(random: Random) -> Sheet:
    """Messages between a buyer and a seller."""
    accent = colour(random, (0.4, 0.7))
    sheet = Sheet(
        540, random.choice((960, 1080)), random.choice((WHITE, (236, 232, 224), (28, 30, 34)))
    )
    sheet.box((0, 0, 540, 110), accent)
    _status(sheet, random, readable_on(accent))
    sheet.oval((60, 78), 24, (230, 230, 232))
    sheet.text((100, 86), words.name(random), 26, readable_on(accent), "sans bold")
    y = 140.0
    while y < sheet.height - 320:
        mine, text = random.random() < 0.5, words.prose(random, random.randint(4, 22))
        high = 34 + 30 * (1 + len(text) // 34)
        x = 130 if mine else 20
        bubble = accent if mine else (232, 232, 235)
        sheet.box((x, y, 390, high), bubble, radius=18)
        sheet.paragraph((x + 18, y + 14, 354, high), text, 20, readable_on(bubble))
        y += high + 18
    sheet.box((16, sheet.height - 70, 430, 52), (240, 240, 242), radius=26)
    sheet.oval((494, sheet.height - 44), 28, accent)
    arrow = [(484, sheet.height - 56), (508, sheet.height - 44), (484, sheet.height - 32)]
    sheet.polygon(arrow, readable_on(accent))
    return sheet
