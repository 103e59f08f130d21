"""Pascal VOC XML, as OpenLogo and LogoDet-3K have it: one file per photo, in any folders."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from detector.errors import DatasetError
from detector.evaluation.datasets.boxes import Size
from detector.evaluation.datasets.files import (
    files_in,
    first_there,
    head_of,
    pictures_in,
    read_text,
)
from detector.evaluation.datasets.label_collector import LabelCollector, Labels
from detector.pictures.formats import PHOTO_SUFFIXES

_CORNERS = ("xmin", "ymin", "xmax", "ymax")
_SUFFIXES = (*PHOTO_SUFFIXES, *(suffix.upper() for suffix in PHOTO_SUFFIXES))


def fits(path: Path) -> bool:
    """Return whether any XML file under the folder is an annotation."""
    return path.is_dir() and any("<annotation" in head_of(file) for file in files_in(path, "*.xml"))


def read(path: Path) -> Labels:
    """Read the photos of every annotation under a folder.

    The picture lies beside its XML or in `JPEGImages` or `images` beside the XML's folder. The
    folders above the XML's own are the source. Pictures without an annotation are told as one line.
    """
    collector = LabelCollector()
    labelled = {
        photo for file in files_in(path, "*.xml") for photo in _read_file(file, path, collector)
    }
    alone = [picture for picture in pictures_in(path) if picture not in labelled]
    if alone:
        count = f"pictures without a usable annotation: {len(alone):,}"
        collector.refuse(
            str(path), f"{count}, the first is {alone[0].relative_to(path).as_posix()!r}"
        )
    return collector.finish()


def _read_file(file: Path, root: Path, collector: LabelCollector) -> Iterator[Path]:
    """Add one annotation; yields its photo."""
    try:
        tree = _parsed(read_text(file))
    except (DatasetError, ValueError) as error:
        collector.refuse(str(file), getattr(error, "message", str(error)))
        return
    photo = _find(file, tree.findtext("filename") or "")
    above = file.parent.relative_to(root).parent.as_posix()
    source = "" if above == "." else above
    yield photo
    collector.photo(photo, str(file), source)
    for number, label in enumerate(tree.iter("object"), start=1):
        _add(collector, photo, f"{file}: object {number}", label, _size(tree))


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
    collector: LabelCollector, photo: Path, place: str, label: ET.Element, size: Size | None
) -> None:
    """Add one object to its photo; one without `bndbox` does not say where the mark is."""
    name, box = (label.findtext("name") or "").strip(), label.find("bndbox")
    if not name:
        collector.lose(photo, "", place, "the object has no name")
        return
    numbers = [] if box is None else [(box.findtext(corner) or "").strip() for corner in _CORNERS]
    collector.label(photo, name, place, numbers, size=size)


def _size(tree: ET.Element) -> Size | None:
    """The size the annotation tells, None where it does not or tells 0."""
    texts = [(tree.findtext(f"size/{side}") or "").strip() for side in ("width", "height")]
    plain = all(text.isascii() and text.isdigit() and len(text) < 10 for text in texts)
    width, height = map(int, texts) if plain else (0, 0)
    return (width, height) if width and height else None


def _find(file: Path, name: str) -> Path:
    """Where the picture lies: by the name that is told, else by that of the XML."""
    plain = PurePosixPath(name.strip().replace("\\", "/")).name
    names = [*([plain] if plain else []), *(file.stem + suffix for suffix in _SUFFIXES)]
    above = file.parent.parent
    folders = [file.parent, above / "JPEGImages", above / "images", above]
    return (
        first_there(folder / name for name in names for folder in folders) or file.parent / names[0]
    )
