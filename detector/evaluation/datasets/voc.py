"""Pascal VOC XML, as OpenLogo and LogoDet-3K have it: one file per photo, in any folders."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from detector.errors import DatasetError
from detector.evaluation.datasets.boxes import Form, Size, read_number, turned_box
from detector.evaluation.datasets.files import (
    all_there,
    files_in,
    head_of,
    is_picture,
    pictures_in,
    read_text,
)
from detector.evaluation.datasets.label_collector import LabelCollector, Labels
from detector.evaluation.datasets.split_lists import read_splits
from detector.pictures.formats import PHOTO_SUFFIXES

_FOLDERS = ("JPEGImages", "images", "data")  # `data` is FiftyOne's
_CORNERS = ("xmin", "ymin", "xmax", "ymax")
_SUFFIXES = (*PHOTO_SUFFIXES, *(suffix.upper() for suffix in PHOTO_SUFFIXES))


def fits(path: Path) -> bool:
    """Return whether any XML file under the folder is an annotation."""
    return path.is_dir() and any("<annotation" in head_of(file) for file in files_in(path, "*.xml"))


def read(path: Path) -> Labels:
    """Read the photos of every annotation under a folder.

    The picture lies beside its XML, or in `JPEGImages`, `images` or `data` beside the XML's folder
    (of `labels/shop/1.xml` also in `data/shop`), and has the name of the XML, else that which is
    told in it. The source is the list under `ImageSets` that names the photo, else the folders
    above the XML's own. A picture without an annotation is one of which nothing is said.
    """
    collector = LabelCollector()
    photos = pictures_in(path)
    lists = files_in(path, "ImageSets/**/*.txt")
    splits = read_splits(lists, photos, collector)
    for file in files_in(path, "*.xml"):
        _read_file(file, path, splits, collector)
    for photo in photos:
        collector.photo(photo, str(photo), splits.get(photo, ""))
    return collector.finish()


def _read_file(file: Path, root: Path, splits: dict[Path, str], collector: LabelCollector) -> None:
    """Add one annotation. What it may describe is not clean where it cannot be read."""
    try:
        tree = _parsed(read_text(file))
    except (DatasetError, ValueError) as error:
        collector.refuse(str(file), getattr(error, "message", str(error)))
        for near in _named(_folders(file, root), [file.stem]):
            collector.doubt(near, "its annotation cannot be read")
        return
    photo = _photo(file, root, tree.findtext("filename") or "", collector)
    if photo is None:
        return
    above = file.parent.relative_to(root).parent.as_posix()
    source = splits.get(photo) or ("" if above == "." else above)
    if collector.describe(photo, str(file), source):
        for number, label in enumerate(tree.iter("object"), start=1):
            _add(collector, photo, str(file), f"{file}: object {number}", (tree, label))


def _photo(file: Path, root: Path, told: str, collector: LabelCollector) -> Path | None:
    """The photo of an annotation; None where there are several, or none.

    Photos are renamed together with their XML, and the name inside it stays as it was: so the name
    of the XML counts. The name inside decides between pictures of one name, and where there is none
    with the name of the XML.
    """
    inside = PurePosixPath(told.strip().replace("\\", "/")).name
    folders = _folders(file, root)
    by_stem = _named(folders, [file.stem])
    by_name = _named(folders, [inside]) if inside else []
    both = [photo for photo in by_stem if photo in by_name]
    candidates = both or by_stem or by_name
    if len(candidates) > 1:
        names = " and ".join(repr(photo.name) for photo in candidates[:2])
        collector.refuse(str(file), f"two files fit: {names}")
        for photo in candidates:
            collector.doubt(photo, "another file has the name that its annotation has")
        return None
    if by_name and not both and by_stem:
        words = f"it names {inside!r}, but is called as {by_stem[0].name!r}, which is taken"
        collector.refuse(str(file), f"stale file name: {words}")
    if not candidates:  # any picture without an annotation may be the one that it describes
        missing = str(file.parent / (inside or f"{file.stem}.jpg"))
        collector.orphan(str(file), f"missing file {missing[-200:]!r}")
        return None
    return candidates[0]


def _folders(file: Path, root: Path) -> list[Path]:
    """Where the picture of an XML file may lie.

    Beside it, above it, or where it would be were a folder above it one of pictures.
    """
    above, parts = file.parent.parent, file.parent.relative_to(root).parts
    instead = [
        root.joinpath(*parts[:at], name, *parts[at + 1 :])
        for at in range(len(parts) - 1)
        for name in _FOLDERS
    ]
    return [file.parent, *(above / name for name in _FOLDERS), above, *instead]


def _named(folders: Sequence[Path], names: Sequence[str]) -> list[Path]:
    """The pictures of these names, with or without suffix, in these folders."""
    whole = [folder / name for name in names for folder in folders]
    ended = [path.with_name(path.name + suffix) for path in whole for suffix in _SUFFIXES]
    return [path for path in all_there([*whole, *ended]) if is_picture(path)]


def _parsed(text: str) -> ET.Element:
    """The root of an annotation. Raises ValueError, before parsing, where it declares entities."""
    loud = text.upper()
    if "<!DOCTYPE" in loud or "<!ENTITY" in loud:
        raise ValueError("it declares a document type or entities, which annotations need not")
    try:
        tree = ET.fromstring(text)
    except (ET.ParseError, ValueError) as error:
        raise ValueError(f"broken XML: {error}") from error
    if tree.tag != "annotation":
        raise ValueError("its root is not <annotation>")
    return tree


def _add(
    collector: LabelCollector,
    photo: Path,
    file: str,
    place: str,
    found: tuple[ET.Element, ET.Element],
) -> None:
    """Add one object of a tree to its photo; one without a box does not say where the mark is."""
    tree, label = found
    name, difficult = _text(label, "name"), _text(label, "difficult") or "0"
    if not name:
        collector.lose(photo, "", place, "the object has no name")
    elif difficult not in ("0", "1"):
        collector.lose(photo, name, place, f"bad flag difficult: {difficult[:40]!r}")
    else:
        try:
            numbers, form = _box(label)
        except ValueError as error:
            collector.lose(photo, name, place, str(error))
            return
        collector.label(
            photo,
            name,
            place,
            numbers,
            form=form,
            size=_size(tree),
            described=file,
            ignored=difficult == "1",
        )


def _box(label: ET.Element) -> tuple[Sequence[object], Form]:
    """The corners of an object; of a turned one (roLabelImg) its outline, from centre and radians.

    Raises ValueError for a number of a turned box that is none.
    """
    box, turned = label.find("bndbox"), label.find("robndbox")
    if turned is None:
        return [] if box is None else [_text(box, key) for key in _CORNERS], "corners"
    keys = ("cx", "cy", "w", "h", "angle")
    cx, cy, width, height, angle = (read_number(_text(turned, key)) for key in keys)
    corners = turned_box((cx - width / 2, cy - height / 2, width, height), math.degrees(angle))
    return [number for corner in corners for number in corner], "outline"


def _text(element: ET.Element, key: str) -> str:
    return (element.findtext(key) or "").strip()


def _size(tree: ET.Element) -> Size | None:
    """The size the annotation tells, None where it does not or tells 0."""
    texts = [_text(tree, f"size/{side}") for side in ("width", "height")]
    plain = all(text.isascii() and text.isdigit() and len(text) < 10 for text in texts)
    width, height = map(int, texts) if plain else (0, 0)
    return (width, height) if width and height else None
