"""The layouts in common use: folders, CSV, COCO, Pascal VOC, YOLO; and every bad line of each."""

from __future__ import annotations

import json

import pytest

from detector.benchmark.datasets import coco, folders, table, voc, yolo
from detector.errors import DatasetError

from .drawn import draw, reasons, sources, told, write

# --- a folder per brand -----------------------------------------------------------------------


def test_a_folder_names_its_photos_and_what_is_above_it_is_the_source(tmp_path):
    for name in ("train/acme/b.png", "acme/a.png", "No_Logo/n.png", "lost.png"):
        draw(tmp_path / name)
    write(tmp_path / "acme/film.mp4", "")
    write(tmp_path / "acme/notes.txt", "")
    photos, unusable = folders.read(tmp_path)
    assert told(photos) == {"n.png": [], "a.png": [("acme", None)], "b.png": [("acme", None)]}
    assert sources(photos) == {"n.png": "", "a.png": "", "b.png": "train"}
    assert reasons(unusable) == [
        "film.mp4 | not a picture by its name",
        "lost.png | lies in no brand's folder",
    ]


# --- CSV --------------------------------------------------------------------------------------


def read_table(folder, text, header="image,mark,boxes"):
    return table.read(write(folder / "labels.csv", f"{header}\n{text}"))


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
        ("a.png,acme,1 2 3 4,5", "4 cells where the header has 3"),
        (",acme,", "the row names no image"),
        ("b.png,,", "duplicate image 'b.png'"),
        ("b.png,acme,1 2 3 4", "duplicate label 'acme' of 'b.png'"),
        (f"a.png,acme,{'9' * 140_000}", "broken CSV from here on"),
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


def test_an_empty_row_of_a_marked_photo_is_a_duplicate_wherever_it_stands(tmp_path):
    draw(tmp_path / "a.png")
    photos, unusable = read_table(tmp_path, "a.png,,\na.png,acme,\n")
    assert told(photos) == {"a.png": [("acme", None)]}
    assert reasons(unusable) == ["labels.csv:2 | duplicate image 'a.png'"]


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
    photos, unusable = table.read(tmp_path)
    assert told(photos) == {"a.png": [("acme", None)]}
    assert reasons(unusable) == [
        "a.csv:1 | unknown column 'note' is not read",
        "b.csv:1 | no columns image and mark in the first line",
    ]


def test_a_table_that_is_not_utf8_is_an_error(tmp_path):
    (tmp_path / "l.csv").write_bytes(b"image,mark\n\xe9.png,acme\n")
    with pytest.raises(DatasetError, match="not UTF-8"):
        table.read(tmp_path)


# --- COCO -------------------------------------------------------------------------------------


def write_coco(file, annotations=(), images=(), categories=({"id": 1, "name": "acme"},)):
    parts = {"images": images, "annotations": annotations, "categories": categories}
    return write(file, json.dumps({key: list(value) for key, value in parts.items()}))


def image(id_=7, name="a.png", **more):
    return {"id": id_, "file_name": name, **more}


def label(box=(1, 2, 3, 4), image_id=7, category_id=1):
    return {"image_id": image_id, "category_id": category_id, "bbox": box}


@pytest.mark.parametrize(
    ("file", "picture", "source"),
    [
        ("l.json", "a.png", "l"),
        ("l.json", "images/a.png", "l"),
        ("annotations/instances_val.json", "val/a.png", "val"),
        ("annotations/val.json", "images/val/a.png", "val"),
        ("annotations/val.json", "images/a.png", "val"),
        ("test/_annotations.coco.json", "test/a.png", "test"),
    ],
)
def test_coco_boxes_are_corner_and_size_wherever_the_pictures_lie(tmp_path, file, picture, source):
    draw(tmp_path / picture)
    images = [image(width=40, height=30)]
    write_coco(tmp_path / file, [label(), label((1.5, 2, 3, 4))], images)
    photos, unusable = coco.read(tmp_path)
    assert [one.path for one in photos] == [tmp_path / picture]
    assert told(photos) == {"a.png": [("acme", (1, 2, 4, 6)), ("acme", (1.5, 2, 4.5, 6))]}
    assert (sources(photos), unusable) == ({"a.png": source}, [])


