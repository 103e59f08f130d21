"""The labels of a dataset while its files are read: merged per photo, checked, nothing lost.

Only a photo that is declared to show no mark is clean. One that has any trace of a label which
cannot be used is left out; one of which nothing is said at all is neither.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from detector.errors import DatasetError
from detector.evaluation.datasets.boxes import Form, Size, extent, read_place, upright
from detector.evaluation.datasets.files import Frame, picture_frame, read_text
from detector.evaluation.records import Box, LabelledPhoto, Outline, Truth, Unusable
from detector.marks.source import exists


class Labels(NamedTuple):
    """What a reader gives.

    `photos` are sorted by path and have class names as the files have them; one without truths is
    declared to show no mark. `unusable` are lines that cannot be used. `left_out` are photos with a
    trace of a label that cannot be used. `undeclared` are photos of which nothing is said; where
    `orphans` is true there are labels that may be theirs.
    """

    photos: list[LabelledPhoto]
    unusable: list[Unusable]
    left_out: list[Unusable]
    undeclared: list[LabelledPhoto]
    orphans: bool = False


@dataclass(slots=True)
class _Photo:
    """What is known of a photo; `descriptions` are its truths by the place that describes it."""

    source: str
    descriptions: dict[str, list[Truth]] = field(default_factory=dict)
    ignored: list[Truth] = field(default_factory=list)


class LabelCollector:
    """Collect photos and labels of one dataset, from its first line to `finish`.

    Nothing is raised for a line: what cannot be used is kept with its place and the reason.
    """

    def __init__(self) -> None:
        self._photos: dict[Path, _Photo] = {}
        self._frames: dict[Path, Frame] = {}
        self._lost: dict[Path, dict[str, None]] = {}
        self._doubts: dict[Path, str] = {}
        self._unusable: list[Unusable] = []
        self._orphans = False

    def refuse(self, place: str, reason: str) -> None:
        """Record a line that cannot be used, and is not the label of a photo."""
        self._unusable.append(Unusable(place, reason))

    def orphan(self, place: str, reason: str) -> None:
        """Record labels of which nobody knows to which photo they belong."""
        self._orphans = True
        self.refuse(place, reason)

    def photo(self, path: Path, place: str, source: str = "") -> bool:
        """Add a photo of which nothing is said yet; return whether it is there.

        The first line that names a photo says its source.
        """
        normal = _normal(path)
        if normal not in self._photos and not exists(normal):
            self.refuse(place, f"missing file {str(path)[-200:]!r}")
            return False
        self._photos.setdefault(normal, _Photo(source))
        return True

    def describe(self, path: Path, place: str, source: str = "") -> bool:
        """Add a photo all of whose labels are added for this `place`: without any it is clean."""
        if not self.photo(path, place, source):
            return False
        descriptions = self._photos[_normal(path)].descriptions
        if descriptions:
            self.refuse(place, f"duplicate image {path.name!r}")
        descriptions.setdefault(place, [])
        return True

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
        described: str = "",
        ignored: bool = False,
    ) -> None:
        """Add a mark to a photo, with a box if there are numbers.

        `form` says how the numbers describe the box; `size` is that of the picture for which they
        were written, where the dataset tells it. `described` is the place that describes the photo.
        An `ignored` object counts neither as missed nor as found.
        """
        if not self.photo(path, place, source):
            return
        photo = self._photos[_normal(path)]
        try:
            found = self._place(_normal(path), numbers, form, size) if numbers else (None, None)
        except ValueError as error:
            self.lose(path, mark, place, str(error))
            return
        truth = Truth(mark.strip(), *found)
        truths = photo.ignored if ignored else photo.descriptions.setdefault(described, [])
        if truth in truths:
            self.refuse(place, f"duplicate label {truth.mark!r} of {path.name!r}")
        else:
            truths.append(truth)

    def lose(self, path: Path, mark: str, place: str, reason: str) -> None:
        """Record a label that cannot be used, of a photo that nevertheless shows `mark`.

        `mark` is "" where the line does not say which.
        """
        self._lost.setdefault(self._known(path), {})[mark.strip()] = None
        self.refuse(place, reason)

    def lines(self, path: Path, text: Path) -> Iterator[tuple[str, list[str]]]:
        """Yield the place and the cells of every line of a photo's text; lost if not readable."""
        try:
            lines = read_text(text).splitlines()
        except DatasetError as error:
            self.lose(path, "", str(text), error.message)
            return
        for number, line in enumerate(lines, start=1):
            if cells := line.split():
                yield f"{text}:{number}", cells

    def doubt(self, path: Path, reason: str) -> None:
        """Leave out a photo, because nobody knows whether its labels are its own."""
        self._doubts.setdefault(self._known(path), reason)

    def bare(self) -> list[Path]:
        """Return the photos that have no label so far, lost or not."""
        return [
            path
            for path, photo in self._photos.items()
            if not any(photo.descriptions.values()) and not photo.ignored and path not in self._lost
        ]

    def finish(self) -> Labels:
        """Return the photos, and everything that could not be used.

        A photo that lost every label of a mark is left out: it shows the mark, so it would count
        a right answer as a false alarm.
        """
        photos, undeclared, left_out = [], [], []
        for path, photo in sorted(self._photos.items()):
            truths = next(iter(photo.descriptions.values()), [])
            made = LabelledPhoto(path, tuple(truths), photo.source, tuple(photo.ignored))
            if trouble := self._trouble(path, photo):
                left_out.append(Unusable(str(path), f"left out: {trouble}"))
            elif photo.descriptions or photo.ignored:
                photos.append(made)
            else:
                undeclared.append(made)
        return Labels(photos, self._unusable, left_out, undeclared, self._orphans)

    def _known(self, path: Path) -> Path:
        """The path under which a photo is kept; it is told as left out only if it is there."""
        normal = _normal(path)
        if exists(normal):
            self._photos.setdefault(normal, _Photo(""))
        return normal

    def _trouble(self, path: Path, photo: _Photo) -> str:
        """Why a photo is left out; "" where it is not."""
        truths = [Counter(given) for given in photo.descriptions.values()]
        known = {truth.mark for given in truths for truth in given}
        if path in self._doubts:
            return self._doubts[path]
        if not self._lost.get(path, {}).keys() <= known:
            return "a label of it cannot be used"
        if any(given != truths[0] for given in truths):
            return "described twice, and not alike"
        return ""

    def _place(
        self, path: Path, numbers: Sequence[object], form: Form, told: Size | None
    ) -> tuple[Box, Outline | None]:
        """The box in the upright photo; raises ValueError with words for people."""
        if path not in self._frames:
            self._frames[path] = picture_frame(path)
        frame = self._frames[path]
        if told in (None, frame.size):
            return read_place(numbers, form, frame.size)
        if told != frame.stored:
            sizes = [f"{width} x {height}" for width, height in (told or (0, 0), frame.size)]
            raise ValueError(f"box made for a picture of {sizes[0]}, this one has {sizes[1]}")
        (x0, y0, x1, y1), outline = read_place(numbers, form, frame.stored)
        corners = upright(((x0, y0), (x1, y1)), frame.turn, frame.stored)
        return extent(corners), outline and upright(outline, frame.turn, frame.stored)


def _normal(path: Path) -> Path:
    """The same path for the same file, however a line writes it."""
    return Path(os.path.normpath(path))
