"""COCO and Pascal VOC: what they say, and every bad line of each."""

from __future__ import annotations

import json

import pytest

from detector.errors import DatasetError
from detector.evaluation.datasets import coco, voc
from detector.evaluation.datasets.loader import open_dataset

from .drawn import draw, parts, reasons, sources, told, write

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
    photos, unusable = parts(coco.read(tmp_path))
    assert [one.path for one in photos] == [tmp_path / picture]
    assert told(photos) == {"a.png": [("acme", (1, 2, 4, 6)), ("acme", (1.5, 2, 4.5, 6))]}
    assert (sources(photos), unusable) == ({"a.png": source}, [])


def test_coco_without_boxes_and_without_labels(tmp_path):
    draw(tmp_path / "a.png")
    draw(tmp_path / "n.png")
    bare = {"image_id": 7, "category_id": 1}
    photos, unusable = parts(
        coco.read(write_coco(tmp_path / "l.json", [bare], [image(), image(8, "n.png")]))
    )
    assert (told(photos), unusable) == ({"a.png": [("acme", None)], "n.png": []}, [])


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (label(image_id=9), "unknown image_id 9"),
        (label(image_id=[7]), "unknown image_id [7]"),
        (label(category_id=3), "unknown class 3"),
        (label(category_id={}), "unknown class {}"),
        ({**label(), "iscrowd": "perhaps"}, "bad flag iscrowd: 'perhaps' is neither 0 nor 1"),
        (label([1, 2, 0.3, 5]), "box below one pixel"),
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
    photos, unusable = parts(coco.read(file))
    assert [one.place for one in unusable][:1] == [f"{file}: annotations[1]"]
    assert unusable[0].reason.startswith(reason)
    left_out = "unknown class" in reason  # nobody knows what else the photo shows
    assert told(photos) == ({} if left_out else {"a.png": [("acme", (1, 2, 4, 6))]})


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (image(8, "gone.png"), "missing file"),
        (image(7), "duplicate image 'a.png'"),
        (image(8, 5), "bad image: it needs id and file_name"),
        ({"file_name": "gone.png"}, "bad image: it needs id and file_name"),
        ("a.png", "bad image: it needs id and file_name"),
    ],
)
def test_a_bad_coco_image_is_told(tmp_path, bad, reason):
    draw(tmp_path / "a.png")
    file = write_coco(tmp_path / "l.json", [label()], [image(), bad])
    photos, unusable = parts(coco.read(file))
    assert told(photos) == {"a.png": [("acme", (1, 2, 4, 6))]}
    assert [(one.place, one.reason[: len(reason)]) for one in unusable] == [
        (f"{file}: images[1]", reason)
    ]


def test_labels_of_another_size_of_the_picture_are_refused(tmp_path):
    draw(tmp_path / "a.png")
    file = write_coco(tmp_path / "l.json", [label()], [image(width=80, height=60)])
    photos, unusable = parts(coco.read(file))
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
        ("labels/a.xml", "data/a.png", ""),  # FiftyOne
        ("labels/shop/a.xml", "data/shop/a.png", "labels"),  # FiftyOne with rel_dir
        ("x/labels/shop/b/a.xml", "x/images/shop/b/a.png", "x/labels/shop"),
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
    photos, unusable = parts(voc.read(tmp_path))
    name = picture.rsplit("/", 1)[-1]
    assert told(photos) == {name: [("acme", (1, 2, 3, 4)), ("dots", (5.5, 6, 7, 8))]}
    assert (sources(photos), unusable) == ({name: source}, [])


def test_voc_without_objects_or_boxes(tmp_path):
    for name in "ab":
        draw(tmp_path / f"{name}.png")
    write(tmp_path / "a.xml", voc_text(size="<size><width>0</width></size>"))
    write(tmp_path / "b.xml", voc_text("<object><name> acme </name></object>", "..\\c\\b.png"))
    photos, unusable = parts(voc.read(tmp_path))
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
    photos, unusable = parts(voc.read(tmp_path))
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
    photos, unusable = parts(voc.read(tmp_path))
    assert told(photos) == {"a.png": []}
    assert unusable[0].place == str(bad)
    assert unusable[0].reason.startswith(reason)
    assert unusable[1:] == []
    assert "b.png" in [photo.path.name for photo in voc.read(tmp_path).undeclared]


def test_voc_text_in_another_encoding_is_told(tmp_path):
    draw(tmp_path / "a.png")
    (tmp_path / "a.xml").write_bytes("<annotation>é</annotation>".encode("latin-1"))
    _, unusable = parts(voc.read(tmp_path))
    assert reasons(unusable)[0] == "a.xml | this is not UTF-8 text"
    (tmp_path / "a.xml").write_bytes(BOMB.encode("utf-16"))
    _, unusable = parts(voc.read(tmp_path))
    assert "declares a document type" in reasons(unusable)[0]


def test_a_voc_annotation_without_its_picture_leaves_no_bare_picture_clean(tmp_path):
    """It may describe any of them under another name."""
    for name in ("a.png", "b.png"):
        draw(tmp_path / name)
    box = "<bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax><ymax>9</ymax></bndbox>"
    one = f"<annotation><object><name>acme</name>{box}</object></annotation>"
    (tmp_path / "a.xml").write_text(one)
    (tmp_path / "renamed.xml").write_text(one)
    dataset = open_dataset(tmp_path, ["acme"], unlabelled_clean=True)
    assert [photo.path.name for photo in dataset.photos] == ["a.png"]
    (tmp_path / "renamed.xml").unlink()
    dataset = open_dataset(tmp_path, ["acme"], unlabelled_clean=True)
    assert sorted(photo.path.name for photo in dataset.photos) == ["a.png", "b.png"]
