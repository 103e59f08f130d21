"""COCO JSON: images, annotations with `bbox` x y width height, categories."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from detector.errors import DatasetError
from detector.evaluation.datasets.boxes import Size
from detector.evaluation.datasets.coco_fields import (
    Item,
    Key,
    doubtful_form,
    is_set,
    key_of,
    place_of,
    size_of,
)
from detector.evaluation.datasets.files import all_there, picture_frame, read_bytes, read_text
from detector.evaluation.datasets.label_collector import LabelCollector, Labels

_PARTS = ("images", "annotations", "categories")
_ROBOFLOW = "_annotations.coco"  # the name says nothing there, the folder says the subset
_FOLDERS = ("", "images", "data")  # `data` is FiftyOne's


@dataclass(frozen=True, slots=True)
class _Image:
    """An image of a file: the place that describes it, its photo and the size that is told."""

    place: str
    photo: Path
    size: Size | None


@dataclass(frozen=True, slots=True)
class _Content:
    """A file's images and names of classes by id, and whether its boxes can be trusted."""

    images: dict[Key, _Image | None]
    names: dict[Key, str]
    placed: bool


def fits(path: Path) -> bool:
    """Return whether this is a COCO file, or a folder with COCO files in the usual places."""
    return bool(_files(path))


def read(path: Path) -> Labels:
    """Read the photos of a file, or of every file of a folder; the file names the source.

    Pictures are looked for beside the file, in `images`, in `data`, and in a folder named after the
    subset. Raises `DatasetError` for a file that is no COCO file, or in which one id stands for
    several images or classes.
    """
    collector = LabelCollector()
    for file in _files(path):
        _read_file(file, collector)
    return collector.finish()


def _files(path: Path) -> list[Path]:
    patterns = ("*.json", "annotations/*.json", f"*/{_ROBOFLOW}.json")
    found = [file for pattern in patterns for file in sorted(path.glob(pattern))]
    if path.is_file() and path.suffix.lower() == ".json":
        found = [path]
    return [file for file in found if _has_parts(read_bytes(file))]


def _has_parts(data: bytes) -> bool:
    return all(f'"{part}"'.encode() in data for part in _PARTS)


def _read_file(file: Path, collector: LabelCollector) -> None:
    content = _parsed(file)
    source = file.parent.name if file.stem == _ROBOFLOW else file.stem.removeprefix("instances_")
    categories = _by_id(file, content, "categories", "name")
    names = {key: str(item.get("name", "")).strip() for key, item in categories.items()}
    images = _images(file, content, source, collector)
    labels = list(_items(content, "annotations"))
    _check_names(file, names, labels)
    form = doubtful_form(_boxes(labels, images))
    if form:
        collector.refuse(f"{file}: annotations", f"{form}; no place is read from this file")
    _tell_repeated_ids(file, labels, collector)
    known = _Content(images, names, placed=not form)
    orphans = [
        _add(collector, f"{file}: annotations[{number}]", label, known) for number, label in labels
    ]
    if any(orphans):  # any image without a label may be the one that they belong to
        bare = set(collector.bare())
        for image in images.values():
            if image is not None and image.photo in bare:
                collector.doubt(image.photo, "labels of the file that name no image may be its own")


def _images(
    file: Path, content: dict[str, Any], source: str, collector: LabelCollector
) -> dict[Key, _Image | None]:
    """The images by id; None for one without a photo."""
    images: dict[Key, _Image | None] = {}
    _by_id(file, content, "images", "file_name")  # refuses ids that repeat
    for number, item in _items(content, "images"):
        place, key, name = f"{file}: images[{number}]", key_of(item), item.get("file_name")
        found = _find(file, name, source) if isinstance(name, str) and name else []
        if key is not None and key in images:
            collector.refuse(place, f"duplicate image {str(name)[:80]!r}")
        elif key is None or not found:
            collector.refuse(place, "bad image: it needs id and file_name")
            for photo in found:
                collector.doubt(photo, "its image has no id, so its labels are not known")
        elif len(found) > 1:
            names = " and ".join(repr(str(photo)[-100:]) for photo in found[:2])
            collector.refuse(place, f"two files fit: {names}")
            for photo in found:
                collector.doubt(photo, "another file has the name that its image has")
        else:
            known = collector.describe(found[0], place, source)
            images[key] = _Image(place, found[0], size_of(item)) if known else None
        if key is not None:
            images.setdefault(key, None)
    return images


def _boxes(
    labels: list[tuple[int, Item]], images: dict[Key, _Image | None]
) -> Iterator[tuple[object, Size | None]]:
    """Every box as it stands in the file, with the size of its picture."""
    for _, label in labels:
        key = key_of(label, "image_id")
        image = None if key is None else images.get(key)
        if image is not None:
            yield label.get("bbox"), image.size or _real_size(image.photo)


def _real_size(photo: Path) -> Size | None:
    try:
        return picture_frame(photo).size
    except ValueError:
        return None


