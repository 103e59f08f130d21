from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from detector.records import Listing
from detector.report.tables import (
    CSV_HEADER,
    csv_rows,
    printable,
    ranked,
    ranked_table,
    verdict_words,
)


def shown(listings, width=200):
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(ranked_table(listings))
    return console.file.getvalue()


def test_ranked_best_first_then_unread_then_clean(scene):
    order = ranked(reversed(scene.listings))
    scores = [one.findings[0].score for one in order if one.findings]
    assert scores == sorted(scores, reverse=True)
    assert [bool(one.findings) for one in order] == [True] * 7 + [False] * 6
    assert [one.status for one in order[7:]] == ["partial", "refused", "ok", "ok", "ok", "ok"]


def test_table_says_what_was_found_and_what_was_not_read(scene):
    text = shown(scene.listings)
    assert text.count("Norrvik") == 3
    assert "0.93" in text
    assert "identical copy, authorised" in text
    assert "review (refused)" in text
    assert "over the limit" in text


def test_table_names_the_common_folder_once(scene):
    deep = [
        replace(one, path=f"/shop/new [in]/{number}/a.jpg")
        for number, one in enumerate(scene.listings)
    ]
    lines = shown(deep).splitlines()
    assert lines[0].strip() == "Photos in /shop/new [in]"
    assert sum("/shop/" in line for line in lines) == 1
    assert any(line.startswith("0/a.jpg") for line in lines)
    mixed = [replace(deep[0], path="a.jpg"), replace(deep[1], path="/b.jpg")]
    assert "Photos in" not in shown(mixed)


def test_table_shows_names_as_they_are(scene):
    first = scene.listings[0]
    sly = replace(first.findings[0], name="[red]Nor[/red]\x1b[31m\u202e")
    text = shown([replace(first, findings=(sly,))])
    assert "[red]Nor[/red]" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


@given(st.text())
def test_printable_is_printable_and_keeps_length(text):
    assert printable(text).isprintable()
    assert len(printable(text)) == len(text)
    assert not text.isprintable() or printable(text) == text


def test_rows_fit_the_header_and_hold_the_finding(scene):
    rows = csv_rows(scene.listings[5])
    assert [len(row) for row in rows] == [len(CSV_HEADER)] * 2
    cells = dict(zip(CSV_HEADER, rows[1], strict=True))
    assert (cells["mark"], cells["score"], cells["authorised"]) == ("fenn-tea", "0.8100", "no")
    assert cells["alterations"] == "recoloured"
    assert float(cells["x0"]) == pytest.approx(scene.listings[5].findings[1].box[0], abs=0.051)


def test_photo_without_findings_has_one_row_with_its_message(scene):
    (row,) = csv_rows(next(one for one in scene.listings if one.status == "refused"))
    cells = dict(zip(CSV_HEADER, row, strict=True))
    assert cells["status"] == "refused"
    assert cells["message"].startswith("31,000")
    assert cells["mark"] == cells["score"] == ""


@pytest.mark.parametrize("start", list("=+-@\t\r"))
def test_formulas_are_disarmed(scene, start):
    first = scene.listings[0]
    sly = replace(first.findings[0], name=f"{start}1+1", mark=f"{start}2", reasons=(f"{start}3",))
    (row,) = csv_rows(replace(first, path=f"{start}cmd|' /C calc'!A0", findings=(sly,)))
    assert not [cell for cell in row if cell.startswith(start)]
    assert f"'{start}1+1" in row


def test_negative_coordinates_stay_numbers(scene):
    first = scene.listings[0]
    outside = replace(first.findings[0], box=(-3.25, -1.0, 5.0, 6.0))
    (row,) = csv_rows(replace(first, findings=(outside,)))
    assert dict(zip(CSV_HEADER, row, strict=True))["x0"] == "-3.2"


@given(st.text(st.characters(exclude_characters="\0")))
def test_any_path_can_be_written_and_read_back(path):
    (row,) = csv_rows(Listing(path, "error", "review"))
    file = io.StringIO(newline="")
    csv.writer(file).writerow(row)
    file.getvalue().encode("utf-8")
    assert next(csv.reader(io.StringIO(file.getvalue(), newline=""))) == list(row)


def test_verdict_words(scene):
    first = scene.listings[0].findings[0]
    assert verdict_words(first) == "identical copy"
    assert verdict_words(replace(first, authorised=True)) == "identical copy, authorised"
