"""Reads the pictures of marks, and refuses those in which nothing is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from detector.errors import MarkError
from detector.marks.source import MarkSource, head_of
from detector.marks.views import is_blank, mean_contrast
from detector.pictures.formats import DRAWING_SUFFIXES, detect_format
from detector.pictures.reader import read_picture
from detector.pictures.vector import rasterise
from detector.records import Pixels, Reading

Reader = Callable[[Path], Reading]

SVG_SIDE = 1024
FADED_IN = 0.5  # contrast of a frame, as a share of the highest, from which a mark has faded in


def read_mark(path: Path, read: Reader = read_picture) -> Pixels:
    """Read the picture of a mark.

    Returns (H, W, 3) uint8 RGB, or (H, W, 4) RGBA with straight alpha from an SVG. A transparent
    picture is composited on the grey of most contrast; of an animation the first frame is taken in
    which the mark has faded in. `read` decodes other files than SVGs, best in a child process.
    Raises `MarkError` where the file cannot be read whole, or is blank.
    """
    frames = [pixels for pixels in _frames(path, read) if not is_blank(pixels)]
    if not frames:
        raise MarkError(
            "nothing is drawn in this picture: all of it has one colour",
            place=str(path),
            remedy="Give a picture in which the mark is seen; a colour alone is not looked for.",
        )
    drawn = [mean_contrast(pixels) for pixels in frames]
    return next(
        pixels
        for pixels, contrast in zip(frames, drawn, strict=True)
        if contrast >= FADED_IN * max(drawn)
    )


def sound_pictures(
    source: MarkSource, read: Reader, on_problem: Callable[[MarkError], None]
) -> dict[Path, Pixels]:
    """Read the pictures of a mark, each as `read_mark` does.

    `on_problem` is called with an error for each that cannot be read or is blank.
    """
    pictures = {}
    for path in source.pictures:
        try:
            pictures[path] = read_mark(path, read)
        except MarkError as error:
            place = source.place_of(path) + error.place.removeprefix(str(path))
            on_problem(MarkError(error.message, place=place, remedy=error.remedy))
    return pictures


def _frames(path: Path, read: Reader) -> Iterator[Pixels]:
    """The frames of a picture in order, transparent ones on a background of contrast."""
    if _is_drawing(path):
        yield rasterise(_bytes_of(path), SVG_SIDE, str(path))
        return
    reading = read(path)
    if reading.status != "ok":
        raise MarkError(reading.message, place=str(path), remedy="Replace the picture.")
    yield from (picture.pixels for picture in reading.pictures if picture.ground != "white")


def _is_drawing(path: Path) -> bool:
    """Whether a file is an SVG, by content; by its name where the content does not tell."""
    kind = detect_format(head_of(path))
    return kind == "SVG" or (not kind and path.suffix.lower() in DRAWING_SUFFIXES)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        remedy = "Check the path and its rights."
        raise MarkError(
            f"cannot be read: {error.strerror}", place=str(path), remedy=remedy
        ) from error
