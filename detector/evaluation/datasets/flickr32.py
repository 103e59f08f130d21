"""FlickrLogos-32: `classes/jpg/<class>`, `classes/masks/<class>/*.bboxes.txt`, set lists."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from detector.errors import DatasetError
from detector.evaluation.datasets.files import files_in, first_there, pictures_in, read_text
from detector.evaluation.datasets.label_collector import LabelCollector, Labels
from detector.evaluation.datasets.names import says_no_mark

_SETS = ("train", "val", "test")
_HEADER = ["x", "y", "width", "height"]


def fits(path: Path) -> bool:
    """Return whether there is a folder `classes/jpg`."""
    return (path / "classes" / "jpg").is_dir()


def read(path: Path) -> Labels:
    """Read photos named by their folder, boxes from texts, and the set as their source.

    A photo without a text of boxes does not say where the mark is; one in `no-logo` shows none.
    """
    collector = LabelCollector()
    photos = pictures_in(path / "classes" / "jpg")
    sources = _sources(path, photos, collector)
    found = files_in(path / "classes", "masks/**/*.bboxes.txt")
    texts = {(text.parent.name.casefold(), text.name): text for text in found}
    for photo in photos:
        collector.photo(photo, str(photo), sources.get(photo, ""))
        text = texts.pop((photo.parent.name.casefold(), f"{photo.name}.bboxes.txt"), None)
        if text is not None and says_no_mark(photo.parent.name):
            collector.lose(photo, "", str(text), "boxes of a photo that is said to show no mark")
        else:
            _add(collector, photo, text)
    for text in sorted(texts.values()):
        collector.refuse(str(text), "missing file: no photo belongs to these boxes")
    return collector.finish()


def _add(collector: LabelCollector, photo: Path, text: Path | None) -> None:
    """Add the boxes of one photo."""
    mark = photo.parent.name
    if text is None:
        collector.label(photo, mark, str(photo))
        return
    try:
        lines = read_text(text).splitlines()
    except DatasetError as error:
        collector.lose(photo, mark, str(text), error.message)
        return
    rows = [(at, line.replace(",", " ").split()) for at, line in enumerate(lines, start=1)]
    rows = [(at, cells) for at, cells in rows if cells and cells != _HEADER]
    for at, cells in rows:
        collector.label(photo, mark, f"{text}:{at}", cells, form="corner and size")
    if not rows:
        collector.lose(photo, mark, str(text), "no box in the file")


def _sources(path: Path, photos: list[Path], collector: LabelCollector) -> dict[Path, str]:
    """The set of every photo that a set names; what a set names and is not there is told."""
    known = {(photo.parent.name.casefold(), photo.name): photo for photo in photos}
    sources: dict[Path, str] = {}
    for name in _SETS:
        file = first_there(path / f"{name}set{end}" for end in (".txt", ".relpaths.txt"))
        lines = read_text(file).splitlines() if file else []
        for number, line in enumerate(lines, start=1):
            parts = PurePosixPath(re.sub(r"[\s,]+", "/", line.strip())).parts
            photo = known.get((parts[-2].casefold(), parts[-1])) if len(parts) > 1 else None
            if photo is not None:
                sources.setdefault(photo, name)
            elif parts:
                collector.refuse(f"{file}:{number}", f"missing file {line.strip()[:80]!r}")
    return sources
