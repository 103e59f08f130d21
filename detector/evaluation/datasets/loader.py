"""Opens a dataset in any layout. To add a layout: a module, and an entry in `LAYOUTS`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from detector.errors import DatasetError, UsageError
from detector.evaluation.datasets import (
    coco,
    flickr27,
    flickr32,
    flickr47,
    folders,
    masks,
    table,
    voc,
    yolo,
)
from detector.evaluation.datasets.duplicates import merge_copies
from detector.evaluation.datasets.files import is_picture, pictures_in
from detector.evaluation.datasets.label_collector import LabelCollector, Labels
from detector.evaluation.datasets.mark_names import name_marks
from detector.evaluation.datasets.names import mark_finder
from detector.evaluation.records import Dataset, LabelledPhoto, Unusable
from detector.pictures.sources import find_pictures

ONLY_UNKNOWN = "only unknown marks"
UNDECLARED = "nothing declares what it shows"
NO_LABEL_FILE = "it has no label file, and labels without a photo may be its own"


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
    "flickr47": Layout(flickr47.fits, flickr47.read, "className2ClassID.txt in the folder"),
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
    *,
    unlabelled_clean: bool = False,
    join_numbered: bool = False,
) -> Dataset:
    """Read the photos of a folder or file, sorted by path, and list what was left out.

    `marks` are the ids of the marks, or map names of marks to ids; case, blanks, underscores and
    hyphens of a class name do not count. `layout` is a name in `layouts`, or `auto`; `negatives`
    are folders of photos without a mark.

    Only a photo that is declared to show no mark is clean; one that shows only unknown marks, or
    has a label that cannot be used, is left out. With `unlabelled_clean` a photo without a label
    file is declared so, as is usual among YOLO datasets. With `join_numbered` classes such as
    `lexus-1` and `lexus-2` that are no marks are the mark `lexus`.

    Raises `DatasetError` where there is no dataset, no photo of it can be used, or a file
    contradicts itself, `UsageError` for a layout that does not exist.
    """
    labels = _layout(path, layout, layouts).read(path)
    find = mark_finder(marks, join_numbered=join_numbered)
    dataset = _assembled(path, labels, read_negatives(negatives), find, unlabelled_clean)
    if not dataset.photos:
        lines = [*dataset.unusable, *dataset.left_out]
        first = next((f"; first: {one.place}: {one.reason}" for one in lines), "")
        remedy = "Correct the files, or tell another layout."
        raise DatasetError(f"no photo can be used{first}", place=str(path), remedy=remedy)
    return dataset


def _assembled(
    path: Path,
    labels: Labels,
    plain: Labels,
    find: Callable[[str], str],
    unlabelled_clean: bool,
) -> Dataset:
    """The photos of labels with ids of marks, and plain photos without a mark."""
    named = name_marks(labels.photos, find)
    doubtful = {Path(line.place) for line in (*labels.left_out, *named.left_out)}
    clean, undeclared = _declared_clean(labels, plain.photos, doubtful, unlabelled_clean)
    photos, copies = merge_copies([*named.photos, *clean], doubtful)
    declared = {photo.path for photo in clean}
    unknown = [path for path in named.only_unknown if path not in declared]
    left_out = [*labels.left_out, *named.left_out, *_left_out(unknown, ONLY_UNKNOWN)]
    left_out += [*undeclared, *copies]
    lines = [Unusable(str(path), words) for words in named.unknown]
    unusable = [*labels.unusable, *lines, *named.repeated, *plain.unusable]
    return Dataset(
        path.resolve().stem,
        tuple(sorted(photos, key=lambda photo: photo.path)),
        tuple(unusable),
        tuple(dict.fromkeys(left_out)),
        named.notes,
    )


def _declared_clean(
    labels: Labels,
    negatives: Sequence[LabelledPhoto],
    doubtful: Collection[Path],
    unlabelled_clean: bool,
) -> tuple[list[LabelledPhoto], list[Unusable]]:
    """The photos that are clean besides those of the labels, and what nothing declares.

    A negative that the labels know as clean is not named twice; a doubtful one stays out.
    """
    known = {photo.path for photo in labels.photos if not photo.truths}
    clean = [one for one in negatives if one.path not in known and one.path not in doubtful]
    declared = {photo.path for photo in clean}
    others = [photo for photo in labels.undeclared if photo.path not in declared]
    if unlabelled_clean and not labels.orphans:
        return [*clean, *others], []
    reason = NO_LABEL_FILE if unlabelled_clean else UNDECLARED
    return clean, _left_out([photo.path for photo in others], reason)


def _left_out(photos: Sequence[Path], reason: str) -> list[Unusable]:
    return [Unusable(str(photo), f"left out: {reason}") for photo in photos]


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


def read_negatives(folders: Sequence[Path]) -> Labels:
    """Read the photos of plain folders as photos without a mark; each folder names their source.

    Raises `DatasetError` for a folder without photos.
    """
    collector, seen = LabelCollector(), set[Path]()
    for folder in folders:
        if not (folder.is_dir() and pictures_in(folder)):
            remedy = "Give a folder with photos that show none of the marks."
            raise DatasetError("no photo in this folder", place=str(folder), remedy=remedy)
        for photo in find_pictures([folder]):
            if not is_picture(photo):
                collector.refuse(str(photo), "not a picture by its name")
            elif photo not in seen:
                collector.describe(photo, str(photo), folder.resolve().name)
            seen.add(photo)
    return collector.finish()
