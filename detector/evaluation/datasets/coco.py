"""COCO JSON: images, annotations with `bbox` x y width height, categories."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from detector.errors import DatasetError
from detector.evaluation.datasets.boxes import Size
from detector.evaluation.datasets.files import first_there, read_bytes, read_text
from detector.evaluation.datasets.label_collector import LabelCollector, Labels

_PARTS = ("images", "annotations", "categories")
_ROBOFLOW = "_annotations.coco"  # the name says nothing there, the folder says the subset


def fits(path: Path) -> bool:
    """Return whether this is a COCO file, or a folder with COCO files in the usual places."""
    return bool(_files(path))


def read(path: Path) -> Labels:
    """Read the photos of a file, or of every file of a folder; the file names the source.

    Pictures are looked for beside the file, in `images`, and in a folder named after the subset.
    Raises `DatasetError` for a file that is no COCO file.
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
    categories = (category for _, category in _items(content, "categories"))
    names = {_key(category): str(category.get("name", "")).strip() for category in categories}
    photos: dict[int | str | None, tuple[Path, Size | None]] = {}
    for number, image in _items(content, "images"):
        place = f"{file}: images[{number}]"
        name = image.get("file_name")
        if not isinstance(name, str) or not name or _key(image) is None:
            collector.refuse(place, "bad image: it needs id and file_name")
            continue
        photo = _find(file, name, source)
        photos[_key(image)] = photo, _size(image)
        collector.photo(photo, place, source)
    for number, label in _items(content, "annotations"):
        _add(collector, f"{file}: annotations[{number}]", label, photos, names)


def _add(
    collector: LabelCollector,
    place: str,
    label: dict[str, Any],
    photos: dict[int | str | None, tuple[Path, Size | None]],
    names: dict[int | str | None, str],
) -> None:
    """Add one annotation to its photo."""
    image, category = _key(label, "image_id"), _key(label, "category_id")
    if image is None or image not in photos:
        collector.refuse(place, f"unknown image_id {str(label.get('image_id'))[:40]}")
        return
    (photo, size), name = photos[image], names.get(category, "")
    box = label.get("bbox")
    if not name or category is None:
        collector.lose(photo, "", place, f"unknown class {str(label.get('category_id'))[:40]}")
    elif box is not None and not (isinstance(box, list) and box):
        collector.lose(photo, name, place, "bad box: it must be a list of 4 numbers")
    else:
        collector.label(photo, name, place, box or (), form="corner and size", size=size)


def _parsed(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(read_text(file))
    except (ValueError, RecursionError) as error:
        remedy = "Export it again."
        raise DatasetError("broken JSON", place=str(file), remedy=remedy) from error
    if not isinstance(content, dict) or not all(
        isinstance(content.get(part), list) for part in _PARTS
    ):
        remedy = f"It needs lists called {', '.join(_PARTS)}."
        raise DatasetError("this is no COCO file", place=str(file), remedy=remedy)
    return content


def _items(content: dict[str, Any], part: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The numbered entries of a list; what is no object counts as an empty one."""
    for number, item in enumerate(content[part]):
        yield number, item if isinstance(item, dict) else {}


def _key(item: dict[str, Any], name: str = "id") -> int | str | None:
    """An id, None where it is missing or can be none."""
    value = item.get(name)
    return value if isinstance(value, int | str) else None


def _size(image: dict[str, Any]) -> Size | None:
    """The size the file tells, None where it does not."""
    width, height = image.get("width"), image.get("height")
    if isinstance(width, int) and isinstance(height, int) and width > 0 and height > 0:
        return width, height
    return None


def _find(file: Path, name: str, source: str) -> Path:
    """Where the picture lies; beside the file where it lies nowhere."""
    above = file.parent.parent
    folders = [file.parent, file.parent / "images", file.parent / source]
    folders += [above, above / "images", above / source, above / "images" / source]
    return first_there(folder / name for folder in folders) or file.parent / name
