"""YOLO: a text per photo with lines `class cx cy w h`, and a file with the names of the classes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from detector.errors import DatasetError
from detector.evaluation.datasets.boxes import Form, read_number
from detector.evaluation.datasets.files import files_in, pictures_in, read_text
from detector.evaluation.datasets.label_collector import LabelCollector, Labels
from detector.evaluation.datasets.split_lists import read_splits
from detector.evaluation.datasets.yolo_names import check_names, names_file, read_names

_LISTS = re.compile(r"(train|val|valid|test)\.txt", re.I)
_OTHERS = re.compile(r"(classes|readme.*|license.*)\.txt", re.I)


def fits(path: Path) -> bool:
    """Return whether this is a file with the names of classes, or a folder with one."""
    return names_file(path) is not None


def read(path: Path) -> Labels:
    """Read the photos under a folder, each with the text beside it or in `labels`.

    A photo with an empty text shows no mark. Of one without a text nothing is said; a text without
    a photo may be that of any of them. The folders of a photo but `images` are its source, else
    the list (`train.txt`) that names it. Raises `DatasetError` where names of classes repeat.
    """
    file = names_file(path)
    names = read_names(file) if file else []
    if file:
        check_names(file, names)
    root = path if path.is_dir() else path.parent
    collector, photos, texts = LabelCollector(), pictures_in(root), files_in(root, "*.txt")
    lists = [text for text in texts if _LISTS.fullmatch(text.name) and text.parent == root]
    splits = read_splits(lists, photos, collector)
    labels = _texts_by_key(texts, root)
    texts_of = {photo: _texts_of(photo, root, labels) for photo in photos}
    used = Counter(text for found in texts_of.values() for text in found)
    for photo, found in texts_of.items():
        parts = photo.parent.relative_to(root).parts
        source = "/".join(part for part in parts if part.casefold() != "images")
        collector.photo(photo, str(photo), source or splits.get(photo, ""))
        _read_texts(collector, photo, found, used, names)
    without = [photo for photo, found in texts_of.items() if not found]
    for text in texts:
        if text not in used and text not in lists and not _OTHERS.fullmatch(text.name):
            _tell_unpaired(collector, text, without)
    return collector.finish()


def _texts_by_key(texts: Iterable[Path], root: Path) -> dict[Path, list[Path]]:
    """The texts by the name of the photo without suffix, `labels` called `images` as for photos."""
    keys: dict[Path, list[Path]] = {}
    for text in texts:
        stem = text.relative_to(root).with_suffix("")
        for key in {stem, *_renamed(stem, "labels", "images")}:
            keys.setdefault(key, []).append(text)
    return keys


def _texts_of(photo: Path, root: Path, labels: Mapping[Path, list[Path]]) -> list[Path]:
    """The label files of a photo: in a `labels` for an `images` above it, or beside it."""
    stem = photo.relative_to(root).with_suffix("")
    keys = {stem, *_renamed(stem, "images", "images")}
    return sorted({text for key in keys for text in labels.get(key, ())})


def _renamed(path: Path, name: str, other: str) -> list[Path]:
    """The path with each folder of a name, in any case, called otherwise."""
    parts = path.parts
    places = [at for at, part in enumerate(parts[:-1]) if part.casefold() == name]
    return [Path(*parts[:at], other, *parts[at + 1 :]) for at in places]


def _tell_unpaired(collector: LabelCollector, text: Path, without: Iterable[Path]) -> None:
    """Tell a text that has the name of no photo.

    Its labels belong to the one photo without a text that has nearly its name, or to any of them.
    """
    try:
        lines, reason = read_text(text).splitlines(), "labels without a photo of that name"
    except DatasetError as error:
        lines, reason = ["? " * 5], error.message
    near = [photo for photo in without if _is_near(photo.stem, text.stem)]
    if not any(len(line.split()) >= 5 for line in lines):
        collector.refuse(str(text), "neither labels nor the text of a photo")
    elif len(near) == 1:
        collector.refuse(str(text), f"{reason}, but for {near[0].name!r}")
        collector.doubt(near[0], "labels of nearly its name have no photo")
    else:
        collector.orphan(str(text), reason)


def _is_near(stem: str, other: str) -> bool:
    """Whether a name is the other but for case, or with something before or behind it."""
    return re.search(rf"(^|[\W_]){re.escape(stem)}([\W_]|$)", other, re.I) is not None


def _read_texts(
    collector: LabelCollector,
    photo: Path,
    texts: list[Path],
    used: Counter[Path],
    names: list[str],
) -> None:
    """Add the text of a photo; where texts and photos do not belong together one by one, none."""
    if len(texts) > 1 or any(used[text] > 1 for text in texts):
        count = "photos" if len(texts) == 1 else "label files"
        collector.refuse(str(texts[0]), f"two files fit: two {count} have one name")
        collector.doubt(photo, "another file has the name that its labels have")
    elif texts and collector.describe(photo, str(texts[0])):
        _read_labels(collector, photo, texts[0], names)


def _read_labels(collector: LabelCollector, photo: Path, text: Path, names: list[str]) -> None:
    """Add every line of a label file to its photo."""
    for place, cells in collector.lines(photo, text):
        at = _class_number(cells[0], len(names))
        if at is None or not names[at]:
            collector.lose(photo, "", place, f"unknown class {cells[0][:40]!r}")
            continue
        try:
            numbers, form = _place(cells[1:])
        except ValueError as error:
            collector.lose(photo, names[at], place, str(error))
        else:
            collector.label(photo, names[at], place, numbers, form=form, described=str(text))


def _class_number(cell: str, count: int) -> int | None:
    """The number of a class, perhaps written 1.0; None where there is none."""
    found = re.fullmatch(r"([0-9]{1,9})(\.0+)?", cell, re.A)
    return int(found[1]) if found and int(found[1]) < count else None


def _place(cells: list[str]) -> tuple[list[str], Form]:
    """The numbers of a line without class: of a box, perhaps with a confidence, or a polygon.

    Raises ValueError for another count of numbers, and for a confidence outside 0 to 1.
    """
    if len(cells) >= 6 and len(cells) % 2 == 0:
        return cells, "outline in shares"
    if len(cells) == 5 and not 0 <= read_number(cells[4]) <= 1:
        raise ValueError(f"bad number {cells[4][:40]!r}: a confidence is from 0 to 1")
    if len(cells) not in (4, 5):
        raise ValueError(f"bad line: {len(cells)} numbers are neither a box nor a polygon")
    return cells[:4], "centre and size in shares"
