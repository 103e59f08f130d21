"""The interface of readers of mark sources, and checks of files that they share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from detector.errors import MarkError
from detector.pictures.formats import DRAWING_SUFFIX, OTHER_SUFFIXES, PHOTO_SUFFIXES
from detector.records import Mark


@dataclass(frozen=True, slots=True, eq=False)
class MarkSource:
    """A mark as its owner declared it: data, picture files, and where it is declared.

    `pictures` are existing files with a known suffix, in the order of the views; `place` is the
    `mark.toml`, the picture or `file.csv:line`.
    """

    mark: Mark
    pictures: tuple[Path, ...]
    place: str = ""


Item = MarkSource | MarkError
"""A reader yields every valid mark, and an error for everything that is not."""


@dataclass(frozen=True, slots=True)
class SourceReader:
    """One kind of source: `fits` says whether a path is of that kind, `read` reads its marks.

    `read` may raise OSError and ValueError; it yields all other problems as `MarkError`.
    """

    fits: Callable[[Path], bool]
    read: Callable[[Path], Iterator[Item]]


def is_picture(path: Path) -> bool:
    """Whether the name has the suffix of a picture that a mark may have."""
    return path.suffix.lower() in (*PHOTO_SUFFIXES, DRAWING_SUFFIX)


def picture_problem(path: Path, place: str) -> MarkError | None:
    """The problem of a file that is named as a view, or None; its content is not read."""
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


def unreadable_problem(path: Path) -> MarkError | None:
    """The problem of a drawing in a format that cannot be read; None for any other file."""
    return picture_problem(path, str(path)) if path.suffix.lower() in OTHER_SUFFIXES else None


def visible_entries(folder: Path) -> list[Path]:
    """The entries of a folder, sorted by name, without hidden files."""
    return sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))


def exists(path: Path) -> bool:
    """Whether a path is a regular file; also False for names that no file can have."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
