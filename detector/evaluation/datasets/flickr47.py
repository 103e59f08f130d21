"""FlickrLogos-47: in `train` and `test` a text `<photo>.gt_data.txt` beside each photo, and masks.

A line is `x1 y1 x2 y2 class dummy mask difficult truncated`; `className2ClassID.txt` has the names
of the classes. The mask of a line is `<photo>.<mask>.png`.
"""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

from detector.errors import DatasetError
from detector.evaluation.datasets.files import files_in, pictures_in, read_text
from detector.evaluation.datasets.label_collector import LabelCollector, Labels
from detector.evaluation.datasets.names import says_no_mark
from detector.evaluation.datasets.split_lists import read_splits

_NAMES = "className2ClassID.txt"
_TEXT = ".gt_data.txt"
_CELLS = 9


def fits(path: Path) -> bool:
    """Return whether the folder has the file with the names of the classes."""
    return (path / _NAMES).is_file()


def read(path: Path) -> Labels:
    """Read the photos under a folder; `train` or `test` is their source.

    A photo in a folder `no-logo`, or with an empty text, shows no mark. Raises `DatasetError` where
    the names of the classes cannot be read, or one number stands for two.
    """
    collector, names = LabelCollector(), _read_names(path / _NAMES)
    texts = {Path(str(text).removesuffix(_TEXT)): text for text in files_in(path, f"*{_TEXT}")}
    pictures = pictures_in(path)
    stems = {picture.with_suffix("") for picture in pictures}
    photos = [photo for photo in pictures if not _is_mask(photo.with_suffix(""), stems, texts)]
    read_splits(files_in(path, "filelist*.txt"), photos, collector)  # tells what is not there
    for photo in photos:
        source = photo.relative_to(path).parts[0]
        text = texts.pop(photo.with_suffix(""), None)
        if text is not None and collector.describe(photo, str(text), source):
            _read_text(collector, photo, text, names)
        elif says_no_mark(photo.parent.name):
            collector.describe(photo, str(photo), source)
        else:
            collector.photo(photo, str(photo), source)
    for text in texts.values():
        collector.orphan(str(text), "labels without a photo of that name")
    return collector.finish()


def _is_mask(stem: Path, stems: Container[Path], texts: Container[Path]) -> bool:
    """Whether a picture without a text has the name of another one, a dot and something more."""
    return stem not in texts and stem.suffix != "" and stem.with_suffix("") in stems


def _read_names(file: Path) -> dict[str, str]:
    names: dict[str, str] = {}
    for number, line in enumerate(read_text(file).splitlines(), start=1):
        cells = line.replace(",", " ").split()
        if len(cells) < 2:
            continue
        name, key = " ".join(cells[:-1]), cells[-1]
        if key in names or name in names.values():
            raise DatasetError(
                f"number {key} or name {name!r} stands there twice",
                place=f"{file}:{number}",
                remedy="Give every class a number and a name of its own.",
            )
        names[key] = name
    return names


def _read_text(collector: LabelCollector, photo: Path, text: Path, names: dict[str, str]) -> None:
    """Add every line of a text to its photo."""
    for place, cells in collector.lines(photo, text):
        if len(cells) != _CELLS:
            collector.lose(
                photo, "", place, f"bad line: {len(cells)} cells where {_CELLS} are needed"
            )
            continue
        name, difficult = names.get(cells[4], ""), cells[7]
        if not name:
            collector.lose(photo, "", place, f"unknown class {cells[4][:40]!r}")
        elif difficult not in ("0", "1"):
            collector.lose(photo, name, place, f"bad flag difficult: {difficult[:40]!r}")
        else:
            ignored, described = difficult == "1", str(text)
            collector.label(photo, name, place, cells[:4], described=described, ignored=ignored)
