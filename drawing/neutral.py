"""Decoration that nobody owns: plain words, stripes, dots, line drawings. Each returns an SVG."""

from __future__ import annotations

import math
import random

from drawing.letters import word
from drawing.shapes import circle, ellipse, leaf, num, path, points, polar, rect, svg


def lines_of(*texts: str, font: str = "Lato-Bold", ink: str = "#2b2b2b", size: float = 60) -> str:
    """Centred plain text, one line each."""
    rows = "".join(
        word(t, font, size, ink, (400, size * 1.25 * (i + 0.8)), anchor=0.5, track=0.06)
        for i, t in enumerate(texts)
    )
    return svg(800, size * 1.25 * (len(texts) + 0.1), rows)


def stripes(tones: tuple[str, ...], width: float = 30) -> str:
    """A tile of horizontal bands."""
    body = "".join(rect((0, i * width, 400, width), t) for i, t in enumerate(tones))
    return svg(400, width * len(tones), body)


def dots(ground: str, tones: tuple[str, ...]) -> str:
    """A tile of staggered discs."""
    body = rect((0, 0, 400, 400), ground)
    for row in range(9):
        for col in range(5):
            at = (100.0 * col + 50 * (row % 2) - 0.0, 50.0 * row)
            body += circle(at, 15, tones[(row % 8 * 2 + col % 4) % len(tones)])
    return svg(400, 400, body)


def wildflowers(ink: str = "#33422f") -> str:
    """Line drawing of meadow stalks."""
    rng, body = random.Random(4), ""
    for x in range(60, 360, 42):
        top, lean = rng.uniform(60, 190), rng.uniform(-26, 26)
        body += path(f"M{x} 460Q{num(x)} 300 {num(x + lean)} {num(top)}", stroke=ink, width=4)
        for k in range(3):
            y = 420 - 70 * k
            side = 1 if (x + k) % 2 else -1
            body += path(leaf((x, y), (x + side * 34, y - 40), 0.2), ink)
        if x % 4:
            body += "".join(
                path(leaf((x + lean, top), polar((x + lean, top), 34, a), 0.2), ink)
                for a in range(-170, 0, 28)
            )
        else:
            body += "".join(circle((x + lean, top - 9 * k), 10 - 1.4 * k, ink) for k in range(6))
    return svg(420, 480, body)


def abstract() -> str:
    """Overlapping soft shapes and a thin arc, as on a poster."""
    blob = points(
        [
            polar(
                (190, 190),
                120 + 22 * math.sin(3 * math.radians(a)) + 12 * math.cos(5 * math.radians(a)),
                a,
            )
            for a in range(0, 360, 6)
        ]
    )
    body = (
        rect((0, 0, 400, 520), "#efe7da")
        + path(blob, "#c98f6b")
        + circle((260, 320), 92, "#5f7a76")
    )
    body += path("M70 420C140 330 250 470 340 380", stroke="#2f3b3a", width=6)
    return svg(400, 520, body + ellipse((120, 330), (46, 64), "#e3b96a"))


def handle_with_care() -> str:
    """The usual signs on a shipping box: arrows up and an umbrella, with words."""
    ink = "#2a2320"
    arrow = "M{x} 40L{l} 90H{a}V190H{b}V90H{r}Z"
    arrows = "".join(
        path(arrow.format(x=x, l=x - 40, a=x - 16, b=x + 16, r=x + 40), ink) for x in (90, 200)
    )
    umbrella = path("M300 120A75 75 0 0 1 450 120Z", ink) + path(
        "M375 120V180Q375 196 358 190", stroke=ink, width=9
    )
    base = rect((44, 200, 412, 10), ink)
    text = word(
        "HANDLE WITH CARE", "LeagueSpartan-Bold", 46, ink, (250, 268), anchor=0.5, track=0.04
    )
    return svg(500, 300, arrows + umbrella + base + text)
