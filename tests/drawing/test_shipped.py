import csv
import tomllib
import xml.etree.ElementTree as ET
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from drawing.samples import CATALOGUE

ROOT = Path(__file__).resolve().parents[2]
MARKS = sorted(p for p in (ROOT / "reference_marks").iterdir() if p.is_dir())
SIGNS = sorted((ROOT / "drawing" / "lookalikes").glob("*.svg"))
PHOTOS = sorted((ROOT / "samples").glob("*.jpg"))
KINDS = {"logo", "word", "design", "pattern"}
TRUSTED = "seller-042"


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def read_mark(folder: Path) -> dict[str, object]:
    return tomllib.loads((folder / "mark.toml").read_text(encoding="utf-8"))


ROWS = read_rows(ROOT / "samples" / "labels.csv")


def test_enough_marks_of_every_kind() -> None:
    kinds = [read_mark(folder)["kind"] for folder in MARKS]
    assert len(MARKS) >= 24
    assert set(kinds) == KINDS


@pytest.mark.parametrize("folder", MARKS, ids=lambda p: p.name)
def test_mark_says_who_owns_what(folder: Path) -> None:
    mark = read_mark(folder)
    assert set(mark) == {
        "name",
        "kind",
        "owner",
        "nice_classes",
        "vienna_codes",
        "registration",
        "valid_until",
        "authorised_sellers",
    }
    assert mark["kind"] in KINDS
    assert isinstance(mark["valid_until"], date)
    assert folder.name == folder.name.lower()


def test_registrations_are_distinct() -> None:
    numbers = [read_mark(folder)["registration"] for folder in MARKS]
    assert len(set(numbers)) == len(numbers)


def test_some_mark_has_an_authorised_seller() -> None:
    assert any(TRUSTED in str(read_mark(folder)["authorised_sellers"]) for folder in MARKS)


@pytest.mark.parametrize(
    "path", [*(m / "front.svg" for m in MARKS), *SIGNS], ids=lambda p: f"{p.parent.name}-{p.stem}"
)
def test_drawing_needs_no_typeface_and_no_other_file(path: Path) -> None:
    names = {element.tag.rpartition("}")[2] for element in ET.parse(path).iter()}
    assert names.isdisjoint({"text", "image", "use", "script", "style", "foreignObject"})
    assert "svg" in names


def test_every_lookalike_imitates_a_mark() -> None:
    pairs = read_rows(ROOT / "drawing" / "lookalikes" / "pairs.csv")
    assert len(pairs) >= 6
    assert sorted(p["lookalike"] for p in pairs) == [s.stem for s in SIGNS]
    assert {p["mark"] for p in pairs} <= {m.name for m in MARKS}
    for pair in pairs:
        sign = ROOT / "drawing" / "lookalikes" / f"{pair['lookalike']}.svg"
        mark = ROOT / "reference_marks" / pair["mark"] / "front.svg"
        assert sign.read_bytes() != mark.read_bytes()


def test_photos_are_many_small_files_of_shop_size() -> None:
    assert len(PHOTOS) >= 30
    assert sum(p.stat().st_size for p in PHOTOS) <= 8_000_000
    shapes = set()
    for path in PHOTOS:
        with Image.open(path) as photo:
            assert 780 <= max(photo.size) <= 1120
            shapes.add((photo.width > photo.height) - (photo.width < photo.height))
    assert shapes == {-1, 0, 1}


def test_every_photo_is_labelled_and_every_label_has_a_photo() -> None:
    assert {r["image"] for r in ROWS} == {p.name for p in PHOTOS}


def test_labels_name_shipped_marks_with_boxes_inside_the_photo() -> None:
    marks = {m.name for m in MARKS}
    sizes = {}
    for path in PHOTOS:
        with Image.open(path) as photo:
            sizes[path.name] = photo.size
    for row in ROWS:
        if row["mark"]:
            x0, y0, x1, y1 = (int(row[k]) for k in ("x0", "y0", "x1", "y1"))
            width, height = sizes[row["image"]]
            assert row["mark"] in marks
            assert 0 <= x0 < x1 <= width, row
            assert 0 <= y0 < y1 <= height, row


def test_clean_photos_have_no_mark_at_all() -> None:
    by_image = defaultdict(list)
    for row in ROWS:
        by_image[row["image"]].append(row)
    clean = [rows for rows in by_image.values() if not rows[0]["mark"]]
    assert len(clean) >= 7
    assert all(len(rows) == 1 and rows[0]["note"].startswith("clean") for rows in clean)


@pytest.mark.parametrize(
    ("words", "least"),
    [
        ("small", 2),
        ("bent", 4),
        ("folds", 2),
        ("embroidered", 2),
        ("recoloured", 3),
        ("white on dark", 2),
        ("partly hidden", 2),
        ("mirrored", 1),
        ("rotated", 2),
        ("perspective", 2),
        ("pattern", 2),
        ("copied design", 2),
        ("look-alike of", 4),
        (f"authorised seller {TRUSTED}", 1),
    ],
)
def test_hard_cases_are_there(words: str, least: int) -> None:
    assert sum(words in row["note"] for row in ROWS) >= least


def test_small_marks_are_small() -> None:
    for row in ROWS:
        if row["note"].startswith("small"):
            with Image.open(ROOT / "samples" / row["image"]) as photo:
                assert (int(row["x1"]) - int(row["x0"])) / photo.width < 0.06


def test_lookalike_notes_name_their_mark() -> None:
    notes = [r for r in ROWS if "look-alike" in r["note"]]
    assert all(f"look-alike of {r['mark']}" in r["note"] for r in notes)


def test_the_authorised_seller_is_authorised_for_that_mark() -> None:
    rows = [r for r in ROWS if "authorised seller" in r["note"]]
    for row in rows:
        sellers = read_mark(ROOT / "reference_marks" / row["mark"])["authorised_sellers"]
        assert row["note"].rpartition(" ")[2] in str(sellers)


def test_some_photo_shows_several_marks() -> None:
    images = [r["image"] for r in ROWS if r["mark"]]
    assert len(images) > len(set(images))


def test_the_script_knows_every_shipped_photo() -> None:
    assert {p.stem for p in PHOTOS} <= set(CATALOGUE)
