"""The pictures of the cohort: graphics that simple marks resemble, whose features are shipped.

They are drawn at random but always the same for a seed. `tools/measure_cohort.py` describes them;
detecting needs no picture.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator
from random import Random

import numpy as np
import resvg_py
from numpy.typing import NDArray
from PIL import Image

from drawing.cohort.figures import rounded
from drawing.cohort.kinds import KINDS, Draft
from drawing.shapes import group, path, svg

Pixels = NDArray[np.uint8]

SIDE = 320  # pixels of a picture's sides, and units of its paper
INKS = (
    "#111111", "#111111", "#222831", "#1d3557", "#0a6cff", "#c1121f", "#e4572e", "#2a7f4f",
    "#7b2d8b", "#b8860b", "#00897b", "#5d4037",
)  # fmt: skip
PAPERS = ("#ffffff", "#ffffff", "#ffffff", "#f5f0e6", "#e8eef4")


def cohort_pictures(seed: int = 18, kinds: Collection[str] = ()) -> list[Pixels]:
    """All graphics (SIDE, SIDE, 3) uint8 RGB, the same for the same seed and fonts.

    `kinds` are names in `KINDS`; empty selects all. Raises `FileNotFoundError` where a font of
    drawing/fonts.txt is not installed.
    """
    return [_rendered(drawing) for drawing in cohort_drawings(seed, kinds)]


def cohort_drawings(seed: int = 18, kinds: Collection[str] = ()) -> Iterator[str]:
    """The same graphics as SVG files, kind after kind; one in four is light on dark."""
    for name in kinds or KINDS:
        draw, count = KINDS[name]
        for number in range(count):
            random = Random(f"{seed} {name} {number}")
            ink, paper = random.choice(INKS), random.choice(PAPERS)
            if random.random() < 0.25:
                ink, paper = paper, ink
            body = path(rounded(SIDE / 2, SIDE / 2, 0), paper)
            body += draw(Draft(number, random, ink, paper))
            yield svg(SIDE, SIDE, group(body, f"translate({SIDE // 2} {SIDE // 2})"))


def _rendered(drawing: str) -> Pixels:
    png = resvg_py.svg_to_bytes(svg_string=drawing, width=2 * SIDE, skip_system_fonts=True)
    with Image.open(io.BytesIO(bytes(png))) as picture:
        return np.asarray(picture.convert("RGB").reduce(2), np.uint8)
