"""YOLO: boxes, names of classes, and every bad line."""

from __future__ import annotations

import pytest

from detector.evaluation.datasets import yolo

from .drawn import draw, reasons, sources, told, write


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
