"""What every sample photo has in common: a scene, how it is developed, and short cuts to marks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from drawing.lens import Photo
from drawing.marks import LOOKALIKE_DIR, MARKS_DIR
from drawing.noise import Colour
from drawing.scenes import Scene
from drawing.surfaces import Sign, one_colour, rendered

WHITE: Colour = (0.95, 0.94, 0.91)


@dataclass(frozen=True, slots=True)
class Shot:
    """A scene and how its photo is developed."""

    scene: Scene
    photo: Photo = field(default_factory=Photo)


Catalogue = dict[str, Callable[[], Shot]]


@cache
def mark(slug: str) -> str:
    """The shipped drawing of a protected mark."""
    return (MARKS_DIR / slug / "front.svg").read_text(encoding="utf-8")


@cache
def lookalike(sign: str) -> str:
    """The drawing of a look-alike sign."""
    return (LOOKALIKE_DIR / f"{sign}.svg").read_text(encoding="utf-8")


def inked(slug: str, width: int, ink: Colour) -> NDArray[np.float64]:
    """A mark in one ink, `width` pixels wide."""
    return one_colour(rendered(mark(slug), width), ink)


def shows(slug: str, note: str) -> Sign:
    """The sign of a protected mark."""
    return Sign(slug, note)


def imitates(slug: str, note: str = "") -> Sign:
    """The sign of a look-alike of a protected mark."""
    return Sign(slug, f"look-alike of {slug}" + (f", {note}" if note else ""))
