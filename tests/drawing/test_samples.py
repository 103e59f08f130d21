"""The sample photos are the published ones, and their labels describe them."""

import csv
import hashlib
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
MARKS = {folder.name: folder for folder in (ROOT / "reference_marks").iterdir() if folder.is_dir()}
PHOTOS = sorted(SAMPLES.glob("*.jpg"))
SELLER = "seller-042"

with (SAMPLES / "labels.csv").open(newline="", encoding="utf-8") as table:
    ROWS = list(csv.DictReader(table))


def size_of(image: str) -> tuple[int, int]:
    with Image.open(SAMPLES / image) as photo:
        return photo.size


def test_photos_are_the_published_ones() -> None:
    """Written by `sha256sum *.jpg > SHA256SUMS.txt` in samples/."""
    published = (SAMPLES / "SHA256SUMS.txt").read_text(encoding="utf-8").splitlines()
    hashes = [hashlib.sha256(photo.read_bytes()).hexdigest() for photo in PHOTOS]
    found = [f"{digest}  {photo.name}" for digest, photo in zip(hashes, PHOTOS, strict=True)]
    assert found == published


def test_photos_are_many_small_files_of_shop_size() -> None:
    assert len(PHOTOS) >= 30
    assert sum(photo.stat().st_size for photo in PHOTOS) <= 8_000_000
    sizes = [size_of(photo.name) for photo in PHOTOS]
    assert all(780 <= max(size) <= 1120 for size in sizes)
    assert {(width > height) - (width < height) for width, height in sizes} == {-1, 0, 1}


def test_every_photo_is_labelled_and_every_label_has_a_photo() -> None:
    assert {row["image"] for row in ROWS} == {photo.name for photo in PHOTOS}


@pytest.mark.parametrize("row", [row for row in ROWS if row["mark"]], ids=lambda row: row["image"])
def test_labels_name_a_shipped_mark_and_a_box_inside_the_photo(row: dict[str, str]) -> None:
    x0, y0, x1, y1 = (int(row[edge]) for edge in ("x0", "y0", "x1", "y1"))
    width, height = size_of(row["image"])
    assert row["mark"] in MARKS
    assert 0 <= x0 < x1 <= width
    assert 0 <= y0 < y1 <= height


def test_clean_photos_have_no_mark_at_all() -> None:
    by_image = defaultdict(list)
    for row in ROWS:
        by_image[row["image"]].append(row)
    clean = [rows for rows in by_image.values() if not all(row["mark"] for row in rows)]
    assert len(clean) >= 7
    assert all(len(rows) == 1 and rows[0]["note"] == "clean" for rows in clean)


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
        (f"authorised seller {SELLER}", 1),
    ],
)
def test_hard_cases_are_there(words: str, least: int) -> None:
    assert sum(words in row["note"] for row in ROWS) >= least


def test_small_marks_are_small() -> None:
    for row in ROWS:
        if row["note"].startswith("small"):
            width, _ = size_of(row["image"])
            assert (int(row["x1"]) - int(row["x0"])) / width < 0.06


def test_lookalike_notes_name_their_mark() -> None:
    rows = [row for row in ROWS if "look-alike" in row["note"]]
    assert all(f"look-alike of {row['mark']}" in row["note"] for row in rows)


def test_the_authorised_seller_is_authorised_for_that_mark() -> None:
    for row in ROWS:
        if "authorised seller" in row["note"]:
            mark = tomllib.loads((MARKS[row["mark"]] / "mark.toml").read_text(encoding="utf-8"))
            assert row["note"].rpartition(" ")[2] in mark["authorised_sellers"]


def test_some_photo_shows_several_marks() -> None:
    images = [row["image"] for row in ROWS if row["mark"]]
    assert len(images) > len(set(images))
