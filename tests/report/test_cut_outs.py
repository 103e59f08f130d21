"""Findings as pictures: a folder of cut-outs, and a workbook with one in each row."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from openpyxl import load_workbook
from PIL import Image

from detector.errors import MissingExtra
from detector.records import Listing
from detector.report.cut_outs import write_cut_outs
from detector.report.spreadsheet import check_spreadsheets, write_spreadsheet
from detector.serialise.csv_rows import CSV_HEADER


@pytest.fixture
def halves(scene, tmp_path) -> Listing:
    """A photo whose left half is red, with a finding there and one outside of it."""
    path = tmp_path / "=red é.png"
    pixels = np.full((40, 60, 3), 255, np.uint8)
    pixels[:, :30] = (200, 0, 0)
    Image.fromarray(pixels).save(path)
    first = scene.listings[0].findings[0]
    left = replace(first, box=(-5.0, 10.2, 29.6, 30.0), fingerprint="left")
    outside = replace(first, box=(70.0, 0.0, 90.0, 40.0), fingerprint="none")
    return Listing(str(path), "ok", "block", findings=(left, outside), width=60, height=40)


def test_findings_are_cut_out_by_their_boxes(halves, tmp_path):
    assert write_cut_outs([halves], tmp_path / "crops") == 1
    (path,) = (tmp_path / "crops").rglob("*.png")
    assert path.relative_to(tmp_path / "crops") == Path("norrvik", "_red_é-left.png")
    cut = np.asarray(Image.open(path))
    assert cut.shape == (20, 30, 3)
    assert (cut == (200, 0, 0)).all()


def test_a_photo_that_has_changed_or_gone_gives_no_cut_out(halves, tmp_path):
    changed, gone = replace(halves, digest="another"), replace(halves, path=str(tmp_path / "gone"))
    assert write_cut_outs([changed, gone], tmp_path / "crops") == 0


def test_names_of_marks_stay_in_the_folder(halves, tmp_path):
    findings = tuple(
        replace(halves.findings[0], mark=mark, fingerprint=f"f{number}")
        for number, mark in enumerate(("../up", "a/b", "..", "con:"))
    )
    assert write_cut_outs([replace(halves, findings=findings)], tmp_path / "crops") == 4
    assert len(list((tmp_path / "crops").rglob("*.png"))) == 4
    assert not list(tmp_path.glob("*-f*.png"))


def test_a_workbook_has_a_row_and_a_picture_for_each_finding(halves, scene, tmp_path):
    path = write_spreadsheet([halves, *scene.listings[-2:]], tmp_path / "found.xlsx")
    sheet = load_workbook(path).active
    header, first, second, *rest = sheet.iter_rows(values_only=True)
    assert header[1:] == CSV_HEADER
    cells = dict(zip(CSV_HEADER, first[1:], strict=True))
    assert (cells["path"], cells["mark"]) == (halves.path, "norrvik")
    assert cells["score"] == pytest.approx(halves.findings[0].score, abs=1e-4)
    assert cells["x0"] == -5
    assert len(rest) == 2
    (image,) = sheet._images
    assert image.anchor._from.row == 1
    assert second[1] == halves.path


def test_no_cell_is_a_formula(tmp_path):
    odd = Listing("=1+1", "error", "review", "@SUM(A1)\x07", external_id="+7")
    sheet = load_workbook(write_spreadsheet([odd], tmp_path / "odd.xlsx")).active
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row} <= {"s", "n"}
    cells = [cell.value for cell in sheet[2]]
    assert {"=1+1", "+7"} <= set(cells)


def test_a_workbook_needs_its_extra(monkeypatch):
    check_spreadsheets()
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(MissingExtra, match=r"detector\[xlsx\]"):
        check_spreadsheets()
