"""Opens a dataset in any layout. To add a layout: a module, and an entry in `LAYOUTS`."""

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
from detector.evaluation.datasets.duplicates import merge_copies
from detector.evaluation.datasets.files import pictures_in
from detector.evaluation.datasets.label_collector import LabelCollector, Labels
from detector.evaluation.datasets.names import mark_finder
from detector.evaluation.records import Dataset, LabelledPhoto, Unusable
from detector.pictures.formats import is_foreign
from detector.pictures.sources import find_pictures


@dataclass(frozen=True, slots=True)
class Layout:
    """One layout: whether a path has it, how to read it, and what it needs, in words."""

    fits: Callable[[Path], bool]
    read: Callable[[Path], Labels]
    needs: str


LAYOUTS = {
    "flickr27": Layout(
        flickr27.fits,
        flickr27.read,
        "flickr_logos_27_dataset_training_set_annotation.txt in the folder",
    ),
    "flickr32": Layout(flickr32.fits, flickr32.read, "a folder classes/jpg"),
    "masks": Layout(masks.fits, masks.read, "folders jpg and masks"),
    "coco": Layout(coco.fits, coco.read, "a JSON with images, annotations and categories"),
    "yolo": Layout(yolo.fits, yolo.read, "names of classes in data.yaml or classes.txt"),
    "voc": Layout(voc.fits, voc.read, "XML files with <annotation>"),
    "table": Layout(table.fits, table.read, "a CSV whose first line has image and mark"),
    "folders": Layout(folders.fits, folders.read, "pictures in a folder per brand"),
}
"""The layouts by name, the most specific first: `auto` takes the first that fits."""


def open_dataset(
    path: Path,
    marks: Mapping[str, str] | Collection[str],
    layout: str = "auto",
    negatives: Sequence[Path] = (),
    layouts: Mapping[str, Layout] = LAYOUTS,
) -> Dataset:
    """Read the photos of a folder or file, sorted by path, and list what was left out.

    `marks` are the ids of the marks, or map names of marks to ids; case, blanks, underscores and
    hyphens of a class name do not count. A photo that shows only unknown marks is left out.
    `layout` is a name in `layouts`, or `auto`; `negatives` are folders of photos without a mark.
    Raises `DatasetError` where there is no dataset or no photo of it can be used, `UsageError` for
    a layout that does not exist.
    """
    photos, unusable = _layout(path, layout, layouts).read(path)
    photos, unknown = _with_ids(photos, mark_finder(marks), str(path))
    plain, refused = read_negatives(negatives, photos)
    photos, copies = merge_copies([*photos, *plain])
    unusable = [*unusable, *unknown, *refused, *copies]
    if not photos:
        first = f"; first: {unusable[0].place}: {unusable[0].reason}" if unusable else ""
        remedy = "Correct the files, or tell another layout."
        raise DatasetError(f"no photo can be used{first}", place=str(path), remedy=remedy)
    ordered = sorted(photos, key=lambda photo: photo.path)
    return Dataset(path.resolve().stem, tuple(ordered), tuple(unusable))


def _layout(path: Path, name: str, layouts: Mapping[str, Layout]) -> Layout:
    """The layout of this name; for `auto` the first that fits."""
    if name != "auto" and name not in layouts:
        remedy = f"Use one of auto, {', '.join(layouts)}."
        raise UsageError(f"unknown layout {name!r}", remedy=remedy)
    if not path.exists():
        raise DatasetError("there is no such folder or file", place=str(path), remedy="Correct it.")
    if name != "auto" and not layouts[name].fits(path):
        remedy = f"It needs {layouts[name].needs}."
        raise DatasetError(f"this is not the layout {name}", place=str(path), remedy=remedy)
    if name != "auto":
        return layouts[name]
    recognised = next((layout for layout in layouts.values() if layout.fits(path)), None)
    if recognised is None:
        remedy = f"Put photos in a folder per brand, or name one of {', '.join(layouts)}."
        raise DatasetError("no dataset can be recognised here", place=str(path), remedy=remedy)
    return recognised


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


def read_negatives(folders: Sequence[Path], known: Sequence[LabelledPhoto] = ()) -> Labels:
    """Read the photos of plain folders as photos without a mark; each folder names their source.

    Those that are `known` as such are left out. Raises `DatasetError` for a folder without photos.
    """
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