def test_coco_without_boxes_and_without_labels(tmp_path):
    draw(tmp_path / "a.png")
    draw(tmp_path / "n.png")
    bare = {"image_id": 7, "category_id": 1}
    photos, unusable = coco.read(
        write_coco(tmp_path / "l.json", [bare], [image(), image(8, "n.png")])
    )
    assert (told(photos), unusable) == ({"a.png": [("acme", None)], "n.png": []}, [])


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (label(image_id=9), "unknown image_id 9"),
        (label(image_id=[7]), "unknown image_id [7]"),
        (label(category_id=3), "unknown class 3"),
        (label(category_id={}), "unknown class {}"),
        (label("1 2 3 4"), "bad box: it must be a list of 4 numbers"),
        (label([]), "bad box: it must be a list of 4 numbers"),
        (label([1, 2, 3]), "bad box: 3 numbers where 4 are needed"),
        (label([1, 2, 3, None]), "bad number 'None'"),
        (label([1, 2, 3, True]), "bad number 'True'"),
        (label([1, 2, 3, float("nan")]), "bad number 'nan'"),
        (label([1, 2, 10**400, 1]), "bad number '1000"),
        (label([1, 2, 0, 5]), "box without area"),
        (label([41, 2, 5, 5]), "box outside the picture of 40 x 30"),
        (label(), "duplicate label 'acme' of 'a.png'"),
        (17, "unknown image_id None"),
    ],
)
def test_a_bad_coco_annotation_is_told(tmp_path, bad, reason):
    draw(tmp_path / "a.png")
    file = write_coco(tmp_path / "l.json", [label(), bad], [image()])
    photos, unusable = coco.read(file)
    assert [one.place for one in unusable][:1] == [f"{file}: annotations[1]"]
    assert unusable[0].reason.startswith(reason)
    left_out = "unknown class" in reason  # nobody knows what else the photo shows
    assert told(photos) == ({} if left_out else {"a.png": [("acme", (1, 2, 4, 6))]})


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (image(8, "gone.png"), "missing file"),
        (image(8), "duplicate image 'a.png'"),
        (image(8, 5), "bad image: it needs id and file_name"),
        ({"file_name": "a.png"}, "bad image: it needs id and file_name"),
        ("a.png", "bad image: it needs id and file_name"),
    ],
)
def test_a_bad_coco_image_is_told(tmp_path, bad, reason):
    draw(tmp_path / "a.png")
    file = write_coco(tmp_path / "l.json", [label()], [image(), bad])
    photos, unusable = coco.read(file)
    assert told(photos) == {"a.png": [("acme", (1, 2, 4, 6))]}
    assert [(one.place, one.reason[: len(reason)]) for one in unusable] == [
        (f"{file}: images[1]", reason)
    ]


def test_labels_of_another_size_of_the_picture_are_refused(tmp_path):
    draw(tmp_path / "a.png")
    file = write_coco(tmp_path / "l.json", [label()], [image(width=80, height=60)])
    photos, unusable = coco.read(file)
    assert photos == []
    assert unusable[0].reason == "box made for a picture of 80 x 60, this one has 40 x 30"


@pytest.mark.parametrize(
    "text",
    [
        '{"images" "annotations" "categories"}',
        '["images", "annotations", "categories"]',
        '{"images": {}, "annotations": [], "categories": []}',
        '"images" "annotations" "categories"' + "[" * 200_000,
        '{"images": [], "annotations": [], "categories": ' + "[" * 200_000,
    ],
)
def test_what_is_no_coco_file_is_an_error(tmp_path, text):
    with pytest.raises(DatasetError) as caught:
        coco.read(write(tmp_path / "l.json", text))
    assert caught.value.place == str(tmp_path / "l.json")


# --- Pascal VOC -------------------------------------------------------------------------------


def voc_text(objects="", filename="a.png", size=""):
    return f"<annotation><filename>{filename}</filename>{size}{objects}</annotation>"


def voc_object(name="acme", box=(1, 2, 3, 4)):
    names = ("xmin", "ymin", "xmax", "ymax")
    sides = "".join(f"<{key}>{value}</{key}>" for key, value in zip(names, box, strict=True))
    return f"<object><name>{name}</name><bndbox>{sides}</bndbox></object>"


