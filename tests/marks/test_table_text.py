"""The one reader of tables: of marks, of listings and of labelled photos."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.errors import MarkError
from detector.evaluation.datasets import table
from detector.jobs.listing_manifest import read_listing_manifest
from detector.marks.registry import load_marks
from detector.marks.table_text import (
    MOST_BROKEN,
    by_column,
    columns_of,
    read_text,
    rows,
    rows_and_problems,
)

PLACE = Path("t.csv")
CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=9)


@given(st.lists(st.lists(CELL, min_size=2, max_size=4), max_size=5), st.sampled_from(",;|"))
def test_what_a_spreadsheet_writes_is_read_with_its_lines(table, separator):
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=separator)
    writer.writerows([["a", "b"], *table])
    found = list(rows(file.getvalue(), PLACE))
    wanted = [["a", "b"], *(row for row in table if any(cell.strip() for cell in row))]
    assert [cells for _, cells in found] == wanted
    lines = [line for line, _ in found]
    assert lines == sorted(set(lines))


def test_cells_are_told_by_column():
    columns = columns_of([" Image", "MARK "])
    assert columns == ["image", "mark"]
    assert by_column(columns, [" a.png ", ""]) == {"image": "a.png", "mark": ""}
    assert by_column(columns, ["a.png"]) == {"image": "a.png"}
    with pytest.raises(MarkError, match="the row has 3 cells, the header 2"):
        by_column(columns, ["a", "b", "c"])
    assert by_column(columns, ["a", "b", " ", ""]) == {"image": "a", "mark": "b"}
    assert columns_of(["", "Image Src", "A-b", " ", ""]) == ["", "image_src", "a_b"]
    assert by_column(["", "path"], ["0", "a.png"]) == {"path": "a.png"}


def test_a_line_for_excel_says_the_separator():
    for first in ("sep=;", '"sep=;"', "SEP=;"):
        text = f"{first}\r\na;b,c,d\r\n1;2\r\n"
        assert list(rows(text, PLACE)) == [(2, ["a", "b,c,d"]), (3, ["1", "2"])]


def test_cells_may_be_as_long_as_descriptions_are():
    ((_, _), (_, cells)) = rows(f"a,b\n{'x' * 200_000},y\n", PLACE)
    assert len(cells[0]) == 200_000


def test_reading_goes_on_below_a_broken_row():
    found = list(rows_and_problems('a,b\n"x,1\ny,2\n"p"q,3\n"z\nz",4\n', PLACE))
    assert [(line, cells) for line, cells in found if isinstance(cells, list)] == [
        (1, ["a", "b"]),
        (3, ["y", "2"]),
        (5, ["z\nz", "4"]),
    ]
    broken = [cells for _, cells in found if isinstance(cells, MarkError)]
    assert [error.place for error in broken] == ["t.csv:2", "t.csv:4"]
    with pytest.raises(MarkError, match="broken CSV"):
        list(rows('a,b\n"x,1\ny,2\n', PLACE))


def test_a_table_that_is_broken_throughout_ends_with_an_error():
    found = list(rows_and_problems("a,b\n" + '"x,1\n' * (2 * MOST_BROKEN + 1), PLACE))
    assert len(found) == MOST_BROKEN + 2
    assert "the rest is not read" in found[-1][1].message


def test_quotes_between_tabs_may_be_text():
    text = 'a\tb\n"Best" mug\t1\n"Big\t2\n27" screen\tSmall"\n"two\nlines"\t3\n"a ""b"""\t4\n'
    assert [cells for _, cells in rows(text, PLACE)][1:] == [
        ['"Best" mug', "1"],
        ['"Big', "2"],
        ['27" screen', 'Small"'],
        ["two\nlines", "3"],
        ['a "b"', "4"],
    ]


def test_texts_that_are_too_large_or_no_text_are_refused(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(b"\xef\xbb\xbfa,b\n")
    assert read_text(path) == "a,b\n"
    with pytest.raises(MarkError, match=r"larger than 3 bytes\. Split it"):
        read_text(path, 3)
    path.write_bytes(b"a,b\nc,\xe9\n")
    with pytest.raises(MarkError, match=r"t\.csv:2: this is not UTF-8 text"):
        read_text(path)
    path.write_bytes("a,é\n".encode("utf-16"))
    assert read_text(path) == "a,é\n"
    path.write_bytes("a,é\n".encode("utf-16")[:-1])
    with pytest.raises(MarkError, match="not whole UTF-16 text"):
        read_text(path)
    with pytest.raises(MarkError, match="Check name and permissions"):
        read_text(tmp_path / "none.csv")


@pytest.mark.parametrize("start", ["", "\ufeff", "\n\n", "\r\n"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_tables_of_marks_of_listings_and_of_labels_are_read_alike(tmp_path, start, separator):
    (tmp_path / "a.png").touch()

    def written(*lines: tuple[str, str]) -> Path:
        path = tmp_path / "list.csv"
        text = start + "\n".join(separator.join(cells) for cells in lines)
        path.write_text(text, encoding="utf-8", newline="")
        return path

    (source,) = load_marks([written(('"ID"', "Image"), ("acme", "a.png"))])
    (submission,) = read_listing_manifest(written(('"Path"', "Seller"), ("a.png", "me")))
    labelled = written(('"Image"', "MARK"), ("a.png", "acme"))
    labels = table.read(labelled)
    (photo,) = labels.photos
    assert (*source.pictures, submission.photo, photo.path) == (tmp_path / "a.png",) * 3
    assert (labels.unusable, table.fits(labelled)) == ([], True)
