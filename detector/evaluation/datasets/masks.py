"""TopLogo-10: `jpg/<class>/photo.jpg`, `masks/<class>/photo.jpg.mask.0.png`; one mask, one mark."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from detector.evaluation.datasets.boxes import Size
from detector.evaluation.datasets.files import pictures_in
from detector.evaluation.datasets.label_collector import LabelCollector, Labels
from detector.evaluation.datasets.names import says_no_mark
from detector.evaluation.records import Box
from detector.pictures.reader import read_picture

_MASK = re.compile(r"(\.mask\.([0-9]+|merged))?\.[a-z]+$", re.I)
"""What the name of a mask has after that of its photo, which may have dots itself."""


def fits(path: Path) -> bool:
    """Return whether there are folders `jpg` and `masks`."""
    return (path / "jpg").is_dir() and (path / "masks").is_dir()


def read(path: Path) -> Labels:
    """Read photos named by their folder; a box is the extent of a mask's non-black pixels.

    A photo without a mask file does not say where the mark is. `photo.mask.merged.png`, all masks
    in one, is read only where there are no single ones.
    """
    collector = LabelCollector()
    masks = _masks_by_photo(path, collector)
    for photo in pictures_in(path / "jpg"):
        mark, found = photo.parent.name, masks.get(photo, [])
        collector.photo(photo, str(photo))
        if not found:
            collector.label(photo, mark, str(photo))
        if found and says_no_mark(mark):
            words = "a mask of a photo that is said to show no mark"
            collector.lose(photo, "", str(found[0]), words)
        for mask in [file for file in found if ".merged." not in file.name] or found:
            _add(collector, photo, mark, mask)
    return collector.finish()


def mask_box(path: Path) -> tuple[Box, Size]:
    """Return the extent of the non-black pixels and the picture's size. Raises ValueError."""
    reading = read_picture(path)
    if reading.status != "ok" or reading.pictures[0].ground != "none":
        raise ValueError(f"bad mask: {reading.message or 'it is transparent'}")
    shown = reading.pictures[0].pixels.max(axis=2) > 0
    xs, ys = np.flatnonzero(shown.any(axis=0)), np.flatnonzero(shown.any(axis=1))
    if not len(xs):
        raise ValueError("empty mask: box without area")
    box = float(xs[0]), float(ys[0]), float(xs[-1] + 1), float(ys[-1] + 1)
    return box, (reading.width, reading.height)


def _masks_by_photo(path: Path, collector: LabelCollector) -> dict[Path, list[Path]]:
    """The masks of each photo; those of none are told."""
    photos = {}
    for photo in pictures_in(path / "jpg"):
        folder = photo.parent.relative_to(path / "jpg")
        photos[folder / photo.name] = photo
        photos.setdefault(folder / photo.stem, photo)
    masks: dict[Path, list[Path]] = {}
    for mask in pictures_in(path / "masks"):
        name = mask.relative_to(path / "masks")
        name = name.with_name(_MASK.sub("", name.name))
        if name in photos:
            masks.setdefault(photos[name], []).append(mask)
        else:
            collector.refuse(str(mask), "missing file: no photo belongs to this mask")
    return masks


def _add(collector: LabelCollector, photo: Path, mark: str, mask: Path) -> None:
    try:
        box, size = mask_box(mask)
    except ValueError as error:
        collector.lose(photo, mark, str(mask), str(error))
    else:
        collector.label(photo, mark, str(mask), box, size=size)
