"""What lies in the folder of a dataset: its pictures, its texts, the size of a picture."""

from __future__ import annotations

import hashlib
import os
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from PIL import ExifTags, Image

from detector.errors import DatasetError, MarkError
from detector.marks import table_text
from detector.marks.source import exists
from detector.pictures.formats import HEAD, detect_format, is_foreign
from detector.pictures.sources import find_pictures

MAX_BYTES = 1_000_000_000  # of a text; the largest public annotation files have half of it

# Pillow raises anything on a damaged header, as told in detector/pictures/reader.py.
_DAMAGE = (Exception, MemoryError)


@dataclass(frozen=True, slots=True)
class Frame:
    """Width and height in pixels of a picture as people see it, and as it is stored.

    `turn` is EXIF's orientation, 1 to 8, which makes the one from the other.
    """

    size: tuple[int, int]
    stored: tuple[int, int]
    turn: int


def pictures_in(folder: Path) -> list[Path]:
    """List every picture under a folder, sorted, without hidden files."""
    return [path for path in find_pictures([folder]) if path != folder and is_picture(path)]


def is_picture(path: Path) -> bool:
    """Whether a file is a picture by its name or, as with `1.jpg_Q90`, by its first bytes."""
    if path.suffix and not is_foreign(path.name):
        return True
    try:
        with path.open("rb") as file:
            return detect_format(file.read(HEAD)) not in ("", "SVG")
    except OSError:
        return False


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


def all_there(candidates: Iterable[Path]) -> list[Path]:
    """Return those of these paths that are files, each once."""
    found = dict.fromkeys(Path(os.path.normpath(path)) for path in candidates if exists(path))
    return [*found]


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


def digest_of(path: Path) -> str:
    """Compute the SHA-256 of a file in hex, "" where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def picture_frame(path: Path) -> Frame:
    """Read the size of a picture, stored and upright, from its header.

    Raises ValueError where the header cannot be read.
    """
    try:
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            kind = detect_format(file.read(HEAD))
            file.seek(0)
            with Image.open(file, formats=[kind]) as image:
                # Pillow would decode a file without EXIF in its header to look for one behind it.
                turn = image.getexif().get(ExifTags.Base.Orientation) if "exif" in image.info else 1
                stored = image.size
    except _DAMAGE as trouble:
        raise ValueError("the size of the picture cannot be read") from trouble
    size = stored[::-1] if turn in (5, 6, 7, 8) else stored
    return Frame(size, stored, turn if isinstance(turn, int) else 1)
