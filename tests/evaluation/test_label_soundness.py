"""One slip in a sound dataset never makes a marked photo clean, nor lays a label on another photo.

The slips are those of people and of tools: an id, a name or a file is dropped, renamed, written in
another type, or repeated. Photos are known by their bytes, however they are called then.
"""

from __future__ import annotations

import copy
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.errors import DatasetError
from detector.evaluation.datasets.loader import open_dataset

from .drawn import draw, write

MARKS = ("acme", "dots")
SHOWN = {"a": "acme", "b": "dots", "c": "acme", "d": None, "e": None}
"""The mark in each photo; none in the last two, which are declared clean."""

BOXES = {name: (2 + at, 3, 12 + at, 13) for at, name in enumerate(SHOWN)}
Fault = Callable[[Path], object]


def photos(folder: Path, place: str = "{}.png") -> None:
    for name in SHOWN:
        draw(folder / place.format(name))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def contents(folder: Path) -> dict[str, str | None]:
    """The mark in each photo of a folder, by the digest of its bytes."""
    return {digest(path): SHOWN[path.stem] for path in folder.rglob("*.png")}


def used(dataset) -> dict[str, list[tuple[str, object]]]:
    """What is read of each photo, by the digest of its bytes."""
    return {
        digest(photo.path): sorted((truth.mark, truth.box) for truth in photo.truths)
        for photo in dataset.photos
    }


@contextmanager
def sound(build: Callable[[Path], None]) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve() / "set"
        root.mkdir()
        build(root)
        yield root


def check(build: Callable[[Path], None], layout: str, slip: Fault) -> None:
    """Read a sound dataset, and again with a slip, and compare."""
    with sound(build) as root:
        truth, before = contents(root), open_dataset(root, MARKS, layout)
        assert (before.unusable, before.left_out) == ((), ())
        known = used(before)
        assert {key: bool(labels) for key, labels in known.items()} == {
            key: mark is not None for key, mark in truth.items()
        }
        slip(root)
        try:
            after = open_dataset(root, MARKS, layout)
        except DatasetError:
            return  # told
        for key, labels in used(after).items():
            assert labels or truth[key] is None, "a marked photo is clean"
            assert set(labels) <= set(known[key]), "a label lies on another photo"
        told = after.unusable or after.left_out
        assert told or used(after) == known, "something is lost without a word"


# --- slips of files ---------------------------------------------------------------------------

FILE_SLIPS = {
    "dropped": lambda path: path.unlink(),
    "renamed": lambda path: path.rename(path.with_name(f"new-{path.name}")),
    "prefixed": lambda path: path.rename(path.with_name(f"3f9a1c2e-{path.name}")),
    "in capitals": lambda path: path.rename(path.with_name(path.stem.upper() + path.suffix)),
    "repeated": lambda path: shutil.copy(path, path.with_name(f"{path.stem} copy{path.suffix}")),
}


def file_slip(draw_: st.DataObject, suffixes: tuple[str, ...], without: str = "") -> Fault:
    slip = FILE_SLIPS[draw_.draw(st.sampled_from(sorted(set(FILE_SLIPS) - {without})))]

    def apply(root: Path) -> None:
        files = sorted(path for path in root.rglob("*") if path.suffix in suffixes)
        slip(draw_.draw(st.sampled_from(files)))

    return apply


# --- COCO -------------------------------------------------------------------------------------


def coco(root: Path) -> None:
    photos(root, "data/{}.png")
    numbers = {name: at for at, name in enumerate(SHOWN, start=1)}
    corners = {name: (x0, y0, x1 - x0, y1 - y0) for name, (x0, y0, x1, y1) in BOXES.items()}
    content = {
        "images": [{"id": at, "file_name": f"{name}.png"} for name, at in numbers.items()],
        "categories": [{"id": at, "name": mark} for at, mark in enumerate(MARKS)],
        "annotations": [
            {
                "id": 100 + at,
                "image_id": at,
                "category_id": MARKS.index(mark),
                "bbox": corners[name],
            }
            for name, at in numbers.items()
            if (mark := SHOWN[name])
        ],
    }
    write(root / "labels.json", json.dumps(content))


KEYS = [
    ("images", "id"),
    ("images", "file_name"),
    ("categories", "id"),
    ("categories", "name"),
    ("annotations", "id"),
    ("annotations", "image_id"),
    ("annotations", "category_id"),
]
REPEATED = [pair for pair in KEYS if pair[1] not in ("image_id", "category_id")]
"""An annotation with the id of another image is another label, which nobody can tell."""


def renamed(value):
    return value + 1000 if isinstance(value, int) else f"new-{value}"


def retyped(value):
    """The same in another type, as spreadsheets and data frames write it."""
    return (
        [float(value), str(value), f"{value}.0"] if isinstance(value, int) else [value.upper(), 7]
    )


