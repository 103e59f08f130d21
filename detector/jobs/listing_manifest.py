"""Manifests: CSV or JSON Lines files that list photos with what goes online beside them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from detector.errors import MarkError, UsageError
from detector.jobs.submission import require_words_extra
from detector.marks.table_text import by_column, columns_of, read_text, rows
from detector.pipeline.listing_text import classes_of
from detector.records import Submission

TEXTS = ("title", "description", "category", "brand", "seller")
COLUMNS = ("path", *TEXTS, "classes", "external_id")
ID = "id"
"""Short for `external_id`, where that is not there."""
SUFFIXES = (".csv", ".jsonl")

Row = tuple[str, Mapping[str, object]]
"""Where a row stands, as `file:line`, and what it says by column."""


def is_listing_manifest(path: Path) -> bool:
    """Whether a path that a user gave names a manifest; whether it is there is seen on reading."""
    return path.suffix.lower() in SUFFIXES and not path.is_dir()


def read_listing_manifest(path: Path) -> list[Submission]:
    """Read every row of a manifest, in order; paths of photos are relative to its folder.

    Only `path` is required, other columns than `COLUMNS` and `ID` are ignored. Whether a photo is
    there is not looked at. Raises `UsageError` with file, line and remedy for the first thing that
    is wrong, `MissingExtra` for a text where the extra `words` is not installed.
    """
    try:
        text = read_text(path)
        listed = _from_csv(text, path) if path.suffix.lower() == ".csv" else _from_json(text, path)
        return [_submission(place, row, path.parent) for place, row in listed]
    except MarkError as error:  # what reads the files of marks reads the text
        raise UsageError(error.message, place=error.place, remedy=error.remedy) from error


def _from_csv(text: str, path: Path) -> Iterator[Row]:
    """Yield the rows below the header; cells are separated by `,`, `;` or tab."""
    lines = rows(text, path)
    first, header = next(lines, (1, []))
    columns = columns_of(header)
    _check_header(columns, f"{path}:{first}")
    for line, cells in lines:
        place = f"{path}:{line}"
        try:
            yield place, by_column(columns, cells)
        except MarkError as error:
            raise UsageError(error.message, place=place, remedy=error.remedy) from error


def _check_header(columns: list[str], place: str) -> None:
    if "path" not in columns:
        remedy = f"Begin the file with the line: {','.join(COLUMNS)}"
        raise UsageError("there is no column 'path'", place=place, remedy=remedy)
    for name in (*COLUMNS, ID):
        if columns.count(name) > 1:
            raise UsageError(f"column {name!r} comes twice", place=place, remedy="Remove one.")


def _from_json(text: str, path: Path) -> Iterator[Row]:
    # Not splitlines: a JSON text may hold other characters that end a line.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        place = f"{path}:{number}"
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            row = error
        if not isinstance(row, dict):
            remedy = 'Write one object a line, such as {"path": "mug.jpg", "title": "A mug"}'
            raise UsageError("this line is not a JSON object", place=place, remedy=remedy)
        yield place, row


def _submission(place: str, row: Mapping[str, object], folder: Path) -> Submission:
    path = _text("path", row.get("path"), place)
    if not path:
        remedy = "Name the photo under 'path', relative to this file."
        raise UsageError("the row names no photo", place=place, remedy=remedy)
    classes = row.get("classes")
    submission = Submission(
        folder / path,
        **{name: _text(name, row.get(name), place) for name in TEXTS},
        classes=() if classes is None else classes_of(classes, place),
        external_id=_id(row, place),
    )
    require_words_extra(submission)
    return submission


def _id(row: Mapping[str, object], place: str) -> str:
    """The caller's own name of a row; a whole number is one too."""
    name = "external_id" if "external_id" in row else ID
    value = row.get(name)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number else _text(name, value, place)


def _text(name: str, value: object, place: str) -> str:
    """A text of a row, "" where there is none."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise UsageError(f"{name!r} is not a text", place=place, remedy="Put it in quotes.")
    return value
