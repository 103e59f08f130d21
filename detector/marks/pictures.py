"""The pictures of marks: read from their files, and refused where nothing is drawn in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from detector.errors import MarkError
from detector.marks.source import MarkSource
from detector.marks.views import is_blank
from detector.pictures.formats import DRAWING_SUFFIX
from detector.pictures.reader import read_picture
from detector.pictures.vector import rasterise
from detector.records import Pixels
from detector.settings import ReaderSettings

SVG_SIDE = 1024


def read_mark(path: Path, settings: ReaderSettings | None = None) -> Pixels:
    """Read the picture of a mark.

    Returns (H, W, 3) uint8 RGB, and (H, W, 4) RGBA with straight alpha from an SVG. A transparent
    picture is laid on the grey from which it stands out most; of an animation the first frame is
    taken in which something is drawn. Raises `MarkError` where the file cannot be read whole, or
    nothing is drawn in it.
    """
    for pixels in _frames(path, settings or ReaderSettings()):
        if not is_blank(pixels):
            return pixels
    raise MarkError(
        "nothing is drawn in this picture: all of it has one colour",
        place=str(path),
        remedy="Give a picture in which the mark is to be seen; a colour alone is not looked for.",
    )


def picture_problems(source: MarkSource) -> Iterator[MarkError]:
    """What is wrong with the contents of a mark's pictures, an error for each that is."""
    for path in source.pictures:
        try:
            read_mark(path)
        except MarkError as error:
            yield error


def _frames(path: Path, settings: ReaderSettings) -> Iterator[Pixels]:
    """The frames of a picture in order, the transparent ones on their contrasting ground."""
    if path.suffix.lower() == DRAWING_SUFFIX:
        yield rasterise(_bytes_of(path), SVG_SIDE, str(path))
        return
    reading = read_picture(path, settings)
    if reading.status != "ok":
        raise MarkError(reading.message, place=str(path), remedy="Replace the picture.")
    yield from (picture.pixels for picture in reading.pictures if picture.ground != "white")


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        remedy = "Check the path and its rights."
        raise MarkError(
            f"cannot be read: {error.strerror}", place=str(path), remedy=remedy
        ) from error