@settings(max_examples=150)
@given(st.data())
def test_a_slip_in_a_coco_file(data):
    kind = data.draw(st.sampled_from(["dropped", "renamed", "retyped", "repeated", "twice"]))
    part, key = data.draw(st.sampled_from(REPEATED if kind == "repeated" else KEYS))

    def slip(root: Path) -> None:
        file = root / "labels.json"
        content = json.loads(file.read_text())
        items = content[part]
        at = data.draw(st.integers(0, len(items) - 1))
        other = items[data.draw(st.integers(0, len(items) - 1))]
        if kind == "dropped":
            del items[at][key]
        elif kind == "twice":
            items.append(copy.deepcopy(items[at]))
        else:
            value = items[at][key]
            if kind == "repeated":
                items[at][key] = other[key]
            elif kind == "renamed":
                items[at][key] = renamed(value)
            else:
                items[at][key] = data.draw(st.sampled_from(retyped(value)))
        file.write_text(json.dumps(content))

    check(coco, "coco", slip)


@settings(max_examples=40)
@given(st.data())
def test_a_slip_in_the_files_of_a_coco_dataset(data):
    check(coco, "coco", file_slip(data, (".png",)))


# --- Pascal VOC -------------------------------------------------------------------------------


def voc(root: Path, name_of: Callable[[str], str] = str) -> None:
    photos(root)
    for name, mark in SHOWN.items():
        x0, y0, x1, y1 = BOXES[name]
        sides = f"<xmin>{x0}</xmin><ymin>{y0}</ymin><xmax>{x1}</xmax><ymax>{y1}</ymax>"
        found = f"<object><name>{mark}</name><bndbox>{sides}</bndbox></object>" if mark else ""
        text = f"<annotation><filename>{name}.png</filename>{found}</annotation>"
        write(root / f"{name_of(name)}.xml", text)


@settings(max_examples=120)
@given(st.data(), st.booleans())
def test_a_slip_in_a_voc_file(data, numbered):
    kind = data.draw(st.sampled_from(["dropped", "renamed", "in capitals", "repeated"]))
    tag = "filename" if kind == "repeated" else data.draw(st.sampled_from(["filename", "name"]))

    def slip(root: Path) -> None:
        texts = {file: file.read_text() for file in sorted(root.glob("*.xml"))}
        having = [file for file, text in texts.items() if f"<{tag}>" in text]
        file, other = (data.draw(st.sampled_from(having)) for _ in range(2))
        begin, rest = texts[file].split(f"<{tag}>", 1)
        value, end = rest.split(f"</{tag}>", 1)
        value = {
            "renamed": f"new-{value}",
            "in capitals": value.upper(),
            "repeated": texts[other].split(f"<{tag}>", 1)[1].split(f"</{tag}>")[0],
        }.get(kind, "")
        tagged = "" if kind == "dropped" else f"<{tag}>{value}</{tag}>"
        file.write_text(begin + tagged + end)

    check(lambda root: voc(root, (lambda name: f"ann-{name}") if numbered else str), "voc", slip)


@settings(max_examples=60)
@given(st.data(), st.booleans())
def test_a_slip_in_the_files_of_a_voc_dataset(data, numbered):
    slip = file_slip(data, (".png", ".xml"))
    check(lambda root: voc(root, (lambda name: f"ann-{name}") if numbered else str), "voc", slip)


# --- YOLO and FlickrLogos-47 ------------------------------------------------------------------


def yolo(root: Path) -> None:
    photos(root, "images/{}.png")
    write(root / "data.yaml", "nc: 2\nnames:\n  0: acme\n  1: dots\n")
    for name, mark in SHOWN.items():
        x0, y0, x1, y1 = BOXES[name]
        shares = ((x0 + x1) / 80, (y0 + y1) / 60, (x1 - x0) / 40, (y1 - y0) / 30)
        line = f"{MARKS.index(mark)} {' '.join(map(str, shares))}\n" if mark else ""
        write(root / f"labels/{name}.txt", line)


def flickr47(root: Path) -> None:
    photos(root, "train/000001/{}.png")
    write(root / "className2ClassID.txt", "acme\t0\ndots\t1\n")
    for name, mark in SHOWN.items():
        box = " ".join(map(str, BOXES[name]))
        line = f"{box} {MARKS.index(mark)} 1 0 0 0\n" if mark else ""
        write(root / f"train/000001/{name}.gt_data.txt", line)


@settings(max_examples=100)
@given(st.data(), st.sampled_from(["yolo", "flickr47"]))
def test_a_slip_in_the_files_of_texts(data, layout):
    slip = file_slip(data, (".png", ".txt"))
    check({"yolo": yolo, "flickr47": flickr47}[layout], layout, slip)


