"""YOLO: boxes, names of classes, and every bad line."""

from __future__ import annotations

import pytest

from detector.errors import DatasetError
from detector.evaluation.datasets import yolo
from detector.evaluation.datasets.loader import open_dataset
from detector.evaluation.datasets.yolo_names import read_names

from .drawn import draw, parts, reasons, sources, told, write


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
    write(tmp_path / labels.replace("a.txt", "n.txt"), "\n")
    write(tmp_path / "classes.txt", "acme\nbig dots\n")
    write(tmp_path / labels, "0 0.5 0.5 0.5 0.2\n\n1 .25 .5 .5 1\n")
    photos, unusable = parts(yolo.read(tmp_path))
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
        ("0 .5 .5 .5", "bad line: 3 numbers are neither a box nor a polygon"),
        ("0 .5 .5 .5 .5 9", "bad number '9': a confidence is from 0 to 1"),
        ("0 .1 .1 .5 .1 .5 .5 .1", "bad line: 7 numbers are neither a box nor a polygon"),
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
    photos, unusable = parts(yolo.read(tmp_path))
    assert (unusable[0].place, unusable[0].reason) == (f"{text}:2", reason)
    left_out = "unknown class" in reason
    assert told(photos) == ({} if left_out else {"a.png": [("acme", (10, 12, 30, 18))]})


