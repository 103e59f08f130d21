"""CSV files that people and programs write: their text, rows and columns."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from detector.errors import MarkError

MAX_TEXT_BYTES = 64_000_000
MOST_BROKEN = 1000
"""Broken rows after which the rest of a table is not read: each may run to its end."""

SEPARATORS = ",;\t|"
_QUOTES = 'Put a cell with quotes or line breaks in "..." and double the quotes in it.'
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)  # of Excel, above the header


def read_text(path: Path, max_bytes: int = MAX_TEXT_BYTES) -> str:
    """Read the text of a UTF-8 file, with or without byte order mark, or of UTF-16 with one.

    Raises `MarkError` for a file that cannot be read, is larger or holds other bytes.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(max_bytes + 1)
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise MarkError(reason, place=str(path), remedy="Check name and permissions.") from error
    if len(data) > max_bytes:
        message = f"larger than {max_bytes:,} bytes"
        raise MarkError(message, place=str(path), remedy="Split it into several files.")
    is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise MarkError(
            "this is not whole UTF-16 text" if is_wide else "this is not UTF-8 text",
            place=f"{path}:{line}",
            remedy='Save it as UTF-8 (in Excel: "CSV UTF-8", in Notepad: "Encoding: UTF-8").',
        ) from error


def rows(text: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a CSV as (line, cells); lines count from 1.

    Blank rows are skipped. The separator is the most frequent of `SEPARATORS` in the header, or
    what a line `sep=;` above it says. Raises `MarkError`, which names the file `path`, where the
    quotes of a cell are wrong.
    """
    for line, cells in rows_and_problems(text, path):
        if isinstance(cells, MarkError):
            raise cells
        yield line, cells


def rows_and_problems(text: str, path: Path) -> Iterator[tuple[int, list[str] | MarkError]]:
    """Yield the rows of a CSV as `rows` does, and an error in place of each that is broken.

    Reading goes on in the line below a broken row. Where cells are separated by tabs, quotes that
    make no sense are part of the text, as programs that write such files do not put any around it.
    """
    # One limit for the whole process, which is only ever raised: 131,072 letters are fewer than
    # descriptions have.
    csv.field_size_limit(max(csv.field_size_limit(), MAX_TEXT_BYTES))
    lines = list(io.StringIO(text, newline=""))
    start, delimiter = _header(lines)
    broken = 0
    for line, cells in _parsed(lines, start, delimiter):
        if isinstance(cells, list):
            if any(cell.strip() for cell in cells):
                yield line, cells
            continue
        broken += 1
        yield line, MarkError(f"broken CSV: {cells}", place=f"{path}:{line}", remedy=_QUOTES)
        if broken == MOST_BROKEN:
            message = f"the rest is not read, for {MOST_BROKEN:,} rows are broken"
            yield line, MarkError(message, place=f"{path}:{line}", remedy=_QUOTES)
            return


def _header(lines: Sequence[str]) -> tuple[int, str]:
    """The number of the first line that counts, from 0, and the separator of cells."""
    first = next((n for n, line in enumerate(lines) if line.strip("\r\n")), len(lines))
    header = lines[first] if first < len(lines) else ""
    if told := _SEPARATOR_LINE.fullmatch(header):
        return first + 1, told[1]
    return first, max(SEPARATORS, key=header.count)


def _parsed(
    lines: Sequence[str], start: int, delimiter: str
) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """Yield each row with its line from 1, an error for one with wrong quotes."""
    while start < len(lines):
        below = (lines[number] for number in range(start, len(lines)))
        reader, begun = csv.reader(below, delimiter=delimiter, strict=True), start
        try:
            for cells in reader:
                _check_cells(cells, delimiter)
                yield start + 1, cells
                start = begun + reader.line_num
            return
        except csv.Error as error:
            yield start + 1, lines[start].rstrip("\r\n").split("\t") if delimiter == "\t" else error
            start += 1


def _check_cells(cells: Sequence[str], delimiter: str) -> None:
    """Raise csv.Error for a cell that begins with a quote and so swallowed the rows below it."""
    if delimiter == "\t" and any("\t" in cell and "\n" in cell for cell in cells):
        raise csv.Error("a quote that is not closed")


def columns_of(header: Sequence[str]) -> list[str]:
    """The names of the columns in a header row: in lower case, with `_` for blanks and hyphens.

    Empty columns at the end are left out; others have the name "".
    """
    names = [re.sub(r"[\s-]+", "_", cell.strip().lower()) for cell in header]
    while names and not names[-1]:
        names.pop()
    return names


def by_column(columns: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """The stripped cells of a row by column; a short row lacks the last columns.

    Cells of columns without a name are left out, such as the row numbers that pandas writes. Raises
    `MarkError` without a place for a row that has more filled cells than there are columns.
    """
    stripped = [cell.strip() for cell in cells]
    if any(stripped[len(columns) :]):
        message = f"the row has {len(cells)} cells, the header {len(columns)}"
        raise MarkError(message, remedy='Put a cell that contains the separator in quotes "...".')
    return {name: cell for name, cell in zip(columns, stripped, strict=False) if name}
