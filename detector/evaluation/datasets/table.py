"""A CSV with a header `image,mark,boxes`, perhaps `source`; several rows may name one photo."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from detector.evaluation.datasets.files import head_of, read_text
from detector.evaluation.datasets.label_collector import LabelCollector, Labels

COLUMNS = ("image", "mark", "boxes", "source")
_REQUIRED = ("image", "mark")
_Row = tuple[str, dict[str, str]]


def fits(path: Path) -> bool:
    """Return whether this is a CSV, or a folder with one, that has columns image and mark."""
    return any(set(_REQUIRED) <= set(_header(head_of(file))[0]) for file in _files(path))


def read(path: Path) -> Labels:
    """Read the photos of a CSV, or of every CSV in a folder; images are relative to the CSV.

    An empty `boxes` does not say where the mark is; an empty `mark` says that there is none.
    Raises `DatasetError` for a file that cannot be read.
    """
    collector = LabelCollector()
    for file in _files(path):
        rows = list(_rows(file, collector))
        # Marked rows first: then a row that calls the same photo empty is seen as a duplicate.
        for place, row in sorted(rows, key=lambda placed: not placed[1].get("mark")):
            _add(collector, file.parent, place, row)
    return collector.finish()


def split_boxes(cell: str) -> list[list[str]]:
    """Split `x0 y0 x1 y1; x0 y0 x1 y1` into the four texts of every box."""
    return [part.replace(",", " ").split() for part in cell.split(";") if part.strip()]


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for file in path.iterdir() if file.suffix.lower() == ".csv")
    return [path] if path.suffix.lower() == ".csv" else []


def _header(text: str) -> tuple[list[str], str]:
    """The names of the columns and what separates them."""
    first = (text.splitlines() or [""])[0]
    delimiter = max(",;\t", key=first.count)
    return [cell.strip(' "').lower() for cell in first.split(delimiter)], delimiter


def _rows(file: Path, collector: LabelCollector) -> Iterator[_Row]:
    """Every row that has content: its place, and its cells by column."""
    text = read_text(file)
    columns, delimiter = _header(text)
    if not set(_REQUIRED) <= set(columns):
        collector.refuse(f"{file}:1", "no columns image and mark in the first line")
        return
    for name in columns:
        if name not in COLUMNS:
            collector.refuse(f"{file}:1", f"unknown column {name[:40]!r} is not read")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 1
    try:
        for cells in reader:
            if line > 1 and any(cell.strip() for cell in cells):
                yield from _row(columns, cells, f"{file}:{line}", collector)
            line = reader.line_num + 1
    except csv.Error as error:
        collector.refuse(f"{file}:{line}", f"broken CSV from here on: {error}")


def _row(
    columns: list[str], cells: list[str], place: str, collector: LabelCollector
) -> Iterator[_Row]:
    if len(cells) > len(columns):
        collector.refuse(place, f"{len(cells)} cells where the header has {len(columns)}")
    else:
        row = {name: cell.strip() for name, cell in zip(columns, cells, strict=False)}
        yield place, row


def _add(collector: LabelCollector, folder: Path, place: str, row: dict[str, str]) -> None:
    """Add one row to the collector."""
    mark, source, boxes = row.get("mark", ""), row.get("source", ""), row.get("boxes", "")
    if not row.get("image"):
        collector.refuse(place, "the row names no image")
        return
    photo = folder / row["image"].replace("\\", "/")
    if boxes and not mark:
        collector.lose(photo, "", place, "a box without a mark")
    elif not mark:
        collector.photo(photo, place, source)
    for numbers in split_boxes(boxes) if mark else []:
        collector.label(photo, mark, place, numbers, source=source)
    if mark and not boxes:
        collector.label(photo, mark, place, source=source)
