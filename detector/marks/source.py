"""What every reader of mark sources gives, and the checks of files that all of them share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from detector.errors import MarkError
from detector.pictures.formats import DRAWING_SUFFIX, OTHER_SUFFIXES, PHOTO_SUFFIXES
from detector.records import Mark


@dataclass(frozen=True, slots=True, eq=False)
class MarkSource:
    """A mark as its owner declared it: the data, the picture files, and where it is declared.

    `pictures` are existing files with a known suffix, in the order of the views; `place` is the
    `mark.toml`, the picture or `file.csv:line`.
    """

    mark: Mark
    pictures: tuple[Path, ...]
    place: str = ""


Item = MarkSource | MarkError
"""A reader yields every mark that is right and an error for everything that is not."""


def is_picture(path: Path) -> bool:
    """Whether the name has the suffix of a picture that can be a view."""
    return path.suffix.lower() in (*PHOTO_SUFFIXES, DRAWING_SUFFIX)


def picture_problem(path: Path, place: str) -> MarkError | None:
    """What is wrong with a file named as a view, or None; its content is not looked at."""
    if not is_picture(path):
        known = ", ".join(suffix[1:].upper() for suffix in (DRAWING_SUFFIX, *PHOTO_SUFFIXES))
        return MarkError(
            f"{path.name[:80]!r} is not a picture that can be read",
            place=place,
            remedy=f"Give one of {known}.",
        )
    if not exists(path):
        return MarkError(
            f"the picture {str(path)[-200:]!r} does not exist",
            place=place,
            remedy="Correct the path; it is relative to the file that names it.",
        )
    return None


def foreign_problem(path: Path) -> MarkError | None:
    """The problem of a drawing in another program's format; None for text files and the like."""
    return picture_problem(path, str(path)) if path.suffix.lower() in OTHER_SUFFIXES else None


def entries(folder: Path) -> list[Path]:
    """What lies in a folder, sorted by name; hidden files are left out."""
    return sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))


def exists(path: Path) -> bool:
    """Whether there is a regular file; False too for names that no file can have."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
