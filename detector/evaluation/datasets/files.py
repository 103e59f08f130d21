"""What lies in the folder of a dataset: its pictures, its texts, the size of a picture."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from pathlib import Path

from PIL import ExifTags, Image

from detector.errors import DatasetError, MarkError
from detector.marks import table_text
from detector.marks.source import exists
from detector.pictures.formats import HEAD, is_foreign, name_format
from detector.pictures.sources import find_pictures

MAX_BYTES = 1_000_000_000  # of a text; the largest public annotation files have half of it

# Pillow raises anything on a damaged header, as told in detector/pictures/reader.py.
_DAMAGE = (Exception, MemoryError)


def pictures_in(folder: Path) -> list[Path]:
    """List every picture under a folder by file name, sorted, without hidden files."""
    return [
        path for path in find_pictures([folder]) if path != folder and not is_foreign(path.name)
    ]


def files_in(folder: Path, pattern: str) -> list[Path]:
    """List every file under a folder that matches a pattern, sorted, without hidden files."""
    return sorted(
        path
        for path in folder.rglob(pattern)
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and path.is_file()
    )


def first_there(candidates: Iterable[Path]) -> Path | None:
    """Return the first of these paths that is a file, or None."""
    return next((path for path in candidates if exists(path)), None)


def head_of(path: Path) -> str:
    """Read the beginning of a text file; bytes that are not UTF-8 are replaced."""
    with path.open("rb") as file:
        return file.read(4096).decode("utf-8-sig", "replace")


def read_bytes(path: Path) -> bytes:
    """Read a file. Raises `DatasetError` if it cannot be read or exceeds `MAX_BYTES`."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = f"cannot be read ({error.strerror or 'unknown reason'})"
        raise DatasetError(reason, place=str(path), remedy="Check name and rights.") from error
    if len(data) > MAX_BYTES:
        message = f"larger than {MAX_BYTES:,} bytes"
        raise DatasetError(message, place=str(path), remedy="Split it into several files.")
    return data


def read_text(path: Path) -> str:
    """Read a UTF-8 file, with or without a byte order mark. Raises `DatasetError`."""
    try:
        return table_text.read_text(path, MAX_BYTES)
    except MarkError as error:
        raise DatasetError(error.message, place=error.place, remedy=error.remedy) from error


def picture_size(path: Path) -> tuple[int, int]:
    """Read width and height in pixels of the upright picture from its header.

    Raises ValueError where the header cannot be read.
    """
    try:
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            kind = name_format(file.read(HEAD))
            file.seek(0)
            with Image.open(file, formats=[kind]) as image:
                # Pillow would decode a file without EXIF in its header to look for one behind it.
                turn = image.getexif().get(ExifTags.Base.Orientation) if "exif" in image.info else 1
                width, height = image.size
    except _DAMAGE as trouble:
        raise ValueError("the size of the picture cannot be read") from trouble
    return (height, width) if turn in (5, 6, 7, 8) else (width, height)
