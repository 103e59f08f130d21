"""Several segments seen as one: which rows live, in which order, and their arrays joined."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.index import row_map as places
from detector.index.entry import VIEW_ROW
from detector.index.feature_table import FeatureTable, file_name, layout, zeros
from detector.index.manifest import Channel
from detector.index.row_map import Places
from detector.index.segment import MARK_ROW, Segment
from detector.records import Features

Maker = Callable[[str, tuple[int, ...], str], NDArray[Any]]


def in_memory(_: str, shape: tuple[int, ...], dtype: str) -> NDArray[Any]:
    """Make an array in memory; the name is of no use here."""
    return np.empty(shape, dtype)


class Arrangement:
    """The living rows of `segments`, which may be opened anew each time they are iterated.

    `marks` and `views` give, for each segment, the place of its rows in the whole, or -1.
    """

    def __init__(self, segments: Iterable[Segment]) -> None:
        self._segments = segments
        ids, living, owners = [], [], []
        for segment in segments:
            ids.append(segment.ids)
            living.append(segment.living)
            owners.append(segment.views["mark"].copy())
        self.marks = places.mark_places(ids, living)
        self._owners = [place[row] for place, row in zip(self.marks, owners, strict=True)]
        self.views = places.row_places(self._owners)

    @cached_property
    def mark_origin(self) -> NDArray[np.int32]:
        """The segment and the row in it of each mark, (marks, 2)."""
        return _origin(self.marks)

    @cached_property
    def view_origin(self) -> NDArray[np.int32]:
        """The segment and the row in it of each view, (views, 2)."""
        return _origin(self.views)

    def mark_rows(self) -> NDArray[np.void]:
        """`MARK_ROW` of each mark."""
        rows = np.zeros(places.count(self.marks), MARK_ROW)
        self.join(lambda segment: segment.marks, self.marks, rows)
        return rows

    def view_rows(self) -> NDArray[np.void]:
        """`VIEW_ROW` of each view; `mark` and `base` are rows in the whole."""
        rows = np.zeros(places.count(self.views), VIEW_ROW)
        self.join(lambda segment: segment.views, self.views, rows)
        bases = [
            place[segment.views["base"]]
            for place, segment in zip(self.views, self._segments, strict=True)
        ]
        places.scatter(self._owners, self.views, rows["mark"])
        places.scatter(bases, self.views, rows["base"])
        return rows

    def table(self, name: str, channel: Channel, make: Maker = in_memory) -> FeatureTable:
        """The joined features of one channel, each array made by `make(array, shape, dtype)`.

        An array that no segment stores is not made.
        """
        counts = np.zeros(places.count(self.views), np.uint32)
        self.join(lambda segment: segment.tables[name].counts, self.views, counts)
        owners = [
            place[segment.tables[name].view]
            for place, segment in zip(self.views, self._segments, strict=True)
        ]
        where, arrays = places.row_places(owners), {}
        for array, (dtype, shape) in layout(channel, places.count(where)).items():
            if self._is_stored(name, array):
                arrays[array] = make(array, shape, dtype)
                self.join(partial(_stored, name, array), where, arrays[array])
            else:
                arrays[array] = zeros(dtype, shape)
        return FeatureTable(counts, Features(**arrays))

    def _is_stored(self, name: str, array: str) -> bool:
        return any(file_name(name, array) in segment.files for segment in self._segments)

    def join(
        self,
        part: Callable[[Segment], NDArray[Any]],
        where: Iterable[Places],
        out: NDArray[Any],
    ) -> None:
        """Copy the living rows of one array of every segment to their places in `out`."""
        places.scatter((part(segment) for segment in self._segments), where, out)


def _stored(name: str, array: str, segment: Segment) -> NDArray[Any]:
    found: NDArray[Any] = getattr(segment.tables[name].features, array)
    return found


def _origin(where: list[Places]) -> NDArray[np.int32]:
    origin = np.zeros((places.count(where), 2), np.int32)
    for number, place in enumerate(where):
        living = np.flatnonzero(place >= 0)
        origin[place[living], 0] = number
        origin[place[living], 1] = living
    return origin
