"""Opens a dataset in any layout, and makes its class names the ids of marks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from detector.errors import DatasetError, UsageError
from detector.evaluation.datasets import (
    coco,
    flickr27,
    flickr32,
    folders,
    masks,
    table,
    voc,
    yolo,
)
from detector.evaluation.datasets.copies import merge_copies
from detector.evaluation.datasets.files import pictures_in
from detector.evaluation.datasets.label_collector import LabelCollector, Labels
from detector.evaluation.datasets.names import mark_finder
from detector.evaluation.records import Dataset, LabelledPhoto, Unusable
from detector.pictures.formats import is_foreign
from detector.pictures.sources import find_pictures


@dataclass(frozen=True, slots=True)
class _Layout:
    """How to see that a path has a layout, how to read it, and what it needs, in words."""

    fits: Callable[[Path], bool]
    read: Callable[[Path], Labels]
    needs: str


# The first that fits is taken: the most particular stand first.
_LAYOUTS = {
    "flickr27": _Layout(
        flickr27.fits,
        flickr27.read,
        "flickr_logos_27_dataset_training_set_annotation.txt in the folder",
    ),
    "flickr32": _Layout(flickr32.fits, flickr32.read, "a folder classes/jpg"),
    "masks": _Layout(masks.fits, masks.read, "folders jpg and masks"),
    "coco": _Layout(coco.fits, coco.read, "a JSON with images, annotations and categories"),
    "yolo": _Layout(yolo.fits, yolo.read, "names of classes in data.yaml or classes.txt"),
    "voc": _Layout(voc.fits, voc.read, "XML files with <annotation>"),
    "table": _Layout(table.fits, table.read, "a CSV whose first line has image and mark"),
    "folders": _Layout(folders.fits, folders.read, "pictures in a folder per brand"),
}

LAYOUTS = ("auto", *_LAYOUTS)
"""What `layout` of `open_dataset` may be."""


def open_dataset(
    path: Path,
    marks: Mapping[str, str] | Collection[str],
    layout: str = "auto",
    negatives: Sequence[Path] = (),
) -> Dataset:
    """Read the photos of a folder or file, sorted by path, and list what was left out.

    `marks` are the ids of the marks, or map names of marks to ids; case, blanks, underscores and
    hyphens of a class name do not count. A photo that shows only unknown marks is left out.
    `negatives` are folders of photos without a mark. Raises `DatasetError` where there is no
    dataset or no photo of it can be used, `UsageError` for a layout that does not exist.
    """
    photos, unusable = _layout(path, layout).read(path)
    photos, unknown = _with_ids(photos, mark_finder(marks), str(path))
    plain, refused = _read_negatives(negatives, photos)
    photos, copies = merge_copies([*photos, *plain])
    unusable = [*unusable, *unknown, *refused, *copies]
    if not photos:
        first = f"; first: {unusable[0].place}: {unusable[0].reason}" if unusable else ""
        remedy = "Correct the files, or tell another layout."
        raise DatasetError(f"no photo can be used{first}", place=str(path), remedy=remedy)
    ordered = sorted(photos, key=lambda photo: photo.path)
    return Dataset(path.resolve().stem, tuple(ordered), tuple(unusable))


def _layout(path: Path, name: str) -> _Layout:
    """The layout that is told, or the first that fits."""
    if name not in LAYOUTS:
        raise UsageError(f"unknown layout {name!r}", remedy=f"Use one of {', '.join(LAYOUTS)}.")
    if not path.exists():
        raise DatasetError("there is no such folder or file", place=str(path), remedy="Correct it.")
    if name != "auto" and not _LAYOUTS[name].fits(path):
        remedy = f"It needs {_LAYOUTS[name].needs}."
        raise DatasetError(f"this is not the layout {name}", place=str(path), remedy=remedy)
    if name != "auto":
        return _LAYOUTS[name]
    found = next((layout for layout in _LAYOUTS.values() if layout.fits(path)), None)
    if found is None:
        remedy = f"Put photos in a folder per brand, or tell one of {', '.join(_LAYOUTS)}."
        raise DatasetError("no dataset can be recognised here", place=str(path), remedy=remedy)
    return found


def _with_ids(photos: list[LabelledPhoto], find: Callable[[str], str], place: str) -> Labels:
    """Photos with mark ids for class names; unknown names are told once each, with a count."""
    usable, unknown, left_out = [], Counter[str](), 0
    for photo in photos:
        known = [replace(truth, mark=id_) for truth in photo.truths if (id_ := find(truth.mark))]
        unknown.update(truth.mark for truth in photo.truths if not find(truth.mark))
        if known or not photo.truths:
            usable.append(replace(photo, truths=tuple(known)))
        else:
            left_out += 1
    refused = [
        Unusable(place, f"unknown mark {name!r} in {_count(count, 'label')}")
        for name, count in sorted(unknown.items())
    ]
    if left_out:
        refused.append(Unusable(place, f"{_count(left_out, 'photo')} left out: only unknown marks"))
    return usable, refused


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _read_negatives(folders: Sequence[Path], known: list[LabelledPhoto]) -> Labels:
    """The photos of plain folders, as photos without a mark; each folder names their source."""
    empty = {photo.path for photo in known if not photo.truths}
    collector = LabelCollector()
    for folder in folders:
        if not (folder.is_dir() and pictures_in(folder)):
            remedy = "Give a folder with photos that show none of the marks."
            raise DatasetError("no photo in this folder", place=str(folder), remedy=remedy)
        for photo in find_pictures([folder]):
            if is_foreign(photo.name):
                collector.refuse(str(photo), "not a picture by its name")
            elif photo not in empty:
                collector.photo(photo, str(photo), folder.resolve().name)
    return collector.finish()
