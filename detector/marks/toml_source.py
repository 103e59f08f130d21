"""A mark from a mark folder: `mark.toml` and the pictures beside it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from detector.errors import MarkError
from detector.marks.fields import FIELDS, check_field, check_id, make_mark, unknown_name
from detector.marks.source import (
    Item,
    MarkSource,
    Note,
    SourceReader,
    exists,
    is_picture,
    left_out,
    picture_problem,
    visible_entries,
)
from detector.marks.table_text import read_text

MARK_FILE = "mark.toml"
KEYS = (*FIELDS, "views")
_MISPLACED = {
    "id": "The name of the folder is the id: remove this line.",
    "image": 'Write views = ["front.svg"].',
}


def read_mark_folder(folder: Path) -> Iterator[Item]:
    """Read the mark that `folder/mark.toml` describes, or all problems of it."""
    path = folder / MARK_FILE
    try:
        text = read_text(path)
        table = _parse(text, path)
    except MarkError as error:
        yield error
        return
    id_, problems = _checked_id(folder)
    values, wrong_values = _checked_values(table, text, path)
    pictures, told = _checked_pictures(table, text, path)
    problems += wrong_values
    yield from (*problems, *told)
    if pictures and not problems:
        mark = make_mark({"id": id_, **values, "name": values.get("name") or id_})
        yield MarkSource(mark, pictures, str(path))


READER = SourceReader(
    lambda path: path.name == MARK_FILE or (path / MARK_FILE).is_file(),
    lambda path: read_mark_folder(path if path.is_dir() else path.parent),
)


def _parse(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError also where a number is too long
        match = re.search(r"at line (\d+)", str(error))
        line = match[1] if match else str(text.count("\n") + 1)
        reason = re.sub(r" \(at .*\)$", "", str(error))
        remedy = 'Lines are: key = "text", key = [1, 2] or key = 2031-05-04.'
        raise MarkError(f"broken TOML: {reason}", place=f"{path}:{line}", remedy=remedy) from error


def _checked_id(folder: Path) -> tuple[str, list[MarkError]]:
    """The name of the folder as id and its problem, also where the folder is given as `.`."""
    try:
        return check_id(folder.resolve().name), []
    except MarkError as error:
        return "", [MarkError(error.message, place=str(folder), remedy="Rename the folder.")]


def _checked_values(
    table: dict[str, Any], text: str, path: Path
) -> tuple[dict[str, Any], list[MarkError]]:
    """The valid fields of the mark, and an error for every other key."""
    values, problems = {}, []
    for key, value in table.items():
        place = f"{path}:{_line_of(key, text)}"
        if key in _MISPLACED:
            problems.append(MarkError(f"unknown key {key!r}", place=place, remedy=_MISPLACED[key]))
        elif key not in KEYS:
            problems.append(unknown_name("key", key, KEYS, place))
        elif key != "views":
            try:
                values[key] = check_field(key, value)
            except MarkError as error:
                problems.append(MarkError(error.message, place=place, remedy=error.remedy))
    return values, problems


def _checked_pictures(
    table: dict[str, Any], text: str, path: Path
) -> tuple[tuple[Path, ...], list[MarkError | Note]]:
    """The pictures that `views` names, or all in the folder, and what there is to say."""
    if "views" not in table:
        return _all_pictures(path)
    place = f"{path}:{_line_of('views', text)}"
    names = table["views"]
    if not isinstance(names, list) or not names or not all(isinstance(n, str) for n in names):
        remedy = 'Write views = ["front.svg"], or remove the line to take every picture.'
        return (), [MarkError("views: must be a list of files", place=place, remedy=remedy)]
    named = [path.parent / name for name in dict.fromkeys(names)]
    problems = {picture: picture_problem(picture, place) for picture in named}
    pictures = tuple(picture for picture in named if problems[picture] is None)
    return pictures, [problem for problem in problems.values() if problem]


def _all_pictures(path: Path) -> tuple[tuple[Path, ...], list[MarkError | Note]]:
    beside = [entry for entry in visible_entries(path.parent) if entry.name != MARK_FILE]
    pictures = tuple(entry for entry in beside if exists(entry) and is_picture(entry))
    others = [entry for entry in beside if entry not in pictures]
    told = [*left_out(entry for entry in others if not entry.is_dir())]
    inside = "a folder inside the folder of a mark"
    told += [Note(inside, str(entry)) for entry in others if entry.is_dir()]
    if not pictures and not any(isinstance(one, MarkError) for one in told):
        remedy = "Put at least one PNG, SVG, JPEG or WebP beside it."
        told.append(MarkError("the mark has no picture", place=str(path), remedy=remedy))
    return pictures, told


def _line_of(key: str, text: str) -> int:
    """The line of a top-level key or table, 1 where it is not found."""
    name = re.escape(key)
    pattern = rf"""^[ \t]*\[{{0,2}}[ \t]*(?:{name}|"{name}"|'{name}')[ \t]*[=.\]]"""
    match = re.search(pattern, text, re.MULTILINE)
    return text.count("\n", 0, match.start()) + 1 if match else 1