@pytest.mark.parametrize(
    ("file", "picture", "source"),
    [
        ("Annotations/x.xml", "JPEGImages/a.png", ""),
        ("Annotations/x.xml", "images/a.png", ""),
        ("Annotations/a.xml", "JPEGImages/a.jpg", ""),
        ("Food/Acme/1.xml", "Food/Acme/a.png", "Food"),
        ("Food/Acme/1.xml", "Food/Acme/1.jpg", "Food"),
        ("a.xml", "a.png", ""),
    ],
)
def test_voc_pictures_are_found_by_name_or_by_that_of_the_xml(tmp_path, file, picture, source):
    draw(tmp_path / picture)
    size = "<size><width>40</width><height>30</height></size>"
    text = voc_text(voc_object() + voc_object("dots", ("5.5", 6, 7, 8)), size=size)
    write(tmp_path / file, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    assert voc.fits(tmp_path)
    photos, unusable = voc.read(tmp_path)
    name = picture.rsplit("/", 1)[-1]
    assert told(photos) == {name: [("acme", (1, 2, 3, 4)), ("dots", (5.5, 6, 7, 8))]}
    assert (sources(photos), unusable) == ({name: source}, [])


def test_voc_without_objects_or_boxes(tmp_path):
    for name in "ab":
        draw(tmp_path / f"{name}.png")
    write(tmp_path / "a.xml", voc_text(size="<size><width>0</width></size>"))
    write(tmp_path / "b.xml", voc_text("<object><name> acme </name></object>", "..\\c\\b.png"))
    photos, unusable = voc.read(tmp_path)
    assert (told(photos), unusable) == ({"a.png": [], "b.png": [("acme", None)]}, [])


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (voc_object(box=(1, 2, 3, "x")), "bad number 'x'"),
        (voc_object(box=(1, 2, 3, "")), "bad number ''"),
        (voc_object(box=(50, 2, 60, 5)), "box outside the picture of 40 x 30"),
        (voc_object(box=(5, 2, 5, 5)), "box without area"),
        (voc_object(), "duplicate label 'acme' of 'a.png'"),
        (voc_object(name=""), "the object has no name"),
    ],
)
def test_a_bad_voc_object_is_told(tmp_path, bad, reason):
    draw(tmp_path / "a.png")
    file = write(tmp_path / "a.xml", voc_text(voc_object() + bad))
    photos, unusable = voc.read(tmp_path)
    assert [one.place for one in unusable][:1] == [f"{file}: object 2"]
    assert unusable[0].reason == reason
    assert told(photos) == ({} if "no name" in reason else {"a.png": [("acme", (1, 2, 3, 4))]})


BOMB = '<!DOCTYPE a [<!ENTITY x "boom">]><annotation><filename>&x;</filename></annotation>'


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (BOMB, "it declares a document type or entities, which annotations need not"),
        (BOMB.replace("DOCTYPE", "doctype"), "it declares a document type"),
        ("<annotation>", "broken XML"),
        ("<annotation>&x;</annotation>", "broken XML"),
        ("<html/>", "its root is not <annotation>"),
        (voc_text(filename="gone.png"), "missing file"),
    ],
)
def test_a_bad_voc_file_is_told_with_the_pictures_nobody_describes(tmp_path, text, reason):
    for name in "ab":
        draw(tmp_path / f"{name}.png")
    write(tmp_path / "a.xml", voc_text())
    bad = write(tmp_path / "x.xml", text)
    photos, unusable = voc.read(tmp_path)
    assert told(photos) == {"a.png": []}
    assert unusable[0].place == str(bad)
    assert unusable[0].reason.startswith(reason)
    alone = "pictures without a usable annotation: 1, the first is 'b.png'"
    assert [one.reason for one in unusable[1:]] == [alone]


def test_voc_text_in_another_encoding_is_told(tmp_path):
    draw(tmp_path / "a.png")
    (tmp_path / "a.xml").write_bytes(BOMB.encode("utf-16"))
    _, unusable = voc.read(tmp_path)
    assert reasons(unusable)[0] == "a.xml | this is not UTF-8 text"


