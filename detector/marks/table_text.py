"""Tables that people write: the text of a UTF-8 file, and the rows of a CSV in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from detector.errors import MarkError

MAX_TEXT_BYTES = 64_000_000
_QUOTES = 'Put a cell with quotes or line breaks in "..." and double the quotes in it.'


def read_text(path: Path, max_bytes: int = MAX_TEXT_BYTES) -> str:
    """Read the text of a UTF-8 file, with or without byte order mark.

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
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise MarkError(
            "this is not UTF-8 text",
            place=f"{path}:{line}",
            remedy='Save it as UTF-8 (in Excel: "CSV UTF-8", in Notepad: "Encoding: UTF-8").',
        ) from error


def rows(text: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Split a CSV into the line on which each row starts, from 1, and its cells.

    Blank rows are left out. The separator is whichever of `,`, `;` and tab the header has most of.
    Raises `MarkError` where the quotes of a cell are wrong; `path` is the file it names.
    """
    first = text.lstrip("\r\n").splitlines()[:1]
    delimiter = max(",;\t", key=first[0].count) if first else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise MarkError(f"broken CSV: {error}", place=f"{path}:{line}", remedy=_QUOTES) from error


def columns_of(header: Sequence[str]) -> list[str]:
    """The names in a header row, in lower case, without blanks round them."""
    return [cell.strip().lower() for cell in header]


def by_column(columns: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """The cells of a row by column, without blanks round them; a short row lacks the last ones.

    Raises `MarkError` without a place for a row that has more cells than there are columns.
    """
    if len(cells) > len(columns):
        message = f"the row has {len(cells)} cells, the header {len(columns)}"
        raise MarkError(message, remedy='Put a cell that contains the separator in quotes "...".')
    return {name: cell.strip() for name, cell in zip(columns, cells, strict=False)}
