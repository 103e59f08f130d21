"""Small drawn pictures and texts for datasets of our own."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from PIL import Image

from detector.evaluation.datasets.reasons import OTHER, kind_of

_SHADES = count(1)


def draw(path: Path, size=(40, 30), **options) -> Path:
    """A picture that has other bytes than every other one."""
    number = next(_SHADES)
    image = Image.new("RGB", size, (number % 256, number // 256, 7))
    image.putpixel((size[0] // 2, size[1] // 2), (255, 255, 255))
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, **options)
    return path


def draw_mask(path: Path, box, size=(40, 30), mode="L") -> Path:
    """A black picture that is white in the box x0 y0 x1 y1."""
    image = Image.new(mode, size)
    if box:
        image.paste(Image.new(mode, (box[2] - box[0], box[3] - box[1]), "white"), box[:2])
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)
    return path


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def told(photos) -> dict[str, list[tuple[str, tuple[float, ...] | None]]]:
    """Marks and boxes by the name of the photo, in the order of the photos."""
    return {one.path.name: [(truth.mark, truth.box) for truth in one.truths] for one in photos}


def sources(photos) -> dict[str, str]:
    return {one.path.name: one.source for one in photos}


def reasons(unusable) -> list[str]:
    """The last part of each place, and the reason."""
    return [f"{one.place.rsplit('/', 1)[-1]} | {one.reason}" for one in unusable]


def parts(labels):
    """The photos that a reader gives, and all that it could not use: lines, then photos.

    Each reason is of a kind for which a remedy is known.
    """
    lines = [*labels.unusable, *labels.left_out]
    assert [line.reason for line in lines if kind_of(line.reason) == OTHER] == []
    return labels.photos, lines
