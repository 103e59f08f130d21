"""Faces that any machine has: the outlines that matplotlib and Pillow carry, OpenCV's, and our own.

The cohort (detector/channels/cohort.py) was drawn in other faces.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from detector.channels.stroke_alphabet import ADVANCE, HEIGHT, strokes_of
from detector.errors import MissingExtra
from detector.records import Pixels

FACES = {
    "sans": "DejaVuSans",
    "sans bold": "DejaVuSans-Bold",
    "sans oblique": "DejaVuSans-Oblique",
    "sans bold oblique": "DejaVuSans-BoldOblique",
    "serif": "DejaVuSerif",
    "serif bold": "DejaVuSerif-Bold",
    "serif italic": "DejaVuSerif-Italic",
    "mono": "DejaVuSansMono",
    "mono bold": "DejaVuSansMono-Bold",
    "roman": "STIXGeneral",
    "roman bold": "STIXGeneralBol",
    "roman italic": "STIXGeneralItalic",
    "roman bold italic": "STIXGeneralBolIta",
    "book": "cmr10",
    "book bold": "cmb10",
    "book sans": "cmss10",
    "typewriter": "cmtt10",
    "neutral": "",  # Pillow's own: Aileron
}
"""File names of matplotlib's fonts by what we call them."""

TEXT_FACES = ("sans", "serif", "roman", "neutral", "mono")

_HERSHEY = (
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
    cv2.FONT_HERSHEY_SCRIPT_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX | cv2.FONT_ITALIC,
)


@lru_cache(maxsize=512)
def font(face: str, size: float) -> ImageFont.FreeTypeFont:
    """A face of `FACES` at a size in pixels. Raises `MissingExtra` without matplotlib."""
    size = max(4.0, size)
    if not FACES[face]:
        built_in = ImageFont.load_default(size)
        assert isinstance(built_in, ImageFont.FreeTypeFont)
        return built_in
    file = _font_folder() / f"{FACES[face]}.ttf"
    return ImageFont.truetype(str(file), size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=1)
def _font_folder() -> Path:
    try:
        from matplotlib import get_data_path
    except ImportError as error:
        raise MissingExtra("matplotlib", "benchmark") from error
    return Path(get_data_path()) / "fonts" / "ttf"


@dataclass(frozen=True, slots=True)
class Lettering:
    """How a word is lettered in display.

    `face` is a name in `FACES`, the number of a Hershey face, or "" for our own strokes; `weight`
    is a stroke's width as a share of the height; `tracking` is the extra space between letters, as
    a share of the height.
    """

    face: str | int
    weight: float = 0
    tracking: float = 0
    stretch: float = 1
    slant: float = 0
    outlined: bool = False
    smooth: bool = False

    def shape(self, text: str, height: float) -> Image.Image:
        """The coverage (mode L) of a text about `height` pixels high, cropped to the letters."""
        size = max(24.0, min(height, 400.0))
        letters = np.asarray(self._drawn(text, size), np.uint8)
        if self.outlined:
            letters = _rim(letters, max(1, round(size * 0.02)))
        matrix = np.array([[self.stretch, -self.slant, 0], [0, 1, 0]], np.float32)
        matrix[0, 2] = max(0.0, self.slant) * letters.shape[0]
        wide = round(letters.shape[1] * self.stretch + abs(self.slant) * letters.shape[0])
        sheared = cv2.warpAffine(letters, matrix, (max(1, wide), letters.shape[0]))
        return _cropped(np.asarray(sheared, np.uint8))

    def _drawn(self, text: str, size: float) -> Image.Image | Pixels:
        if isinstance(self.face, int):
            return _hershey(text, self.face, size, self.weight)
        if not self.face:
            return _stroked(text, self, size)
        type_, stroke = font(self.face, size), self.weight * size / 2
        space = self.tracking * size
        wide = sum(type_.getlength(letter) + space for letter in text)
        picture = Image.new("L", (round(wide + 2 * size), round(2.4 * size)))
        pen, x = ImageDraw.Draw(picture), 0.8 * size
        for letter in text:
            pen.text((x, 1.6 * size), letter, 255, type_, "ls", stroke_width=stroke)
            x += type_.getlength(letter) + space
        return picture


def some_lettering(random: Random) -> Lettering:
    """Any lettering."""
    kind = random.random()
    face: str | int = random.choice(list(FACES))
    weight = random.choice((0, 0, 0, 0.04, 0.08))
    if kind < 0.15:
        face, weight = random.choice(_HERSHEY), random.uniform(0.03, 0.12)
    elif kind < 0.45:
        face, weight = "", random.uniform(0.05, 0.24)
    return Lettering(
        face,
        weight,
        tracking=random.choice((0, 0, 0, -0.04, 0.06, 0.2)),
        stretch=random.choice((1, 1, 0.7, 0.85, 1.25, 1.5)),
        slant=random.choice((0, 0, 0, 0.2, 0.3)),
        outlined=random.random() < 0.07,
        smooth=random.random() < 0.5,
    )


def _hershey(text: str, face: int, size: float, weight: float) -> Pixels:
    thick = max(1, round(weight * size))
    (wide, high), base = cv2.getTextSize(text, face, size / 30, thick)
    picture = np.zeros((high + base + 2 * thick + 20, wide + 2 * thick + 40), np.uint8)
    at = (20 + thick, high + thick + 10)
    cv2.putText(picture, text, at, face, size / 30, 255, thick, cv2.LINE_AA)
    return picture


def _stroked(text: str, lettering: Lettering, size: float) -> Pixels:
    """Capitals of our own strokes."""
    unit, thick = size / HEIGHT, max(1, round(lettering.weight * size))
    advance = (ADVANCE + 0.8 * lettering.weight * HEIGHT) * unit + lettering.tracking * size
    picture = np.zeros((round(size * 1.6), round(advance * len(text) + size)), np.uint8)
    for number, letter in enumerate(text.upper()):
        for line in strokes_of(letter, smooth=lettering.smooth):
            points = line * unit + [number * advance + size * 0.4, size * 0.3]
            fine = np.round(points * 16).astype(np.int32)
            cv2.polylines(picture, [fine], False, 255, thick, cv2.LINE_AA, 4)
    return picture


def _rim(letters: Pixels, width: int) -> Pixels:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * width + 1,) * 2)
    return np.asarray(letters - np.minimum(letters, cv2.erode(letters, kernel)), np.uint8)


def _cropped(letters: Pixels) -> Image.Image:
    picture = Image.fromarray(letters)
    return picture.crop(picture.getbbox() or (0, 0, 1, 1))
