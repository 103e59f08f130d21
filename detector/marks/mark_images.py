"""Reads the pictures of marks, and refuses those in which nothing is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

from detector.errors import MarkError
from detector.marks.source import MarkSource, head_of
from detector.marks.views import content_box, is_blank, mean_contrast
from detector.pictures.codes import without_codes
from detector.pictures.drawings import MAX_BYTES, WHOLE, Box, DrawingWorker, draw_once
from detector.pictures.formats import drawing_kind
from detector.pictures.reader import read_picture
from detector.pictures.worker import ReadWorker
from detector.records import Pixels, Reading
from detector.settings import ReaderSettings

Reader = Callable[[Path], Reading]
Draw = Callable[[bytes, str, int, str, Box], Pixels]

DRAWING_SIDE = 1024  # pixels of the longest side of a drawing
SMALL_PART = 0.7  # of that side: what is drawn is smaller, and is drawn again by itself
MARGIN = 0.1  # of the longest side of what is drawn, kept around it
FADED_IN = 0.5  # contrast of a frame, as a share of the highest, from which a mark has faded in

_DEFAULT = ReaderSettings()


class MarkReader:
    """`read_mark` in child processes. Lifetime: the processes, which start when needed."""

    def __init__(self, settings: ReaderSettings = _DEFAULT) -> None:
        self._photos, self._drawings = ReadWorker(settings), DrawingWorker()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._photos.__exit__(*error)
        self._drawings.__exit__(*error)

    def read(self, path: Path) -> Pixels:
        """Read the picture of a mark, as `read_mark` does."""
        return read_mark(path, self._photos.read, self._drawings.draw)


def read_mark(path: Path, read: Reader = read_picture, draw: Draw = draw_once) -> Pixels:
    """Read the picture of a mark.

    Returns (H, W, 3) uint8 RGB, or (H, W, 4) RGBA with straight alpha from a drawing (SVG, PDF). A
    transparent picture is composited on the grey of most contrast; of an animation the first frame
    is taken in which the mark has faded in. `read` decodes other files than drawings, `draw` those.
    Raises `MarkError` where the file cannot be read whole, is blank, or shows nothing but codes.
    """
    frames = [pixels for pixels in _frames(path, read, draw) if not is_blank(pixels)]
    if not frames:
        raise MarkError(
            "nothing is drawn in this picture: all of it has one colour",
            place=str(path),
            remedy="Give a picture in which the mark is seen; a colour alone is not looked for.",
        )
    if all(is_blank(without_codes(pixels)) for pixels in frames):
        raise MarkError(
            "this picture shows a QR or bar code and nothing else, and a code is nobody's sign",
            place=str(path),
            remedy="Give a picture of the sign itself.",
        )
    drawn = [mean_contrast(pixels) for pixels in frames]
    return next(
        pixels
        for pixels, contrast in zip(frames, drawn, strict=True)
        if contrast >= FADED_IN * max(drawn)
    )


def sound_pictures(
    source: MarkSource, reader: MarkReader, on_problem: Callable[[MarkError], None]
) -> dict[Path, Pixels]:
    """Read the pictures of a mark, each as `read_mark` does.

    `on_problem` is called with an error for each that `read_mark` refuses.
    """
    pictures = {}
    for path in source.pictures:
        try:
            pictures[path] = reader.read(path)
        except MarkError as error:
            place = source.place_of(path) + error.place.removeprefix(str(path))
            on_problem(MarkError(error.message, place=place, remedy=error.remedy))
    return pictures


def _frames(path: Path, read: Reader, draw: Draw) -> Iterator[Pixels]:
    """The frames of a picture in order, transparent ones on a background of contrast."""
    kind = drawing_kind(head_of(path), path.name)
    if kind:
        yield _drawn(path, kind, draw)
        return
    reading = read(path)
    if reading.status != "ok":
        raise MarkError(reading.message, place=str(path), remedy="Replace the picture.")
    yield from (picture.pixels for picture in reading.pictures if picture.ground != "white")


def _drawn(path: Path, kind: str, draw: Draw) -> Pixels:
    """A drawing; where it fills a small part of its canvas, that part alone."""
    data, place = _bytes_of(path, MAX_BYTES[kind]), str(path)
    pixels = draw(data, kind, DRAWING_SIDE, place, WHOLE)
    height, width = pixels.shape[:2]
    left, top, right, bottom = content_box(pixels)
    longest = max((right - left) * width, (bottom - top) * height)
    if longest >= SMALL_PART * DRAWING_SIDE:
        return pixels
    x, y = MARGIN * longest / width, MARGIN * longest / height
    box = max(0.0, left - x), max(0.0, top - y), min(1.0, right + x), min(1.0, bottom + y)
    return draw(data, kind, DRAWING_SIDE, place, box)


def _bytes_of(path: Path, most: int) -> bytes:
    """The bytes of a file, of a larger one as many as show that it is."""
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except OSError as error:
        remedy = "Check the path and its rights."
        raise MarkError(
            f"cannot be read: {error.strerror}", place=str(path), remedy=remedy
        ) from error
