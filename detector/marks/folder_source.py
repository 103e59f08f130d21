"""Marks from a folder of mark folders and plain pictures, and from one picture."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from detector.errors import MarkError
from detector.marks.fields import check_field, check_id, slug
from detector.marks.source import (
    Item,
    MarkSource,
    Note,
    SourceReader,
    is_picture,
    left_out,
    visible_entries,
)
from detector.marks.toml_source import MARK_FILE, read_mark_folder
from detector.records import Mark


def read_folder(folder: Path) -> Iterator[Item]:
    """Read all mark folders and plain pictures in a folder."""
    files = []
    for entry in visible_entries(folder):
        if entry.is_dir():
            yield from _read_subfolder(entry)
        else:
            files.append(entry)
    yield from read_pictures(files)


def read_pictures(paths: Iterable[Path]) -> Iterator[Item]:
    """Read plain pictures: `brand.png`, `brand__2.png` and so on are views of the mark `brand`."""
    views: dict[str, list[tuple[int, Path]]] = {}
    for path in paths:
        if is_picture(path):
            stem, number = _stem_and_number(path)
            views.setdefault(stem, []).append((number, path))
        else:
            yield from left_out([path])
    for stem, numbered in views.items():
        yield _source_named(stem, tuple(path for _, path in sorted(numbered)))


FOLDER_READER = SourceReader(Path.is_dir, read_folder)
PICTURE_READER = SourceReader(is_picture, lambda path: read_pictures([path]))


def _read_subfolder(folder: Path) -> Iterator[Item]:
    """Read a mark folder; without `mark.toml` it is a problem if there are pictures in it."""
    if (folder / MARK_FILE).is_file():
        yield from read_mark_folder(folder)
    elif any(is_picture(path) or path.name == MARK_FILE for path in folder.rglob("*")):
        yield MarkError(
            f"the folder holds pictures but no {MARK_FILE}",
            place=str(folder),
            remedy=f"Add a {MARK_FILE} (an empty one will do), or import the folder by itself.",
        )
    else:
        yield Note("a folder without pictures of marks", str(folder))


def _stem_and_number(path: Path) -> tuple[str, int]:
    """The name of the mark and the number of the view in a file name like `brand__2.png`."""
    numbered = re.fullmatch(r"(.+)__([0-9]{1,9})", path.stem)
    return (numbered[1], int(numbered[2])) if numbered else (path.stem, 0)


def _source_named(stem: str, pictures: tuple[Path, ...]) -> Item:
    place = str(pictures[0])
    try:
        mark = Mark(id=check_id(slug(stem)), name=check_field("name", stem))
    except MarkError as error:
        return MarkError(error.message, place=place, remedy="Rename the file.")
    return MarkSource(mark, pictures, place)
