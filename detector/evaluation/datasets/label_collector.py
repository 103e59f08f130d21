"""The labels of a dataset while its files are read: merged per photo, checked, nothing lost."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from detector.evaluation.datasets.boxes import Form, Size, read_box
from detector.evaluation.datasets.files import picture_size
from detector.evaluation.records import Box, LabelledPhoto, Truth, Unusable
from detector.marks.source import exists

Labels = tuple[list[LabelledPhoto], list[Unusable]]
"""What a reader gives: photos sorted by path, with class names as the files have them."""


class LabelCollector:
    """Collect photos and labels of one dataset, from its first line to `finish`.

    Nothing is raised for a line: what cannot be used is kept with its place and the reason.
    """

    def __init__(self) -> None:
        self._truths: dict[Path, list[Truth]] = {}
        self._sources: dict[Path, str] = {}
        self._sizes: dict[Path, Size] = {}
        self._lost: dict[tuple[Path, str], None] = {}
        self._unusable: list[Unusable] = []

    def refuse(self, place: str, reason: str) -> None:
        """Record a line that cannot be used."""
        self._unusable.append(Unusable(place, reason))

    def photo(self, path: Path, place: str, source: str = "") -> None:
        """Add a photo whose marks are not known yet; adding it twice is a duplicate."""
        if _normal(path) in self._truths:
            self.refuse(place, f"duplicate image {path.name!r}")
        else:
            self._is_there(path, place, source)

    def label(
        self,
        path: Path,
        mark: str,
        place: str,
        numbers: Sequence[object] = (),
        *,
        form: Form = "corners",
        size: Size | None = None,
        source: str = "",
    ) -> None:
        """Add a mark to a photo, with a box if there are numbers.

        `form` says how the numbers describe the box; `size` is that of the picture for which they
        were written, where the dataset tells it.
        """
        if not self._is_there(path, place, source):
            return
        try:
            box = self._box(_normal(path), numbers, form, size) if numbers else None
        except ValueError as error:
            self.lose(path, mark, place, str(error))
            return
        truth = Truth(mark.strip(), box)
        if truth in self._truths[_normal(path)]:
            self.refuse(place, f"duplicate label {truth.mark!r} of {path.name!r}")
        else:
            self._truths[_normal(path)].append(truth)

    def lose(self, path: Path, mark: str, place: str, reason: str) -> None:
        """Record a label that cannot be used, of a photo that nevertheless shows `mark`.

        `mark` is "" where the line does not say which.
        """
        self._lost[_normal(path), mark.strip()] = None
        self.refuse(place, reason)

    def finish(self) -> Labels:
        """Return the photos, sorted by path, and everything that could not be used.

        A photo that lost every label of a mark is left out: it shows the mark, so it would count
        a right answer as a false alarm.
        """
        incomplete = {
            path
            for path, mark in self._lost
            if path in self._truths and all(truth.mark != mark for truth in self._truths[path])
        }
        for path in sorted(incomplete):
            self.refuse(str(path), "left out: a label of it cannot be used")
        photos = [
            LabelledPhoto(path, tuple(truths), self._sources[path])
            for path, truths in sorted(self._truths.items())
            if path not in incomplete
        ]
        return photos, self._unusable

    def _is_there(self, path: Path, place: str, source: str) -> bool:
        """Whether the photo exists; the first line that names it says its source."""
        normal = _normal(path)
        if normal not in self._truths and not exists(normal):
            self.refuse(place, f"missing file {str(path)[-200:]!r}")
            return False
        self._truths.setdefault(normal, [])
        self._sources.setdefault(normal, source)
        return True

    def _box(self, path: Path, numbers: Sequence[object], form: Form, size: Size | None) -> Box:
        """The box in the photo; raises ValueError with words for people."""
        if path not in self._sizes:
            self._sizes[path] = picture_size(path)
        width, height = self._sizes[path]
        if size is not None and size != (width, height):
            other = f"{size[0]} x {size[1]}"
            raise ValueError(f"box made for a picture of {other}, this one has {width} x {height}")
        return read_box(numbers, form, (width, height))


def _normal(path: Path) -> Path:
    """The same path for the same file, however a line writes it."""
    return Path(os.path.normpath(path))