@settings(max_examples=60)
@given(st.data(), st.sampled_from(["yolo", "flickr47"]))
def test_a_slip_in_the_names_of_classes(data, layout):
    kind = data.draw(st.sampled_from(["dropped", "renamed", "in capitals", "repeated", "line"]))
    name, other = data.draw(st.permutations(MARKS))

    def slip(root: Path) -> None:
        file = root / {"yolo": "data.yaml", "flickr47": "className2ClassID.txt"}[layout]
        text = file.read_text()
        lines = [line for line in text.splitlines(keepends=True) if name not in line]
        new = {"dropped": "", "renamed": f"new{name}", "in capitals": name.upper()}
        text = text.replace(name, new.get(kind, other))
        file.write_text("".join(lines) if kind == "line" else text)

    check({"yolo": yolo, "flickr47": flickr47}[layout], layout, slip)


@settings(max_examples=60)
@given(st.data(), st.sampled_from(["yolo", "flickr47"]))
def test_a_slip_in_the_number_of_a_class(data, layout):
    kind = data.draw(st.sampled_from(["dropped", "7", "0.0", "x"]))

    def slip(root: Path) -> None:
        texts = sorted(path for path in root.rglob("[a-c]*.txt") if "ID" not in path.name)
        text = data.draw(st.sampled_from(texts))
        cells, at = text.read_text().split(), 0 if layout == "yolo" else 4
        number = "" if kind == "dropped" else cells[at] + ".0" if kind == "0.0" else kind
        text.write_text(" ".join([*cells[:at], *([number] if number else []), *cells[at + 1 :]]))

    check({"yolo": yolo, "flickr47": flickr47}[layout], layout, slip)


# --- tables and folders -----------------------------------------------------------------------


def table(root: Path) -> None:
    photos(root)
    rows = [
        f"{name}.png,{mark or 'no-logo'},{' '.join(map(str, BOXES[name])) if mark else ''}"
        for name, mark in SHOWN.items()
    ]
    write(root / "labels.csv", "\n".join(["image,mark,boxes", *rows]))


@settings(max_examples=100)
@given(st.data())
def test_a_slip_in_a_table(data):
    kind = data.draw(st.sampled_from(["dropped", "renamed", "in capitals", "row twice"]))
    column = data.draw(st.sampled_from([0, 1]))

    def slip(root: Path) -> None:
        file = root / "labels.csv"
        rows = [line.split(",") for line in file.read_text().splitlines()]
        row = rows[data.draw(st.integers(0, len(rows) - 1))]  # the header too
        if kind == "row twice":
            rows.append(list(row))
        else:
            value = row[column]
            new = {"dropped": "", "renamed": f"new-{value}", "in capitals": value.upper()}
            row[column] = new[kind]
        file.write_text("\n".join(",".join(cells) for cells in rows))

    check(table, "table", slip)


@settings(max_examples=40)
@given(st.data())
def test_a_slip_in_the_files_of_a_table(data):
    check(table, "table", file_slip(data, (".png",)))


def folders(root: Path) -> None:
    for name, mark in SHOWN.items():
        draw(root / (mark or "no-logo") / f"{name}.png")


@settings(max_examples=60)
@given(st.data())
def test_a_slip_in_folders(data):
    def slip(root: Path) -> None:
        folder = data.draw(st.sampled_from(sorted(root.iterdir())))
        kind = data.draw(st.sampled_from(["renamed", "in capitals", "moved", "copied"]))
        file = data.draw(st.sampled_from(sorted(folder.iterdir())))
        if kind == "renamed":
            folder.rename(folder.with_name(f"new-{folder.name}"))
        elif kind == "in capitals":
            folder.rename(folder.with_name(folder.name.upper()))
        elif kind == "moved":
            file.rename(root / file.name)
        else:
            shutil.copy(file, root / "no-logo" / f"copy-{file.name}")

    check(folders, "folders", slip)


@settings(max_examples=40)
@given(st.data())
def test_a_slip_in_the_files_of_folders(data):
    """But a file that is dropped: nothing else names it."""
    check(folders, "folders", file_slip(data, (".png",), without="dropped"))


# --- negatives --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name, mark in SHOWN.items() if mark])
def test_a_marked_photo_that_lost_its_label_is_not_made_clean_by_a_copy_among_negatives(name):
    with sound(coco) as root:
        plain = root.parent / "plain"
        plain.mkdir()
        draw(plain / "n.png")
        shutil.copy(root / f"data/{name}.png", plain / "copy.png")
        truth = contents(root)
        content = json.loads((root / "labels.json").read_text())
        for label in content["annotations"]:
            label["category_id"] = 9
        (root / "labels.json").write_text(json.dumps(content))
        dataset = open_dataset(root, MARKS, "coco", [plain])
        assert all(truth.get(key) is None for key in used(dataset))