def _add(collector: LabelCollector, place: str, label: Item, content: _Content) -> bool:
    """Add one annotation to its photo; return whether it is an orphan."""
    key, category = key_of(label, "image_id"), key_of(label, "category_id")
    if key is None or key not in content.images:
        collector.orphan(place, f"unknown image_id {str(label.get('image_id'))[:40]}")
        return True
    image, name = content.images[key], "" if category is None else content.names.get(category, "")
    if image is None:
        collector.refuse(place, "label of an image that cannot be used")
    elif not name:
        reason = f"unknown class {str(label.get('category_id'))[:40]}"
        collector.lose(image.photo, "", place, reason)
    else:
        _add_to(collector, image, name, place, label if content.placed else _without_place(label))
    return False


def _add_to(collector: LabelCollector, image: _Image, name: str, place: str, label: Item) -> None:
    try:
        ignored = is_set(label, "iscrowd") or is_set(label, "ignore")
        found = place_of(label)
    except ValueError as error:
        collector.lose(image.photo, name, place, str(error))
        return
    collector.label(
        image.photo,
        name,
        place,
        found.numbers,
        form=found.form,
        size=image.size,
        described=image.place,
        ignored=ignored,
    )


def _without_place(label: Item) -> Item:
    return {name: value for name, value in label.items() if name not in ("bbox", "segmentation")}


def _tell_repeated_ids(
    file: Path, labels: list[tuple[int, Item]], collector: LabelCollector
) -> None:
    """Tell ids of annotations that repeat: harmless here, but other readers keep the last alone."""
    seen: set[Key] = set()
    for number, label in labels:
        key = key_of(label)
        if key is not None and key in seen:
            collector.refuse(f"{file}: annotations[{number}]", f"repeated id {key}: both are read")
        elif key is not None:
            seen.add(key)


def _parsed(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(read_text(file), object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        why = str(error) if isinstance(error, _KeyTwice) else "broken JSON"
        remedy = "Export it again; files are not joined by hand, but laid beside each other."
        raise DatasetError(why, place=str(file), remedy=remedy) from error
    if not isinstance(content, dict) or not all(
        isinstance(content.get(part), list) for part in _PARTS
    ):
        remedy = f"It needs lists called {', '.join(_PARTS)}."
        raise DatasetError("this is no COCO file", place=str(file), remedy=remedy)
    return content


class _KeyTwice(ValueError):
    """An object of JSON has two values under one key, of which a parser would keep the last."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise _KeyTwice(f"the key {twice[:40]!r} stands twice in one object")
    return made


def _items(content: dict[str, Any], part: str) -> Iterator[tuple[int, Item]]:
    """The numbered entries of a list; what is no object counts as an empty one."""
    for number, item in enumerate(content[part]):
        yield number, item if isinstance(item, dict) else {}


def _by_id(file: Path, content: dict[str, Any], part: str, name: str) -> dict[Key, Item]:
    """The entries of a list by id. Raises `DatasetError` where one id stands for two names."""
    found: dict[Key, Item] = {}
    for number, item in _items(content, part):
        key = key_of(item)
        if key is None:
            continue
        first = found.setdefault(key, item)
        if first.get(name) != item.get(name):
            names = f"{str(first.get(name))[:60]!r} and {str(item.get(name))[:60]!r}"
            raise DatasetError(
                f"id {key} stands for {names}",
                place=f"{file}: {part}[{number}]",
                remedy="Were files joined by hand? Lay them beside each other, or number anew.",
            )
    return found


def _check_names(file: Path, names: dict[Key, str], labels: list[tuple[int, Item]]) -> None:
    """Raise `DatasetError` where labels have two classes of one name: one of them is wrong.

    A class without labels may be called as another: Roboflow's supercategory often is.
    """
    used = {key_of(label, "category_id") for _, label in labels}
    ids: dict[str, Key] = {}
    for key, name in names.items():
        if name and key in used and ids.setdefault(name, key) != key:
            raise DatasetError(
                f"the classes {ids[name]} and {key} are both called {name!r}",
                place=f"{file}: categories",
                remedy="Give every class a name of its own.",
            )


def _find(file: Path, name: str, source: str) -> list[Path]:
    """The pictures that an image may mean; where it would be beside the file if there is none."""
    plain, above = name.replace("\\", "/"), file.parent.parent
    folders = [file.parent / folder for folder in (*_FOLDERS, source)]
    if file.parent.name.casefold() == "annotations":
        folders += [above / folder for folder in (*_FOLDERS, source, f"images/{source}")]
    found = all_there(folder / plain for folder in folders)
    if not found and (".." in plain or PureWindowsPath(name).is_absolute() or plain[:1] == "/"):
        # A path of the machine on which it was labelled: only the name is left.
        found = all_there(folder / PurePosixPath(plain).name for folder in folders)
    return found or [file.parent / plain]
