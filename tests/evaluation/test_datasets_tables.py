"""Folders per brand and CSV tables: what they say, and every bad row."""

from __future__ import annotations

import pytest

from detector.errors import DatasetError
from detector.evaluation.datasets import folders, table

from .drawn import draw, parts, reasons, sources, told, write

# --- a folder per brand -----------------------------------------------------------------------


def test_a_folder_names_its_photos_and_what_is_above_it_is_the_source(tmp_path):
    for name in ("train/acme/b.png", "acme/a.png", "No_Logo/n.png", "lost.png"):
        draw(tmp_path / name)
    write(tmp_path / "acme/film.mp4", "")
    write(tmp_path / "acme/notes.txt", "")
    photos, unusable = parts(folders.read(tmp_path))
    assert told(photos) == {
        "n.png": [("No_Logo", None)],
        "a.png": [("acme", None)],
        "b.png": [("acme", None)],
    }
    assert sources(photos) == {"n.png": "", "a.png": "", "b.png": "train"}
    assert reasons(unusable) == [
        "film.mp4 | not a picture by its name",
        "lost.png | lies in no brand's folder",
    ]


# --- CSV --------------------------------------------------------------------------------------


def read_table(folder, text, header="image,mark,boxes"):
    return parts(table.read(write(folder / "labels.csv", f"{header}\n{text}")))


def test_rows_of_one_photo_are_merged(tmp_path):
    draw(tmp_path / "p/b.png")
    draw(tmp_path / "a.png")
    draw(tmp_path / "c.png")
    text = "p/b.png,acme,1 2 3 4; 5 6 7 8.5\na.png,,\np\\b.png,dots,\n./p/../c.png,dots,0 0 40 30\n"
    photos, unusable = read_table(tmp_path, text)
    assert [one.path for one in photos] == [
        tmp_path / name for name in ("a.png", "c.png", "p/b.png")
    ]
    assert told(photos) == {
        "a.png": [],
        "c.png": [("dots", (0, 0, 40, 30))],
        "b.png": [("acme", (1, 2, 3, 4)), ("acme", (5, 6, 7, 8.5)), ("dots", None)],
    }
    assert unusable == []


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("\ufeffMark;Image;Source;Boxes", 'acme;a.png;web;"1 2 3 4;5 6 7 8"'),
        ("source\tboxes\tmark\timage", "web\t1,2,3,4;5,6,7,8\tacme\ta.png"),
    ],
)
def test_columns_may_stand_in_any_order_and_with_other_separators(tmp_path, header, row):
    draw(tmp_path / "a.png")
    photos, unusable = read_table(tmp_path, row, header)
    assert told(photos) == {"a.png": [("acme", (1, 2, 3, 4)), ("acme", (5, 6, 7, 8))]}
    assert (sources(photos), unusable) == ({"a.png": "web"}, [])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("gone.png,acme,", "missing file"),
        ("x\0.png,acme,", "missing file"),
        ("a.png,acme,1 2 3", "bad box: 3 numbers where 4 are needed"),
        ("a.png,acme,1 2 3 4 5 6 7 8", "bad box: 8 numbers"),
        ("a.png,acme,1 2 x 4", "bad number 'x'"),
        ("a.png,acme,1 2 nan 4", "bad number 'nan'"),
        ("a.png,acme,1 2 inf 4", "bad number 'inf'"),
        ("a.png,acme,5 5 5 9", "box without area"),
        ("a.png,acme,9 9 5 5", "box without area"),
        ("a.png,acme,50 5 60 9", "box outside the picture of 40 x 30"),
        ("a.png,acme,0 -9 5 0", "box outside the picture of 40 x 30"),
        ("a.png,acme,35 5 60 9", "box mostly outside the picture of 40 x 30"),
        ("a.png,,1 2 3 4", "a box without a mark"),
        ("a.png,acme,1 2 3 4,5", "the row has 4 cells, the header 3"),
        (",acme,", "the row names no image"),
        ("b.png,acme,1 2 3 4", "duplicate label 'acme' of 'b.png'"),
        (f"a.png,acme,{'9' * 140_000}", "bad box: 1 numbers where 4 are needed"),
        ("torn.png,acme,1 2 3 4", "the size of the picture cannot be read"),
    ],
)
def test_a_bad_row_is_told_and_the_others_are_read(tmp_path, row, reason):
    draw(tmp_path / "a.png")
    draw(tmp_path / "b.png")
    write(tmp_path / "torn.png", "no picture")
    photos, unusable = read_table(tmp_path, f"b.png,acme,1 2 3 4\n\n{row}\n")
    assert told(photos)["b.png"] == [("acme", (1, 2, 3, 4))]
    assert unusable[0].place == f"{tmp_path / 'labels.csv'}:4"
    assert unusable[0].reason.startswith(reason)
    assert len(unusable) <= 2


