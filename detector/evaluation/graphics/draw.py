"""Draws graphics without a mark into a folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import NamedTuple

from PIL import Image

from detector.evaluation.graphics import (
    charts,
    codes,
    labels,
    logos,
    pages,
    patterns,
    posters,
    screens,
)
from detector.evaluation.graphics.finish import exported, photographed, sewn_in
from detector.evaluation.graphics.sheet import Sheet
from detector.records import Pixels


class Kind(NamedTuple):
    """How a kind is drawn, and which share of it reaches a shop as a photo, taken how."""

    draw: Callable[[Random], Sheet]
    photos: float = 0
    photo: Callable[[Pixels, Random], Pixels] = photographed


KINDS: dict[str, Kind] = {
    "care-label": Kind(labels.care_label, 0.7, sewn_in),
    "logo": Kind(logos.plain_logo, 0.1),
    "size-chart": Kind(charts.size_chart, 0.05),
    "product-with-logo": Kind(logos.printed_product),
    "app": Kind(screens.app),
    "banner": Kind(posters.banner),
    "barcode": Kind(codes.barcode, 0.5),
    "infographic": Kind(posters.infographic),
    "text-page": Kind(pages.text_page, 0.5),
    "pattern": Kind(patterns.pattern, 0.15),
    "hang-tag": Kind(labels.hang_tag, 0.6),
    "logo-sheet": Kind(logos.logo_sheet),
    "comparison": Kind(charts.comparison),
    "web-shop": Kind(screens.web),
    "ticket": Kind(pages.ticket, 0.6),
    "poster": Kind(posters.poster, 0.2),
    "square-code": Kind(codes.square_code, 0.4),
    "woven-label": Kind(labels.woven_label, 0.9, sewn_in),
    "certificate": Kind(pages.certificate, 0.5),
    "ingredients": Kind(charts.ingredients, 0.5),
    "plate": Kind(posters.plate, 0.2),
    "reviews": Kind(screens.reviews),
    "card": Kind(pages.card, 0.5),
    "parcel-label": Kind(codes.parcel_label, 0.6),
    "sticker": Kind(labels.sticker, 0.5),
    "receipt": Kind(pages.receipt, 0.7),
    "colour-chart": Kind(charts.colour_chart),
    "chat": Kind(screens.chat),
}
"""What is drawn, by the name that a file bears."""


def draw_graphics(folder: Path, count: int, seed: int = 1) -> list[Path]:
    """Write `count` graphics without a mark as JPEG files, and return their paths in order.

    All kinds in turn. A picture depends on the seed and its number alone, so a larger set begins
    with the smaller one. Raises `MissingExtra` where matplotlib, whose fonts are used, is not
    installed, and `OSError` when the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in range(count):
        kind, pixels, quality = graphic(number, seed)
        paths.append(folder / f"{number:04d}-{kind}.jpg")
        Image.fromarray(pixels).save(paths[-1], quality=quality)
    return paths


def graphic(number: int, seed: int = 1) -> tuple[str, Pixels, int]:
    """The kind, the picture (H, W, 3) uint8 RGB and the JPEG quality of one graphic."""
    name = list(KINDS)[number % len(KINDS)]
    kind, random = KINDS[name], Random(f"{seed} {name} {number}")
    pixels = kind.draw(random).pixels()
    arrive = kind.photo if random.random() < kind.photos else exported
    return name, arrive(pixels, random), random.randint(70, 95)
