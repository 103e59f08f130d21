"""The rows of manifests in every file format that shops export: CSV, TSV, JSON and XML."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from detector.errors import MarkError, UsageError
from detector.jobs.shop_columns import LAYOUTS, OWN_COLUMNS, layout_of
from detector.marks.table_text import by_column, columns_of, read_text, rows_and_problems

HEADER_ROWS = 5
"""Rows in which the names of columns may stand: some exports begin with notes and with labels."""

_JSON_LINE = 'Write one object a line, such as {"path": "mug.jpg", "title": "A mug"}'
_ROW_NUMBERS = re.compile(r"(unnamed:_\d+)?")  # columns that pandas adds


@dataclass(frozen=True, slots=True)
class Row:
    """What one row says by column, and where it stands, as `file:line`.

    `problem` says why nothing can be taken from it, and what to do; "" where it can.
    """

    place: str
    values: Mapping[str, object] = field(default_factory=dict)
    problem: str = ""


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a manifest; one that is broken has a `problem` instead of values.

    Names of columns are in lower case, with `_` for blanks. Raises `UsageError` with place and
    remedy for a file of which nothing can be read.
    """
    try:
        yield from _READERS[path.suffix.lower()](read_text(path), path)
    except MarkError as error:  # what reads the files of marks reads the text
        raise UsageError(error.message, place=error.place, remedy=error.remedy) from error


def _table_rows(text: str, path: Path) -> Iterator[Row]:
    """Yield the rows below the header, which is the last of the first few that fits."""
    listed = list(rows_and_problems(text, path))
    columns, first = _find_header(listed, path)
    for line, cells in listed[first:]:
        place = f"{path}:{line}"
        if isinstance(cells, MarkError):
            yield _broken(place, cells)
            continue
        try:
            yield Row(place, by_column(columns, cells))
        except MarkError as error:
            yield _broken(place, error)


def _find_header(
    listed: list[tuple[int, list[str] | MarkError]], path: Path
) -> tuple[list[str], int]:
    """The names of the columns, and the number of the first row below them."""
    found: tuple[list[str], int] | None = None
    place = f"{path}:{listed[0][0] if listed else 1}"
    for number, (line, cells) in enumerate(listed[:HEADER_ROWS]):
        columns = columns_of(cells) if isinstance(cells, list) else []
        count = _known_count(columns)
        # Labels for people may stand above the names; a cell of data may look like one name.
        if count and (found is None or count >= max(2, _known_count(found[0]))):
            found, place = (columns, number + 1), f"{path}:{line}"
    if found is None:
        exports = ", ".join(layout.name for layout in LAYOUTS[1:])
        remedy = f"Begin the file with the line: {','.join(OWN_COLUMNS)}; or give {exports}."
        raise UsageError("there is no column 'path'", place=place, remedy=remedy)
    _check_columns(found[0], place)
    return found


def _known_count(columns: list[str]) -> int:
    """How many columns of a layout there are, 0 where none names pictures."""
    layout = layout_of(columns)
    return len({*columns}.intersection(layout.columns)) if layout else 0


def _check_columns(columns: list[str], place: str) -> None:
    layout = layout_of(columns)
    for name in layout.columns if layout else ():
        if columns.count(name) > 1:
            raise UsageError(f"column {name!r} comes twice", place=place, remedy="Remove one.")


def _json_rows(text: str, path: Path) -> Iterator[Row]:
    """Yield the objects of JSON Lines, or of one JSON array; a `.json` may be one object."""
    if text.lstrip().startswith("["):
        yield from _array_rows(text, path)
        return
    if path.suffix.lower() == ".json":
        yield _object_row(text, f"{path}:1")
        return
    # Not splitlines: a JSON text may hold other characters that end a line.
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield _object_row(line, f"{path}:{number}")


def _array_rows(text: str, path: Path) -> Iterator[Row]:
    """Yield the objects of a JSON array, each with the line on which it begins."""
    decoder, at = json.JSONDecoder(parse_constant=_nothing), text.index("[") + 1
    while True:
        at = _skip(text, at, ",")
        place = f"{path}:{text.count(chr(10), 0, at) + 1}"
        if text.startswith("]", at):
            return
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            yield Row(place, problem=f"the rest of this file is not JSON. {_JSON_LINE}")
            return
        yield _row_of(value, place)


def _skip(text: str, at: int, signs: str) -> int:
    while at < len(text) and (text[at].isspace() or text[at] in signs):
        at += 1
    return at


def _object_row(line: str, place: str) -> Row:
    try:
        return _row_of(json.loads(line, parse_constant=_nothing), place)
    except (ValueError, RecursionError):
        return Row(place, problem=f"this line is not a JSON object. {_JSON_LINE}")


def _nothing(_: str) -> None:
    """What NaN says, which pandas writes for an empty cell."""


def _row_of(value: object, place: str) -> Row:
    if not isinstance(value, dict):
        return Row(place, problem=f"this is not a JSON object. {_JSON_LINE}")
    return Row(place, dict(zip(columns_of(list(value)), value.values(), strict=False)))


def _xml_rows(text: str, path: Path) -> Iterator[Row]:
    """Yield the items of a product feed (RSS 2.0 or Atom), whatever namespace their fields have."""
    loud = text.upper()
    if "<!DOCTYPE" in loud or "<!ENTITY" in loud:
        message = "it declares a document type or entities, which product feeds need not"
        raise UsageError(message, place=str(path), remedy="Export the feed again.")
    try:
        tree = ET.fromstring(text.lstrip())
    except (ET.ParseError, ValueError) as error:
        remedy = "Export the feed again."
        raise UsageError(f"broken XML: {error}", place=str(path), remedy=remedy) from error
    items = [item for item in tree.iter() if _local(item) in ("item", "entry")]
    if not items:
        remedy = "Give a product feed with <item> or <entry>, or a CSV file."
        raise UsageError("there are no products in it", place=str(path), remedy=remedy)
    for number, item in enumerate(items, 1):
        yield Row(f"{path}: item {number}", _fields_of(item))


def _fields_of(item: ET.Element) -> dict[str, object]:
    """The texts of an item by name; a list where a name comes several times."""
    fields: dict[str, list[str]] = {}
    for part in item:
        text = "".join(part.itertext()).strip()
        fields.setdefault(_local(part), []).append(text)
    return {name: texts if len(texts) > 1 else texts[0] for name, texts in fields.items()}


def _local(element: ET.Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2].lower()


def _broken(place: str, error: MarkError) -> Row:
    return Row(place, problem=f"{error.message}. {error.remedy}")


_READERS: dict[str, Callable[[str, Path], Iterator[Row]]] = {
    ".csv": _table_rows,
    ".tsv": _table_rows,
    ".txt": _table_rows,
    ".jsonl": _json_rows,
    ".ndjson": _json_rows,
    ".json": _json_rows,
    ".xml": _xml_rows,
}

SUFFIXES = tuple(_READERS)
"""Suffixes of manifests."""
