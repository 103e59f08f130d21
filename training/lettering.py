"""Marks of our own: words in many fonts, alone, beside an icon, or on a badge."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from detector.records import Pixels

_FONT_NAMES = """
abril-fatface alex-brush amatic-sc anton archivo-black audiowide bangers baloo-2 bebas-neue
black-ops-one bodoni-moda bungee carter-one caveat cinzel-decorative comfortaa courier-prime
creepster dancing-script dm-serif-display exo-2 fredoka-one great-vibes josefin-sans jost
kaisei-decol league-spartan lilita-one lobster luckiest-guy marck-script megrim monoton
montserrat oleo-script orbitron oswald pacifico permanent-marker playfair-display poppins
press-start-2p raleway righteous roboto-slab rubik russo-one sacramento shrikhand sigmar-one
space-grotesk special-elite teko titan-one ultra unbounded yeseva-one zilla-slab
"""
FONTS = tuple(_FONT_NAMES.split())
"""npm packages @expo-google-fonts/<name>: TrueType files, with the licences in NOTICE."""

_SPOKEN = """
ba be bi bo ca co cu da de do fa fi fo ga ge go ha he ho in is ja jo ka ke ki ko la le li lo
lu ma me mo na ne no or pa pe po qu ra re ri ro sa se si so sta ta te ti to tra tu ul va ve vi
vo wa we xa xi ya yo za zo zen
"""
_SYLLABLES = tuple(_SPOKEN.split())
_HEIGHT = 72  # pixels of the letters as drawn

Random = np.random.Generator


def font_files(packages: Path) -> list[Path]:
    """Every TrueType file of `FONTS`. Raises `FileNotFoundError` where there is none."""
    folder = packages / "@expo-google-fonts"
    files = sorted(path for name in FONTS for path in (folder / name).rglob("*.ttf"))
    if not files:
        raise FileNotFoundError(f"no fonts in {folder}")
    return files


def invented(random: Random) -> str:
    """A word that nobody uses, of one to four syllables, in some case; now and then initials."""
    word = "".join(random.choice(_SYLLABLES, random.integers(1, 5)))
    if random.random() < 0.1:
        word = word[: random.integers(1, 4)]
    case = random.integers(3)
    return str((word.upper(), word.lower(), word.capitalize())[case])


def colour(random: Random) -> tuple[int, int, int]:
    """Any strong colour; three in ten are a grey, mostly black or white."""
    if random.random() < 0.3:
        grey = int(random.choice([0, 0, 20, 90, 240, 255, 255]))
        return grey, grey, grey
    hue = [random.integers(180), random.integers(90, 256), random.integers(50, 256)]
    red, green, blue = cv2.cvtColor(np.array([[hue]], np.uint8), cv2.COLOR_HSV2RGB)[0, 0].tolist()
    return red, green, blue


def contrasting(
    random: Random, other: Sequence[float] | NDArray[np.generic]
) -> tuple[int, int, int]:
    """A colour far from another."""
    tried = [colour(random) for _ in range(6)]
    return max(tried, key=lambda one: float(np.abs(np.subtract(one, other)).sum()))


def word_mark(random: Random, fonts: Sequence[Path], text: str) -> Pixels:
    """A word (H, W, 4) in one colour or two, plain, spaced, slanted or outlined."""
    shape = _letters(random, fonts, text)
    if random.random() < 0.15:
        lean = np.array([[1, random.uniform(-0.3, 0.3), 0], [0, 1, 0]], np.float32)
        lean[0, 2] = max(0.0, -lean[0, 1]) * shape.shape[0]
        wide = round(shape.shape[1] + abs(lean[0, 1]) * shape.shape[0])
        shape = np.asarray(cv2.warpAffine(shape, lean, (wide, shape.shape[0])), np.uint8)
    ink = colour(random)
    mark = filled(shape, ink)
    if random.random() < 0.2 and len(text) > 2:
        mark[:, int(shape.shape[1] * random.uniform(0.3, 0.7)) :, :3] = contrasting(random, ink)
    return _outlined(random, mark) if random.random() < 0.15 else mark


def lock_up(random: Random, emblem: Pixels, word: Pixels) -> Pixels:
    """An emblem and a word, one above or beside the other."""
    emblem = trimmed(emblem)
    above = random.random() < 0.55
    share = random.uniform(0.8, 2.2) if above else random.uniform(0.3, 0.85)
    scale = share * (emblem.shape[1] / word.shape[1] if above else emblem.shape[0] / word.shape[0])
    word = np.asarray(cv2.resize(word, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    if random.random() < 0.35:
        word[..., :3] = _mean_colour(emblem)
    first, second = (emblem, word) if random.random() < 0.85 else (word, emblem)
    return _stacked(first, second, int(random.integers(6, 26)), 0 if above else 1)


def badge(random: Random, mark: Pixels) -> Pixels:
    """A mark on a plate: a box, a rounded box or an oval, some with a rim."""
    mark = trimmed(mark)
    height, width = mark.shape[:2]
    spare = random.uniform(0.15, 0.5)
    round_plate = random.random() < (0.5 if width < 2.2 * height else 0.25)
    grow = 1.45 if round_plate else 1 + spare
    size = (int(width * grow + 8), int(height * grow + 8))
    if round_plate and random.random() < 0.6:
        size = (max(size),) * 2
    plate = _plate(random, size, oval=round_plate)
    ground = contrasting(random, _mean_colour(mark))
    whole = filled(plate, ground)
    if random.random() < 0.4:
        inner = cv2.erode(
            np.pad(plate, 1), np.ones((3, 3), np.uint8), iterations=max(2, size[1] // 18)
        )
        whole[inner[1:-1, 1:-1] < 128, :3] = contrasting(random, ground)
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    laid_over(whole[top : top + height, left : left + width], mark)
    return whole


def filled(shape: Pixels, ink: Sequence[int]) -> Pixels:
    """A shape (H, W) as an RGBA picture of one colour."""
    plain = np.broadcast_to(np.array(ink, np.uint8), (*shape.shape, 3))
    return np.dstack([plain, shape])


def trimmed(mark: Pixels) -> Pixels:
    """A mark without its empty rim."""
    inside = mark[..., 3] > 8
    rows, columns = np.flatnonzero(inside.any(1)), np.flatnonzero(inside.any(0))
    if not len(rows):
        return mark
    return mark[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def laid_over(ground: Pixels, mark: Pixels) -> None:
    """Put one RGBA picture over another of the same size, in place."""
    cover = mark[..., 3:] / np.float32(255)
    ground[..., :3] = mark[..., :3] * cover + ground[..., :3] * (1 - cover)
    ground[..., 3] = np.maximum(ground[..., 3], mark[..., 3])


def _letters(random: Random, fonts: Sequence[Path], text: str) -> Pixels:
    font = ImageFont.truetype(str(fonts[int(random.integers(len(fonts)))]), _HEIGHT)
    space, stroke = random.choice([0, 0, 0, -3, 6]), int(random.choice([0, 0, 0, 2, 3]))
    picture = Image.new("L", (150 * len(text) + 160, 3 * _HEIGHT))
    pen, x = ImageDraw.Draw(picture), 60.0
    for letter in text:
        pen.text((x, _HEIGHT), letter, 255, font=font, stroke_width=stroke)
        x += pen.textlength(letter, font=font) + space
    shape = np.asarray(picture)
    return trimmed(filled(shape, (0, 0, 0)))[..., 3]


def _outlined(random: Random, mark: Pixels) -> Pixels:
    mark = np.pad(mark, ((6, 6), (6, 6), (0, 0)))
    wide = cv2.dilate(mark[..., 3], np.ones((7, 7), np.uint8))
    whole = filled(np.asarray(wide, np.uint8), contrasting(random, _mean_colour(mark)))
    laid_over(whole, mark)
    return whole


def _stacked(first: Pixels, second: Pixels, gap: int, axis: int) -> Pixels:
    """Two pictures along an axis, middle to middle."""
    across = 1 - axis
    size = [0, 0]
    size[axis] = first.shape[axis] + gap + second.shape[axis]
    size[across] = max(first.shape[across], second.shape[across])
    whole = np.zeros((*size, 4), np.uint8)
    for one, start in ((first, 0), (second, first.shape[axis] + gap)):
        aside = (size[across] - one.shape[across]) // 2
        y, x = (start, aside) if axis == 0 else (aside, start)
        whole[y : y + one.shape[0], x : x + one.shape[1]] = one
    return whole


def _plate(random: Random, size: tuple[int, int], *, oval: bool) -> Pixels:
    wide, high = size
    plate = np.zeros((high, wide), np.uint8)
    if oval:
        cv2.ellipse(
            plate, (wide // 2, high // 2), (wide // 2 - 1, high // 2 - 1), 0, 0, 360, 255, -1
        )
        return plate
    radius = int(min(wide, high) * random.choice([0, 0.1, 0.25, 0.5]) * 0.98)
    plate[radius : high - radius, :] = plate[:, radius : wide - radius] = 255
    for x in (radius, wide - 1 - radius):
        for y in (radius, high - 1 - radius):
            cv2.circle(plate, (x, y), radius, 255, -1)
    return plate


def _mean_colour(mark: Pixels) -> Pixels:
    inside = mark[..., 3] > 128
    return np.asarray(mark[inside][:, :3].mean(axis=0) if inside.any() else np.zeros(3), np.uint8)
