from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.records import Listing, TextFinding
from detector.serialise.csv_rows import CSV_HEADER, csv_rows

from .listings import listings

NAMED = TextFinding(
    "norrvik", "Norrvik", 0.99, "title", 4, 11, "Norrvik", "N0rrvik", ("digit for letter: 0 for o",)
)


@pytest.fixture
def clean(scene) -> Listing:
    """A photo that shows nothing, with a title that names a mark."""
    clean = (listing for listing in scene.listings if listing.status == "ok")
    photo = next(listing for listing in clean if not listing.findings)
    return replace(photo, title="Old N0rrvik mug", text=(NAMED,), decision="block")


def cells_of(listing):
    return [dict(zip(CSV_HEADER, row, strict=True)) for row in csv_rows(listing)]


def test_rows_fit_the_header_and_hold_the_finding(scene):
    rows = csv_rows(scene.listings[5])
    assert [len(row) for row in rows] == [len(CSV_HEADER)] * 2
    cells = dict(zip(CSV_HEADER, rows[1], strict=True))
    assert (cells["mark"], cells["score"], cells["authorised"]) == ("fenn-tea", "0.8100", "no")
    assert cells["alterations"] == "recoloured"
    assert float(cells["x0"]) == pytest.approx(scene.listings[5].findings[1].box[0], abs=0.051)


def test_photo_without_findings_has_one_row_with_its_message(scene):
    (row,) = csv_rows(next(listing for listing in scene.listings if listing.status == "refused"))
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


def test_a_text_has_a_row_in_csv(scene, clean):
    both = replace(clean, findings=scene.listings[0].findings)
    rows = cells_of(both)
    assert [row["where"] for row in rows] == ["photo", "title"]
    assert (rows[0]["start"], rows[0]["end"], rows[0]["reading"]) == ("", "", "")
    cells = rows[1]
    assert (cells["mark"], cells["score"], cells["authorised"]) == ("norrvik", "0.9900", "no")
    assert (cells["start"], cells["end"], cells["reading"]) == ("4", "11", "N0rrvik")
    assert cells["alterations"] == "digit for letter: 0 for o"
    assert cells["x0"] == cells["verdict"] == cells["fingerprint"] == ""


@pytest.mark.parametrize("start", list("=+-@\t\r"))
def test_a_formula_in_a_text_is_disarmed(clean, start):
    sly = replace(NAMED, reading=f"{start}1+1", name=f"{start}2", changes=(f"{start}3",))
    (row,) = csv_rows(replace(clean, text=(sly,)))
    assert not [cell for cell in row if cell.startswith(start)]
    file = io.StringIO(newline="")
    csv.writer(file).writerow(row)
    assert next(csv.reader(io.StringIO(file.getvalue(), newline=""))) == list(row)


def test_columns_keep_their_place():
    assert CSV_HEADER[:10] == (
        *("path", "status", "decision", "mark", "name", "score", "verdict", "authorised"),
        *("where", "x0"),
    )
    assert CSV_HEADER[19:] == (
        *("message", "instance", "expired", "external_id"),
        *("picture", "pictures", "whole_decision"),
    )


def test_instances_expiry_and_the_callers_name_are_told(scene, clean):
    second = replace(scene.listings[0].findings[0], instance=2, expired=True)
    both = replace(clean, findings=(second,), external_id="=A-7")
    photo, text = cells_of(both)
    assert (photo["instance"], photo["expired"], photo["external_id"]) == ("2", "yes", "'=A-7")
    assert (text["instance"], text["expired"], text["external_id"]) == ("", "no", "'=A-7")
    (alone,) = cells_of(Listing("a.jpg", "error", "review", "gone", external_id="A-7"))
    assert (alone["external_id"], alone["mark"], alone["message"]) == ("A-7", "", "gone")


def test_pictures_of_one_listing_say_so():
    alone, second = Listing("a", "ok", "pass"), Listing("b", "ok", "pass", picture=2, pictures=3)
    (row,) = cells_of(replace(second, whole_decision="block"))
    assert (row["picture"], row["pictures"], row["whole_decision"]) == ("2", "3", "block")
    (row,) = cells_of(alone)
    assert (row["picture"], row["pictures"], row["whole_decision"]) == ("", "", "")


@given(listings)
def test_any_listing_has_rows_of_one_width(listing):
    rows = csv_rows(listing)
    assert len(rows) == max(1, len(listing.found))
    assert {len(row) for row in rows} == {len(CSV_HEADER)}
