"""A CSV with a header `image,mark,boxes`, perhaps `source`; several rows may name one photo."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from detector.errors import MarkError
from detector.evaluation.datasets.files import head_of, read_text
from detector.evaluation.datasets.label_collector import LabelCollector, Labels
from detector.evaluation.datasets.names import says_no_mark
from detector.marks.table_text import by_column, columns_of, rows

COLUMNS = ("image", "mark", "boxes", "source")
_REQUIRED = ("image", "mark")
_Row = tuple[str, dict[str, str]]


def fits(path: Path) -> bool:
    """Whether this is a CSV file, or a folder with one whose header names image and mark."""
    return any(_has_header(head_of(file), file) for file in _files(path))


def read(path: Path) -> Labels:
    """Read the photos of a CSV, or of every CSV in a folder; images are relative to the CSV.

    An empty `boxes` does not say where the mark is; an empty `mark` says that there is none, unless
    other rows of the file say so by a name, such as `no-logo`. Raises `DatasetError` for a file
    that cannot be read.
    """
    collector = LabelCollector()
    for file in _files(path):
        rows_read = list(_rows(file, collector))
        by_name = any(says_no_mark(row.get("mark", "")) for _, row in rows_read)
        for place, row in rows_read:
            _add(collector, file.parent, place, row, empty_is_clean=not by_name)
    return collector.finish()


def split_boxes(cell: str) -> list[list[str]]:
    """Split `x0 y0 x1 y1; x0 y0 x1 y1` into the four texts of every box."""
    return [part.replace(",", " ").split() for part in cell.split(";") if part.strip()]


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for file in path.iterdir() if file.suffix.lower() == ".csv")
    return [path] if path.suffix.lower() == ".csv" else []


def _has_header(head: str, file: Path) -> bool:
    """Whether the first row of a text that may be cut off names image and mark."""
    with suppress(MarkError):
        _, header = next(rows(head, file), (1, []))
        return set(_REQUIRED) <= set(columns_of(header))
    return False


def _rows(file: Path, collector: LabelCollector) -> Iterator[_Row]:
    """Every row that has content: its place, and its cells by column."""
    lines = rows(read_text(file), file)
    try:
        first, header = next(lines, (1, []))
        columns = columns_of(header)
        if not set(_REQUIRED) <= set(columns):
            collector.refuse(f"{file}:{first}", "no columns image and mark in the first line")
            return
        for name in columns:
            if name and name not in COLUMNS:
                collector.refuse(f"{file}:{first}", f"unknown column {name[:40]!r} is not read")
        for line, cells in lines:
            yield from _row(columns, cells, f"{file}:{line}", collector)
    except MarkError as error:
        collector.refuse(error.place, f"{error.message}; nothing is read from here on")


def _row(
    columns: list[str], cells: list[str], place: str, collector: LabelCollector
) -> Iterator[_Row]:
    try:
        yield place, by_column(columns, cells)
    except MarkError as error:
        collector.refuse(place, error.message)


def _add(
    collector: LabelCollector,
    folder: Path,
    place: str,
    row: dict[str, str],
    *,
    empty_is_clean: bool,
) -> None:
    """Add one row to the collector."""
    mark, source, boxes = row.get("mark", ""), row.get("source", ""), row.get("boxes", "")
    if not row.get("image"):
        collector.refuse(place, "the row names no image")
        return
    photo = folder / row["image"].replace("\\", "/")
    if boxes and not mark:
        collector.lose(photo, "", place, "a box without a mark")
    elif not mark and not (empty_is_clean and "mark" in row):
        collector.lose(photo, "", place, "the row names no mark")
    elif not mark:
        collector.describe(photo, place, source)
    for numbers in split_boxes(boxes) if mark else []:
        collector.label(photo, mark, place, numbers, source=source)
    if mark and not boxes:
        collector.label(photo, mark, place, source=source)
