"""The surface that graphics are drawn on, and the curves and colours that they share."""

from __future__ import annotations

import colorsys
from collections.abc import Sequence
from itertools import pairwise
from random import Random
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from detector.channels.background import smooth_noise
from detector.evaluation.graphics.lettering import Lettering, font
from detector.records import Floats, Pixels

Colour = tuple[int, ...]
"""RGB or, where a drawing may show through, RGBA; 0..255."""

Point = tuple[float, float]
Points = Sequence[Point] | NDArray[np.floating[Any]]
"""N points: (x, y) each, or an array (N, 2)."""

Box = tuple[float, float, float, float]
"""x, y, width, height."""

FINE = 2  # drawn pixels to a pixel of the picture
WHITE, BLACK = (255, 255, 255), (18, 18, 20)


class Inks(NamedTuple):
    """Two inks that are seen on a ground."""

    ink: Colour
    accent: Colour
    ground: Colour


class Sheet:
    """A picture that is being drawn. Lengths are in its pixels; it is drawn `FINE` times as fine.

    Lifetime: one graphic.
    """

    def __init__(self, width: float, height: float, ground: Colour = WHITE) -> None:
        self.width, self.height = round(width), round(height)
        self._image = Image.new("RGB", (self.width * FINE, self.height * FINE), ground[:3])
        self._pen = ImageDraw.Draw(self._image, "RGBA")

    def pixels(self) -> Pixels:
        """What was drawn: (height, width, 3) uint8 RGB."""
        return np.asarray(self._image.reduce(FINE), np.uint8)

    def box(
        self,
        box: Box,
        fill: Colour | None = None,
        line: Colour | None = None,
        *,
        width: float = 1,
        radius: float = 0,
    ) -> None:
        """A rectangle, perhaps with rounded corners; `line` is drawn inside it."""
        x, y, w, h = box
        radius = min(radius, w / 2, h / 2)
        corners = [FINE * value for value in (x, y, x + w, y + h)]
        stroke = max(1, round(FINE * width)) if line else 0
        self._pen.rounded_rectangle(corners, FINE * radius, fill, line, stroke)

    def oval(
        self,
        centre: Point,
        radius: float,
        fill: Colour | None = None,
        line: Colour | None = None,
        *,
        width: float = 1,
        stretch: float = 1,
    ) -> None:
        """A disc, or an ellipse `stretch` times as high as wide."""
        (x, y), high = centre, radius * stretch
        corners = [FINE * value for value in (x - radius, y - high, x + radius, y + high)]
        self._pen.ellipse(corners, fill, line, max(1, round(FINE * width)) if line else 0)

    def polygon(self, corners: Points, fill: Colour) -> None:
        """A filled polygon."""
        self._pen.polygon([(FINE * x, FINE * y) for x, y in corners], fill)

    def line(self, corners: Points, colour: Colour, width: float = 1, dash: float = 0) -> None:
        """A line through points, with round ends where it is thick; `dash` makes it broken."""
        if dash:
            for part in _dashes(np.asarray(corners, np.float64), dash):
                self.line(part, colour, width)
            return
        fine = [(FINE * x, FINE * y) for x, y in corners]
        self._pen.line(fine, colour, max(1, round(FINE * width)), joint="curve")
        if width > 2:
            for x, y in (corners[0], corners[-1]):
                self.oval((x, y), width / 2 - 0.25, colour)

    def text(
        self,
        at: Point,
        text: str,
        size: float,
        colour: Colour,
        face: str = "sans",
        *,
        anchor: str = "ls",
    ) -> float:
        """A line of plain text; `anchor` as in Pillow. Returns its width."""
        type_ = font(face, size * FINE)
        self._pen.text((FINE * at[0], FINE * at[1]), text, colour, type_, anchor)
        return float(type_.getlength(text)) / FINE

    def paragraph(
        self, box: Box, text: str, size: float, colour: Colour, face: str = "sans"
    ) -> float:
        """Lines of plain text as wide as the box, as many as fit. Returns where they end (y)."""
        x, y, wide, high = box
        type_, line, baseline = font(face, size * FINE), "", y + size
        for word in [*text.split(), ""]:
            longer = f"{line} {word}".strip()
            if word and type_.getlength(longer) <= wide * FINE:
                line = longer
                continue
            if baseline > y + high:
                break
            self.text((x, baseline), line, size, colour, face)
            line, baseline = word, baseline + size * 1.45
        return baseline - size * 0.4

    def word(self, box: Box, text: str, lettering: Lettering, colour: Colour) -> Box:
        """A text in display lettering, as large as the box lets, in its middle. Returns its box."""
        x, y, wide, high = box
        shape = lettering.shape(text, high * FINE)
        scale = min(wide * FINE / shape.width, high * FINE / shape.height)
        size = max(1, round(shape.width * scale)), max(1, round(shape.height * scale))
        shape = shape.resize(size, Image.Resampling.LANCZOS)
        left, top = x * FINE + (wide * FINE - size[0]) / 2, y * FINE + (high * FINE - size[1]) / 2
        self._image.paste(colour[:3], (round(left), round(top)), shape)
        return left / FINE, top / FINE, size[0] / FINE, size[1] / FINE

    def picture(self, box: Box, pixels: Pixels) -> None:
        """A picture (H, W, 3) or, with straight alpha, (H, W, 4), stretched to the box."""
        x, y, wide, high = (round(FINE * value) for value in box)
        image = Image.fromarray(pixels).resize((wide, high), Image.Resampling.BICUBIC)
        self._image.paste(image, (x, y), image if image.mode == "RGBA" else None)

    def solid(self, corners: Points, colour: Colour, random: Random) -> None:
        """A polygon of a material that is lit from the side and has soft folds."""
        fine = np.asarray(corners, np.float64) * FINE
        (left, top), (right, bottom) = np.floor(fine.min(axis=0)), np.ceil(fine.max(axis=0))
        size = max(1, round(right - left)), max(1, round(bottom - top))
        shape = Image.new("L", size)
        ImageDraw.Draw(shape).polygon([(x - left, y - top) for x, y in fine.tolist()], 255)
        shade = light(random, (size[1] // FINE + 1, size[0] // FINE + 1))
        lit = np.clip(shade[..., None] * np.array(colour[:3], np.float32), 0, 255).astype(np.uint8)
        self._image.paste(Image.fromarray(lit).resize(size), (round(left), round(top)), shape)


def light(random: Random, size: tuple[int, int], folds: float = 1) -> Floats:
    """The light on a material (height, width), about 1: from one side, with soft folds."""
    generator, angle = np.random.default_rng(random.getrandbits(32)), random.uniform(0, 6.28)
    y, x = np.mgrid[: size[0], : size[1]].astype(np.float32) / np.float32(max(size))
    field = 1 + 0.22 * ((x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle))
    for cells, depth in ((4, 0.035), (9, 0.02)):
        field += folds * depth * smooth_noise(generator, cells, size)
    return np.asarray(field, np.float32)


def smooth(corners: Points, *, closed: bool = True, rounds: int = 3, cut: float = 0.25) -> Floats:
    """Points (N, 2) of a curve that cuts the corners off a line (Chaikin 1974).

    Each round cuts a share `cut` of both sides of every corner.
    """
    line = np.asarray(corners, np.float64)
    for _ in range(rounds):
        ahead = np.roll(line, -1, axis=0) if closed else line[1:]
        here = line if closed else line[:-1]
        ends = [(1 - cut) * here + cut * ahead, cut * here + (1 - cut) * ahead]
        inner = np.stack(ends, axis=1).reshape(-1, 2)
        line = inner if closed else np.concatenate([line[:1], inner, line[-1:]])
    return np.asarray(line, np.float32)


def around(centre: Point, radius: float, start: float = 0, end: float = 360) -> Floats:
    """Points (N, 2) of an arc; angles in degrees, clockwise from the x axis."""
    angles = np.deg2rad(np.linspace(start, end, max(3, round(abs(end - start) / 4) + 1)))
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return np.asarray(circle * radius + centre, np.float32)


def corners_of(
    centre: Point, radius: float, count: int, start: float = -90, inner: float = 1
) -> Floats:
    """Corners (N, 2) of a regular polygon, or of a star whose inner radius is a share `inner`."""
    total = count if inner == 1 else 2 * count
    angles = np.deg2rad(start + 360 * np.arange(total) / total)
    radii = np.where(np.arange(total) % 2, radius * inner, radius) if inner != 1 else radius
    return np.asarray(
        np.stack([np.cos(angles) * radii, np.sin(angles) * radii], axis=1) + centre, np.float32
    )


def colour(random: Random, lightness: tuple[float, float] = (0.25, 0.6)) -> Colour:
    """A colour of any hue whose lightness lies between two bounds, 0..1."""
    hue, light_, strength = random.random(), random.uniform(*lightness), random.uniform(0.3, 0.95)
    red, green, blue = colorsys.hls_to_rgb(hue, light_, strength)
    return round(255 * red), round(255 * green), round(255 * blue)


def dark(random: Random) -> Colour:
    """An ink that is read on white: often black, else any dark colour."""
    return BLACK if random.random() < 0.35 else colour(random, (0.15, 0.4))


def pale(random: Random) -> Colour:
    """A paper: often white, else any pale colour."""
    return WHITE if random.random() < 0.45 else colour(random, (0.86, 0.96))


def readable_on(ground: Colour) -> Colour:
    """Black or white, whichever is read better on a ground."""
    brightness = 0.3 * ground[0] + 0.59 * ground[1] + 0.11 * ground[2]
    return BLACK if brightness > 150 else WHITE


def _dashes(corners: NDArray[np.float64], dash: float) -> list[NDArray[np.float64]]:
    parts = []
    for start, end in pairwise(corners):
        count = max(1, round(float(np.hypot(*(end - start))) / dash / 2))
        steps = np.linspace(0, 1, 2 * count + 1)[:, None]
        points = start + (end - start) * steps
        parts += [points[k : k + 2] for k in range(0, 2 * count, 2)]
    return parts