def test_yolo_labels_without_photo_and_in_another_encoding_are_told(tmp_path):
    draw(tmp_path / "a.png")
    write(tmp_path / "classes.txt", "acme\n")
    write(tmp_path / "train.txt", "a.png\n")
    write(tmp_path / "gone.txt", "0 .5 .5 .5 .2\n")
    (tmp_path / "a.txt").write_bytes(b"\xff\xfe0")
    photos, unusable = parts(yolo.read(tmp_path))
    assert photos == []
    assert reasons(unusable) == [
        "a.txt | this is not whole UTF-16 text",
        "gone.txt | labels without a photo of that name",
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
    assert read_names(file) == names
    assert yolo.fits(tmp_path) == yolo.fits(file) == bool(names)


@pytest.mark.parametrize(
    ("line", "box"),
    [
        ("0 .5 .5 .5 .2 .93", (10, 12, 30, 18)),  # with a confidence
        ("0.0 .5 .5 .5 .2", (10, 12, 30, 18)),
        ("0 .25 .4 .75 .4 .75 .6 .25 .6", (10, 12, 30, 18)),  # four corners
        ("0 .25 .5 .5 .2 .75 .8", (10, 6, 30, 24)),
        ("0 .5 .5 1.01 1.01", (0, 0, 40, 30)),
    ],
)
def test_yolo_polygons_and_confidences_are_read(tmp_path, line, box):
    draw(tmp_path / "a.png")
    write(tmp_path / "classes.txt", "acme\n")
    write(tmp_path / "a.txt", f"{line}\n")
    labels = yolo.read(tmp_path)
    ((name, found),) = told(labels.photos)["a.png"]
    assert (name, found, labels.unusable) == ("acme", pytest.approx(box), [])
    outline = labels.photos[0].truths[0].outline
    assert (outline is not None) == (len(line.split()) > 6)


@pytest.mark.parametrize(
    ("picture", "text", "fate"),
    [
        ("images/mug.png", "labels/3f9a1c2e-mug.txt", "near"),
        ("images/mug.png", "labels/mug_1.txt", "near"),
        ("images/mug.png", "labels/Mug.txt", "near"),
        ("photos/mug.png", "labels/mug.txt", "near"),
        ("images/mug.png", "labels/smug.txt", "orphan"),
        ("images/mug.png", "notes.txt", "no labels"),
        ("images/mug.png", "labels/mug.txt", "read"),
        ("Images/mug.png", "Labels/mug.txt", "read"),
        ("images/1.jpg_Q90.jpg", "labels/1.jpg_Q90.txt", "read"),
        ("images/1.jpg_Q90", "labels/1.txt", "read"),  # the suffix says nothing of the format
        ("images/mug", "labels/mug.txt", "read"),
    ],
)
def test_a_photo_without_its_text_is_not_clean(tmp_path, picture, text, fate):
    draw(tmp_path / picture, format="PNG")
    write(tmp_path / "README", "no picture")
    write(tmp_path / "data.yaml", "names: [acme]\n")
    write(tmp_path / text, "0 .5 .5 .5 .2\n" if text != "notes.txt" else "in summer\n")
    labels = yolo.read(tmp_path)
    parts_ = (labels.photos, labels.left_out, labels.undeclared)
    where = {"read": 0, "near": 1, "orphan": 2, "no labels": 2}[fate]
    assert [len(part) for part in parts_] == [number == where for number in range(3)]
    assert labels.orphans == (fate == "orphan")
    assert bool(labels.unusable) == (fate != "read")


def test_photos_without_a_text_are_clean_on_request(tmp_path):
    for name in ("a", "n", "mug"):
        draw(tmp_path / f"images/{name}.png")
    write(tmp_path / "data.yaml", "names: [acme]\n")
    write(tmp_path / "labels/a.txt", "0 .5 .5 .5 .2\n")
    text = write(tmp_path / "labels/3f9a1c2e-mug.txt", "0 .5 .5 .5 .2\n")
    assert set(told(open_dataset(tmp_path, ["acme"]).photos)) == {"a.png"}
    dataset = open_dataset(tmp_path, ["acme"], unlabelled_clean=True)
    assert told(dataset.photos) == {"a.png": [("acme", (10, 12, 30, 18))], "n.png": []}
    assert reasons(dataset.left_out) == [
        "mug.png | left out: labels of nearly its name have no photo"
    ]
    text.rename(text.with_name("new.txt"))
    dataset = open_dataset(tmp_path, ["acme"], unlabelled_clean=True)
    assert set(told(dataset.photos)) == {"a.png"}
    reason = "left out: it has no label file, and labels without a photo may be its own"
    assert reasons(dataset.left_out) == [f"mug.png | {reason}", f"n.png | {reason}"]


def test_two_photos_of_one_name_have_no_labels_of_their_own(tmp_path):
    for name in ("images/a.png", "images/a.jpg", "images/b.png"):
        draw(tmp_path / name)
    write(tmp_path / "data.yaml", "names: [acme]\n")
    for name in ("labels/a.txt", "labels/b.txt", "images/b.txt"):
        write(tmp_path / name, "0 .5 .5 .5 .2\n")
    photos, unusable = parts(yolo.read(tmp_path))
    assert photos == []
    assert reasons(unusable)[-3:] == [
        "a.jpg | left out: another file has the name that its labels have",
        "a.png | left out: another file has the name that its labels have",
        "b.png | left out: another file has the name that its labels have",
    ]


def test_a_list_of_names_is_the_source_of_its_photos(tmp_path):
    for name in "ab":
        draw(tmp_path / f"images/{name}.png")
        write(tmp_path / f"labels/{name}.txt", "")
    write(tmp_path / "data.yaml", "names: [acme]\n")
    write(tmp_path / "train.txt", "./images/a.png\n./images/gone.png\n")
    write(tmp_path / "val.txt", "b.png\n")
    photos, unusable = parts(yolo.read(tmp_path))
    assert sources(photos) == {"a.png": "train", "b.png": "val"}
    count = "missing file: 1 of 2 photos of the list are not here"
    assert reasons(unusable) == [f"train.txt | {count}, the first is 'images/gone.png'"]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("data.yaml", "nc: 3\nnames: [acme, dots]\n", "nc says 3 classes, names has 2"),
        ("data.yaml", "names: [acme, dots, acme]\n", "'acme' stands for two classes"),
        ("classes.txt", "acme\nacme\n", "'acme' stands for two classes"),
    ],
)
def test_names_that_may_stand_for_other_numbers_are_an_error(tmp_path, name, text, words):
    draw(tmp_path / "a.png")
    write(tmp_path / name, text)
    with pytest.raises(DatasetError, match=words):
        yolo.read(tmp_path)
