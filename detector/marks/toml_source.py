"""A mark from a mark folder: `mark.toml` and the pictures beside it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from detector.errors import MarkError
from detector.marks.fields import FIELDS, check_field, check_id, mark_of, unknown_name
from detector.marks.source import (
    Item,
    MarkSource,
    entries,
    exists,
    foreign_problem,
    is_picture,
    picture_problem,
)
from detector.marks.table_text import read_text

MARK_FILE = "mark.toml"
KEYS = (*FIELDS, "views")
_MISPLACED = {
    "id": "The name of the folder is the id: remove this line.",
    "image": 'Write views = ["front.svg"].',
}


def read_mark_folder(folder: Path) -> Iterator[Item]:
    """The one mark that `folder/mark.toml` describes, or everything that is wrong with it."""
    path = folder / MARK_FILE
    try:
        text = read_text(path)
        table = _parse(text, path)
    except MarkError as error:
        yield error
        return
    id_, problems = _checked_id(folder)
    values, wrong_values = _checked_values(table, text, path)
    pictures, wrong_pictures = _checked_pictures(table, text, path)
    problems += [*wrong_values, *wrong_pictures]
    yield from problems
    if not problems:
        mark = mark_of({"id": id_, **values, "name": values.get("name") or id_})
        yield MarkSource(mark, pictures, str(path))


def _parse(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError also where a number is too long
        said = re.search(r"at line (\d+)", str(error))
        line = said[1] if said else str(text.count("\n") + 1)
        reason = re.sub(r" \(at .*\)$", "", str(error))
        remedy = 'Lines are: key = "text", key = [1, 2] or key = 2031-05-04.'
        raise MarkError(f"broken TOML: {reason}", place=f"{path}:{line}", remedy=remedy) from error


def _checked_id(folder: Path) -> tuple[str, list[MarkError]]:
    """The name of the folder as id, also where the folder is given as `.`."""
    try:
        return check_id(folder.resolve().name), []
    except MarkError as error:
        return "", [MarkError(error.message, place=str(folder), remedy="Rename the folder.")]


def _checked_values(
    table: dict[str, Any], text: str, path: Path
) -> tuple[dict[str, Any], list[MarkError]]:
    """The fields of the mark that are right, and an error for every key that is not."""
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
) -> tuple[tuple[Path, ...], list[MarkError]]:
    """The pictures that `views` names, or all in the folder, and what is wrong with them."""
    if "views" not in table:
        return _all_pictures(path)
    place = f"{path}:{_line_of('views', text)}"
    names = table["views"]
    if not isinstance(names, list) or not names or not all(isinstance(n, str) for n in names):
        remedy = 'Write views = ["front.svg"], or remove the line to take every picture.'
        return (), [MarkError("views: must be a list of files", place=place, remedy=remedy)]
    pictures = tuple(path.parent / name for name in dict.fromkeys(names))
    return pictures, [problem for p in pictures if (problem := picture_problem(p, place))]


def _all_pictures(path: Path) -> tuple[tuple[Path, ...], list[MarkError]]:
    beside = entries(path.parent)
    pictures = tuple(entry for entry in beside if is_picture(entry) and exists(entry))
    problems = [problem for entry in beside if (problem := foreign_problem(entry))]
    if not pictures and not problems:
        remedy = "Put at least one PNG, SVG, JPEG or WebP beside it."
        problems = [MarkError("the mark has no picture", place=str(path), remedy=remedy)]
    return pictures, problems


def _line_of(key: str, text: str) -> int:
    """The line on which a top-level key or table is given, 1 when it cannot be told."""
    name = re.escape(key)
    pattern = rf"""^[ \t]*\[{{0,2}}[ \t]*(?:{name}|"{name}"|'{name}')[ \t]*[=.\]]"""
    said = re.search(pattern, text, re.MULTILINE)
    return text.count("\n", 0, said.start()) + 1 if said else 1