# --- YOLO -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("picture", "labels", "source"),
    [
        ("images/train/a.png", "labels/train/a.txt", "train"),
        ("train/images/a.png", "train/labels/a.txt", "train"),
        ("a.png", "a.txt", ""),
    ],
)
def test_yolo_boxes_are_shares_of_the_photo(tmp_path, picture, labels, source):
    draw(tmp_path / picture)
    draw(tmp_path / picture.replace("a.png", "n.png"))
    write(tmp_path / "classes.txt", "acme\nbig dots\n")
    write(tmp_path / labels, "0 0.5 0.5 0.5 0.2\n\n1 .25 .5 .5 1\n")
    photos, unusable = yolo.read(tmp_path)
    assert told(photos) == {
        "a.png": [("acme", (10, 12, 30, 18)), ("big dots", (0, 0, 20, 30))],
        "n.png": [],
    }
    assert (sources(photos)["a.png"], unusable) == (source, [])


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("2 .5 .5 .5 .5", "unknown class '2'"),
        ("-1 .5 .5 .5 .5", "unknown class '-1'"),
        ("acme .5 .5 .5 .5", "unknown class 'acme'"),
        ("0 .5 .5 .5", "4 numbers where class and 4 numbers are needed"),
        ("0 .5 .5 .5 .5 .9", "6 numbers where class and 4 numbers are needed"),
        ("0 .5 .5 .5 z", "bad number 'z'"),
        ("0 .5 .5 0 .5", "box without area"),
        ("0 20 12 10 10", "box outside the picture of 40 x 30"),
        ("0 .5 .5 .5 .2", "duplicate label 'acme' of 'a.png'"),
    ],
)
def test_a_bad_yolo_line_is_told(tmp_path, bad, reason):
    draw(tmp_path / "a.png")
    write(tmp_path / "classes.txt", "acme\n")
    text = write(tmp_path / "a.txt", f"0 .5 .5 .5 .2\n{bad}\n")
    photos, unusable = yolo.read(tmp_path)
    assert (unusable[0].place, unusable[0].reason) == (f"{text}:2", reason)
    left_out = "unknown class" in reason
    assert told(photos) == ({} if left_out else {"a.png": [("acme", (10, 12, 30, 18))]})


def test_yolo_labels_without_photo_and_in_another_encoding_are_told(tmp_path):
    draw(tmp_path / "a.png")
    write(tmp_path / "classes.txt", "acme\n")
    write(tmp_path / "train.txt", "a.png\n")
    write(tmp_path / "gone.txt", "0 .5 .5 .5 .2\n")
    (tmp_path / "a.txt").write_bytes(b"\xff\xfe0")
    photos, unusable = yolo.read(tmp_path)
    assert photos == []
    assert reasons(unusable) == [
        "a.txt | this is not UTF-8 text",
        "gone.txt | missing file: no photo belongs to these labels",
        "a.png | left out: a label of it cannot be used",
    ]


@pytest.mark.parametrize(
    ("name", "text", "names"),
    [
        (
            "data.yaml",
            "nc: 2\nnames: [acme, 'big, dots', \"it's\"]\n",
            ["acme", "big, dots", "it's"],
        ),
        ("data.yaml", "names: [acme, # one\n  dots,\n]\nnc: 2\n", ["acme", "dots"]),
        ("data.yaml", "names: {1: dots, 0: acme}\n", ["acme", "dots"]),
        ("data.yaml", "names:\n- acme\n- big dots # two\nnc: 2\n", ["acme", "big dots"]),
        (
            "data.yml",
            "names:  # of classes\n  # first\n  0: acme\n\n  2: 'no #1'\nnc: 3",
            ["acme", "", "no #1"],
        ),
        ("data.yaml", "names: [acme, dots\n", []),
        ("data.yaml", "names: []\n", []),
        ("data.yaml", "path: .\n", []),
        ("obj.names", "acme\nbig dots\n\n", ["acme", "big dots"]),
        ("classes.txt", "\ufeffacme\r\ndots", ["acme", "dots"]),
    ],
)
def test_yolo_names(tmp_path, name, text, names):
    file = write(tmp_path / name, text)
    assert yolo.read_names(file) == names
    assert yolo.fits(tmp_path) == yolo.fits(file) == bool(names)
