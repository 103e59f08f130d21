"""The interface of readers of mark sources, and checks of files that they share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from detector.errors import MarkError
from detector.pictures.formats import (
    DRAWING_SUFFIXES,
    HEAD,
    OTHER_SUFFIXES,
    PHOTO_SUFFIXES,
    detect_format,
    drawing_kind,
)
from detector.records import Mark


@dataclass(frozen=True, slots=True, eq=False)
class MarkSource:
    """A mark as its owner declared it: data, picture files, and where it is declared.

    `pictures` are existing files named or beginning like pictures, in the order of the views;
    `place` is the `mark.toml`, the picture or `file.csv:line`. `lines` says for each picture which
    `file.csv:line` names it; it is empty where no table does.
    """

    mark: Mark
    pictures: tuple[Path, ...]
    place: str = ""
    lines: tuple[str, ...] = ()

    def place_of(self, picture: Path) -> str:
        """Where to look when something is wrong with a picture: its path, and the line before."""
        named = dict(zip(self.pictures, self.lines, strict=False)).get(picture)
        return f"{named}: {picture}" if named else str(picture)


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know about a source that is no problem: a file left out, a poor picture."""

    message: str
    place: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.message}. {self.remedy}".strip()


Item = MarkSource | MarkError | Note
"""A reader yields every valid mark, an error for what is not, a note for each file left out."""


@dataclass(frozen=True, slots=True)
class SourceReader:
    """One kind of source: `fits` says whether a path is of that kind, `read` reads its marks.

    `read` may raise OSError and ValueError; it yields all other problems as `MarkError`. A mark of
    which some pictures are missing comes with the others.
    """

    fits: Callable[[Path], bool]
    read: Callable[[Path], Iterator[Item]]


def is_picture(path: Path) -> bool:
    """Whether a file is named like a picture that a mark may have, or begins like one."""
    suffix = path.suffix.lower()
    if suffix in (*PHOTO_SUFFIXES, *DRAWING_SUFFIXES):
        return True
    if suffix in OTHER_SUFFIXES:
        return False
    head = head_of(path)
    return bool(detect_format(head) or drawing_kind(head, path.name))


def picture_problem(path: Path, place: str) -> MarkError | None:
    """The problem of a file that is named as a view, or None; its content is not read."""
    if not is_picture(path):
        known = ", ".join(suffix[1:].upper() for suffix in (*DRAWING_SUFFIXES, *PHOTO_SUFFIXES))
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


def left_out(paths: Iterable[Path]) -> Iterator[MarkError | Note]:
    """Say of each file in a folder that it is not a picture of a mark.

    A drawing in a format that cannot be read is a problem, any other file is not.
    """
    for path in paths:
        problem = picture_problem(path, str(path))
        if problem and path.suffix.lower() in OTHER_SUFFIXES:
            yield problem
        else:
            yield Note("not a picture, by name and content", str(path))


def visible_entries(folder: Path) -> list[Path]:
    """The entries of a folder, sorted by name, without hidden files."""
    return sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))


def head_of(path: Path) -> bytes:
    """The first bytes of a regular file, none of anything else."""
    if not exists(path):
        return b""
    try:
        with path.open("rb") as file:
            return file.read(HEAD)
    except OSError:
        return b""


def exists(path: Path) -> bool:
    """Whether a path is a regular file; also False for names that no file can have."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
