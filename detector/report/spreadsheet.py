"""Findings as an Excel workbook with a picture in each row, for people who work in spreadsheets."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from detector.disk_space import full_disk_named
from detector.errors import MissingExtra
from detector.pictures.worker import ReadWorker
from detector.records import Listing, Pixels
from detector.report.cut_outs import cut_outs
from detector.report.tables import printable, ranked
from detector.serialise.csv_rows import CSV_HEADER, NUMBERS, finding_rows
from detector.settings import ReaderSettings

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

MAX_PICTURES = 2000
"""Findings with pictures in one workbook: programs open more of them slowly or not at all."""

_READING = ReaderSettings()
_PICTURE_SIDE = 96  # pixels
_ROW_HEIGHT, _PICTURE_WIDTH = 76.0, 15.0  # points; characters
_WIDTHS = {"path": 40.0, "name": 20.0, "alterations": 30.0, "reasons": 60.0, "message": 40.0}
_MAX_CELL = 32_767  # characters that Excel reads


def check_spreadsheets() -> None:
    """Raise `MissingExtra` where the extra `xlsx` is not installed."""
    if find_spec("xlsxwriter") is None:
        raise MissingExtra("xlsxwriter", "xlsx")


def write_spreadsheet(
    listings: Iterable[Listing], path: Path, reading: ReaderSettings = _READING
) -> Path:
    """Write a workbook: a row for each finding, best first, and one for a photo without any.

    The columns are those of CSV, behind a picture of what was found. Every cell is a text or a
    number, never a formula. Raises `OSError` when the file cannot be written, `DiskFull` when there
    is no room, `MissingExtra` where the extra `xlsx` is not installed.
    """
    check_spreadsheets()
    import xlsxwriter

    with full_disk_named(path), ReadWorker(reading) as reader:
        book = xlsxwriter.Workbook(path, {"in_memory": True})
        sheet = book.add_worksheet("Findings")
        _write_header(sheet, book.add_format({"bold": True}))
        row, pictured = 1, 0
        for listing in ranked(listings):
            pictures = cut_outs(listing, reader) if pictured < MAX_PICTURES else ()
            for number, cells in enumerate(finding_rows(listing)):
                picture = pictures[number] if number < len(pictures) else None
                _write_row(sheet, row, cells, picture)
                row, pictured = row + 1, pictured + (picture is not None)
        sheet.autofilter(0, 0, max(1, row - 1), len(CSV_HEADER))
        book.close()
    return path


def _write_header(sheet: Worksheet, bold: object) -> None:
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 0, _PICTURE_WIDTH)
    for column, name in enumerate(("picture of the finding", *CSV_HEADER)):
        sheet.write_string(0, column, name, bold)
        if name in _WIDTHS:
            sheet.set_column(column, column, _WIDTHS[name])


def _write_row(
    sheet: Worksheet, row: int, cells: Mapping[str, str], picture: Pixels | None
) -> None:
    if picture is not None:
        sheet.set_row(row, _ROW_HEIGHT)
        options = {"image_data": _png(picture), "x_offset": 2, "y_offset": 2, "object_position": 1}
        sheet.insert_image(row, 0, "finding.png", options)
    for column, name in enumerate(CSV_HEADER, 1):
        text = cells.get(name, "")
        if text and name in NUMBERS:
            sheet.write_number(row, column, float(text))
        elif text:
            sheet.write_string(row, column, printable(text)[:_MAX_CELL])


def _png(pixels: Pixels) -> io.BytesIO:
    """A picture as a PNG file, shrunk to the height of a row."""
    image = Image.fromarray(np.ascontiguousarray(pixels))
    image.thumbnail((_PICTURE_SIDE, _PICTURE_SIDE), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file