def test_a_photo_whose_only_label_is_bad_is_left_out_and_not_taken_for_empty(tmp_path):
    for name in "abc":
        draw(tmp_path / f"{name}.png")
    text = "a.png,acme,9 9 5 5\nb.png,acme,1 2 3 4;9 9 5 5\nc.png,acme,\nc.png,dots,x\n"
    photos, unusable = read_table(tmp_path, text)
    assert told(photos) == {"b.png": [("acme", (1, 2, 3, 4))]}
    assert reasons(unusable) == [
        "labels.csv:2 | box without area",
        "labels.csv:3 | box without area",
        "labels.csv:5 | bad box: 1 numbers where 4 are needed",
        "a.png | left out: a label of it cannot be used",
        "c.png | left out: a label of it cannot be used",
    ]


@pytest.mark.parametrize("text", ["a.png,,\na.png,acme,\n", "a.png,acme,\na.png,,\n"])
def test_a_photo_that_is_marked_and_empty_is_left_out(tmp_path, text):
    draw(tmp_path / "a.png")
    photos, unusable = read_table(tmp_path, text)
    assert photos == []
    assert reasons(unusable)[-1] == "a.png | left out: described twice, and not alike"


def test_a_photo_that_is_empty_twice_is_a_duplicate(tmp_path):
    draw(tmp_path / "a.png")
    photos, unusable = read_table(tmp_path, "a.png,,\na.png,,\n")
    assert told(photos) == {"a.png": []}
    assert reasons(unusable) == ["labels.csv:3 | duplicate image 'a.png'"]


@pytest.mark.parametrize("row", ["b.png,,", "b.png"])
def test_where_a_name_says_that_there_is_no_mark_an_empty_cell_is_a_hole(tmp_path, row):
    draw(tmp_path / "a.png")
    draw(tmp_path / "b.png")
    photos, unusable = read_table(tmp_path, f"a.png,no-logo,\n{row}\n")
    assert told(photos) == {"a.png": [("no-logo", None)]}
    assert reasons(unusable) == [
        "labels.csv:3 | the row names no mark",
        "b.png | left out: a label of it cannot be used",
    ]


def test_a_row_that_ends_before_the_mark_declares_nothing(tmp_path):
    draw(tmp_path / "b.png")
    photos, unusable = read_table(tmp_path, "b.png\n")
    assert (photos, reasons(unusable)[0]) == ([], "labels.csv:2 | the row names no mark")


def test_a_box_that_sticks_out_a_little_is_cut(tmp_path):
    draw(tmp_path / "a.png")
    photos, unusable = read_table(tmp_path, "a.png,acme,-2 -1 41 31\n")
    assert (told(photos), unusable) == ({"a.png": [("acme", (0, 0, 40, 30))]}, [])


def test_boxes_belong_to_the_upright_photo(tmp_path):
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112] = 6
    draw(tmp_path / "a.jpg", (40, 30), exif=exif)
    photos, unusable = read_table(tmp_path, "a.jpg,acme,0 0 30 40\n")
    assert (told(photos), unusable) == ({"a.jpg": [("acme", (0, 0, 30, 40))]}, [])


def test_columns_that_are_not_read_and_files_that_are_no_tables_are_told(tmp_path):
    draw(tmp_path / "a.png")
    write(tmp_path / "a.csv", "image,mark,note\na.png,acme,hello\n")
    write(tmp_path / "b.csv", "price\n1\n")
    photos, unusable = parts(table.read(tmp_path))
    assert told(photos) == {"a.png": [("acme", None)]}
    assert reasons(unusable) == [
        "a.csv:1 | unknown column 'note' is not read",
        "b.csv:1 | no columns image and mark in the first line",
    ]


def test_a_table_that_is_not_utf8_is_an_error(tmp_path):
    (tmp_path / "l.csv").write_bytes(b"image,mark\n\xe9.png,acme\n")
    with pytest.raises(DatasetError, match="not UTF-8"):
        table.read(tmp_path)
