"""Marks from a CSV file: one row per picture, several rows with one id are one mark."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from detector.errors import MarkError
from detector.marks.fields import FIELDS, check_field, check_id, make_mark, unknown_name
from detector.marks.source import Item, MarkSource, SourceReader, picture_problem
from detector.marks.table_text import by_column, columns_of, read_text, rows
from detector.pictures.sources import as_on_disk

COLUMNS = ("id", "name", "kind", "image", *FIELDS[2:])
_REQUIRED = ("id", "image")
_ROW_NUMBERS = ("", "unnamed:_0")  # as pandas writes them


@dataclass(slots=True)
class _Draft:
    """A mark while its rows are read.

    `values` are pairs of a value and its line, `pictures` the places where they are named first. A
    mark with a wrong value is not valid; one of which a picture is missing has the others.
    """

    place: str
    values: dict[str, tuple[Any, int]] = field(default_factory=dict)
    pictures: dict[Path, str] = field(default_factory=dict)
    valid: bool = True


def read_csv(path: Path) -> Iterator[Item]:
    """Read a CSV: every mark and every problem; UTF-8, cells separated by `,`, `;` or tab."""
    drafts: dict[str, _Draft] = {}
    try:
        lines = rows(read_text(path), path)
        first, header = next(lines, (1, []))
        columns = columns_of(header)
        yield from _header_problems(columns, f"{path}:{first}")
        if not set(_REQUIRED).issubset(columns):
            return
        for line, cells in lines:
            yield from _read_row(columns, cells, path, line, drafts)
    except MarkError as error:
        yield error
    sound = {id_: draft for id_, draft in drafts.items() if draft.valid and draft.pictures}
    yield from (_source_of(id_, draft) for id_, draft in sound.items())


READER = SourceReader(lambda path: path.suffix.lower() in (".csv", ".tsv"), read_csv)


def _header_problems(columns: list[str], place: str) -> Iterator[MarkError]:
    for name in dict.fromkeys(columns):
        if name not in (*COLUMNS, *_ROW_NUMBERS):
            yield unknown_name("column", name, COLUMNS, place)
        elif name and columns.count(name) > 1:
            yield MarkError(f"column {name!r} comes twice", place=place, remedy="Remove one.")
    for name in _REQUIRED:
        if name not in columns:
            remedy = f"Begin the file with the line: {','.join(COLUMNS[:4])}"
            yield MarkError(f"there is no column {name!r}", place=place, remedy=remedy)


def _read_row(
    columns: list[str], cells: list[str], path: Path, line: int, drafts: dict[str, _Draft]
) -> Iterator[MarkError]:
    """Add one row to the draft of its mark; yields its problems."""
    place = f"{path}:{line}"
    try:
        row = by_column(columns, cells)
        draft = drafts.setdefault(check_id(row.get("id", "")), _Draft(place))
    except MarkError as error:
        yield MarkError(error.message, place=place, remedy=error.remedy)
        return
    yield from _add_picture(draft, row.get("image", ""), path, place)
    problems = _add_values(draft, row, path, line)
    draft.valid = draft.valid and not problems
    yield from problems


def _add_picture(draft: _Draft, image: str, path: Path, place: str) -> Iterator[MarkError]:
    if not image:
        remedy = "Name the picture file, relative to the CSV."
        yield MarkError("the row names no image", place=place, remedy=remedy)
    elif problem := picture_problem(picture := as_on_disk(path.parent / image), place):
        yield problem
    else:
        draft.pictures.setdefault(picture, place)


def _add_values(draft: _Draft, row: dict[str, str], path: Path, line: int) -> list[MarkError]:
    """Check the filled cells, also against those of earlier rows of the mark."""
    problems = []
    for name in FIELDS:
        if not row.get(name):
            continue
        try:
            value = check_field(name, row[name])
        except MarkError as error:
            problems.append(MarkError(error.message, place=f"{path}:{line}", remedy=error.remedy))
            continue
        known, known_line = draft.values.setdefault(name, (value, line))
        if known != value:
            message = f"{name} differs from line {known_line}, which describes the same mark"
            remedy = "Make both rows say the same, leave one cell empty, or use another id."
            problems.append(MarkError(message, place=f"{path}:{line}", remedy=remedy))
    return problems


def _source_of(id_: str, draft: _Draft) -> MarkSource:
    values = {name: value for name, (value, _) in draft.values.items()}
    mark = make_mark({"id": id_, "name": id_, **values})
    return MarkSource(mark, (*draft.pictures,), draft.place, (*draft.pictures.values(),))
