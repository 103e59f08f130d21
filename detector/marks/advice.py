"""What is told about pictures that are sound, but from which a mark is found badly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from detector.marks.sheets import copies
from detector.marks.source import MarkSource, Note
from detector.marks.views import content_box
from detector.records import Pixels

MIN_SIDE = 64  # pixels of the longest side of a mark, below which its details are lost
GOOD_SIDE = 200


def advise(source: MarkSource, pictures: Mapping[Path, Pixels]) -> Iterator[Note]:
    """Yield a note where every picture of a mark is too small, and for each that is a sheet."""
    sides = [_longest_side(pixels) for pixels in pictures.values()]
    if sides and max(sides) < MIN_SIDE:
        message = f"the mark is too small here: {max(sides)} pixels at its longest side"
        place = source.place_of(next(iter(pictures)))
        yield Note(message, place, f"Give a picture of {GOOD_SIDE} pixels or more, or an SVG.")
    for path, pixels in pictures.items():
        if source.mark.kind != "pattern" and (found := len(copies(pixels))):
            message = (
                f"this picture shows the same sign {found} times, and is found as a whole alone"
            )
            yield Note(message, source.place_of(path), _cut_command(path))


def _longest_side(pixels: Pixels) -> int:
    """The longest side of what is drawn, in pixels."""
    height, width = pixels.shape[:2]
    left, top, right, bottom = content_box(pixels)
    return int(max(round((right - left) * width), round((bottom - top) * height)))


def _cut_command(path: Path) -> str:
    return f'Give each as a view of its own; this cuts it: detector marks cut "{path}" --out DIR'
