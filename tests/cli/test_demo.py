"""`demo` runs again and again, and replaces nothing but what it made."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.report.scenes import OVALO

from .conftest import detector


def test_the_demo_runs_again_and_again(shop, tmp_path):
    out = tmp_path / "out"
    words = ("demo", "--out", out, "--marks", shop.mark, "--samples", shop.photos)
    for _ in range(2):
        found = detector(*words)
        assert found.exit_code == 0
        assert "Norrvik" in found.stdout
        assert f"Index: {out / 'index'} (1 marks)" in found.stderr
        assert f"Report: {out / 'report.html'}" in found.stderr
        assert (out / "report.html").stat().st_size > 10_000


def test_the_demo_says_when_it_is_in_the_wrong_folder(shop, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = detector("demo")
    assert found.exit_code == 2
    assert "there are no sample photos here" in found.stderr
    assert list(tmp_path.iterdir()) == []


def everything_in(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def import_into(index: Path, shop) -> None:
    picture = index.parent / "ovalo.png"
    Image.fromarray(OVALO.pixels).save(picture)
    done = detector("marks", "import", picture, "--index", index, "--words")
    assert done.exit_code == 0, done.output


def write_web_extension(index: Path, shop) -> None:
    index.mkdir()
    (index / "manifest.json").write_text('{"manifest_version": 3, "name": "years of work"}')


def write_thesis(index: Path, shop) -> None:
    index.mkdir()
    (index / "thesis.txt").write_text("years of work")


def scan_into(index: Path, shop) -> None:
    words = (shop.clean, "--index", shop.index, "--report", index.parent)
    assert detector("scan", *words).exit_code == 0


@pytest.mark.parametrize("made", [import_into, write_web_extension, write_thesis, scan_into])
def test_the_demo_replaces_nothing_of_anybody_else(shop, tmp_path, made):
    made(tmp_path / "index", shop)
    before = everything_in(tmp_path)
    found = detector("demo", "--out", tmp_path, "--marks", shop.mark, "--samples", shop.photos)
    assert found.exit_code == 2
    assert "Name another folder with --out, or remove it yourself." in found.stderr
    assert everything_in(tmp_path) == before


def test_the_demo_refuses_its_index_once_somebody_has_imported_into_it(shop, tmp_path):
    words = ("demo", "--out", tmp_path, "--marks", shop.mark, "--samples", shop.photos)
    assert detector(*words).exit_code == 0
    import_into(tmp_path / "index", shop)
    assert detector(*words).exit_code == 2
    listed = detector("marks", "list", "--index", tmp_path / "index").stdout
    assert "norrvik" in listed
    assert "ovalo" in listed


def test_the_demo_replaces_its_own_index_and_only_that(shop, tmp_path):
    words = ("demo", "--out", tmp_path, "--samples", shop.photos, "--marks")
    Image.fromarray(OVALO.pixels).save(tmp_path / "ovalo.png")
    assert detector(*words, tmp_path / "ovalo.png").exit_code == 0
    (tmp_path / "index" / "notes.txt").write_text("mine")
    assert detector(*words, shop.mark).exit_code == 0
    listed = detector("marks", "list", "--index", tmp_path / "index").stdout
    assert "norrvik" in listed
    assert "ovalo" not in listed
    assert (tmp_path / "index" / "notes.txt").read_text() == "mine"


def test_a_report_that_no_demo_made_is_left_alone(shop, tmp_path):
    out = tmp_path / "out"
    words = ("demo", "--out", out, "--marks", shop.mark, "--samples", shop.photos)
    assert detector(*words).exit_code == 0
    scan_into(out / "index", shop)
    before = (out / "report.html").read_bytes()
    found = detector(*words)
    assert found.exit_code == 2
    assert "this is not as a demo left it" in found.stderr
    assert (out / "report.html").read_bytes() == before


def test_a_marker_that_is_no_text_is_nobodys(shop, tmp_path):
    out = tmp_path / "out"
    words = ("demo", "--out", out, "--marks", shop.mark, "--samples", shop.photos)
    assert detector(*words).exit_code == 0
    (out / ".made-by-detector-demo").write_bytes(b"\xff\xfe")
    found = detector(*words)
    assert found.exit_code == 2
    assert "this is not as a demo left it" in found.stderr
