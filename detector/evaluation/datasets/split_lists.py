"""Split lists: texts that name the photos of a training, validation or test set, one a line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from detector.errors import DatasetError
from detector.evaluation.datasets.files import read_text
from detector.evaluation.datasets.label_collector import LabelCollector


def read_splits(
    lists: Iterable[Path], photos: Sequence[Path], collector: LabelCollector
) -> dict[Path, str]:
    """Return the split of every photo that a list names; the name of the list is that of the split.

    A line is a path, or a name with or without suffix, of which only the first cell counts: Pascal
    VOC adds 1 or -1 in lists that are about one class, which name no split and are passed over. A
    photo in several lists has the first, except that a wider one such as `trainval` gives way. What
    a list names and is not there is told.
    """
    known = _photos_by_name(photos)
    splits: dict[Path, str] = {}
    for file in sorted(lists, key=lambda file: ("trainval" in file.stem, file)):
        names = _names(file, collector)
        found = {name: _photo(name, known) for name in names}
        splits = {photo: file.stem for photo in found.values() if photo} | splits
        missing = [name for name, photo in found.items() if photo is None]
        if missing:
            count = f"missing file: {len(missing):,} of {len(found):,} photos of the list"
            collector.refuse(str(file), f"{count} are not here, the first is {missing[0][:80]!r}")
    return splits


def _names(file: Path, collector: LabelCollector) -> list[str]:
    """The names in a list; none of one that is about a single class, or cannot be read."""
    try:
        rows = [line.split() for line in read_text(file).splitlines() if line.strip()]
    except DatasetError as error:
        collector.refuse(str(file), error.message)
        return []
    if any(cells[-1] in ("1", "-1", "0") for cells in rows if len(cells) > 1):
        return []
    return [" ".join(cells).replace("\\", "/").removeprefix("./") for cells in rows]


def _photos_by_name(photos: Sequence[Path]) -> dict[str, list[Path]]:
    """The photos by the last part of their path, with and without suffix."""
    known: dict[str, list[Path]] = {}
    for photo in photos:
        for name in {photo.name, photo.stem}:
            known.setdefault(name, []).append(photo)
    return known


def _photo(name: str, known: dict[str, list[Path]]) -> Path | None:
    """The one photo of a name whose path ends as it does."""
    parts = PurePosixPath(name).parts
    near = known.get(parts[-1], []) if parts else []
    fits = [photo for photo in near if photo.parts[-len(parts) : -1] == parts[:-1]]
    chosen = fits or (near if len(near) == 1 else [])
    return chosen[0] if len(chosen) == 1 else None
