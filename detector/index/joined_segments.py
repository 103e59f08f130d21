"""The living rows of several segments, joined and in the order of the whole index."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.index import row_map
from detector.index.feature_table import FeatureTable, array_layout, file_name, zero_array
from detector.index.import_entry import VIEW_ROW
from detector.index.manifest import DescriptorType
from detector.index.row_map import RowMap
from detector.index.segment import MARK_ROW, Segment
from detector.records import Features

ArrayFactory = Callable[[str, tuple[int, ...], str], NDArray[Any]]


def in_memory(_: str, shape: tuple[int, ...], dtype: str) -> NDArray[Any]:
    """Make an array in memory; its name is not used."""
    return np.empty(shape, dtype)


class JoinedSegments:
    """The living rows of `segments`, which may be reopened each time they are iterated.

    `marks` and `views` are for each segment the row in the index of each of its rows, or -1.
    """

    def __init__(self, segments: Iterable[Segment]) -> None:
        self._segments = segments
        ids, living, owners = [], [], []
        for segment in segments:
            ids.append(segment.ids)
            living.append(segment.living)
            owners.append(segment.views["mark"].copy())
        self.marks = row_map.map_marks(ids, living)
        self._owners = [rows[row] for rows, row in zip(self.marks, owners, strict=True)]
        self.views = row_map.map_rows(self._owners)

    @cached_property
    def mark_locations(self) -> NDArray[np.int32]:
        """The segment and the row in it of each mark, (marks, 2)."""
        return _locations(self.marks)

    @cached_property
    def view_locations(self) -> NDArray[np.int32]:
        """The segment and the row in it of each view, (views, 2)."""
        return _locations(self.views)

    def mark_rows(self) -> NDArray[np.void]:
        """`MARK_ROW` of each mark."""
        rows = np.zeros(row_map.count(self.marks), MARK_ROW)
        self.join(lambda segment: segment.marks, self.marks, rows)
        return rows

    def view_rows(self) -> NDArray[np.void]:
        """`VIEW_ROW` of each view; `mark` and `base` are rows of the index."""
        rows = np.zeros(row_map.count(self.views), VIEW_ROW)
        self.join(lambda segment: segment.views, self.views, rows)
        bases = [
            index_rows[segment.views["base"]]
            for index_rows, segment in zip(self.views, self._segments, strict=True)
        ]
        row_map.scatter(self._owners, self.views, rows["mark"])
        row_map.scatter(bases, self.views, rows["base"])
        return rows

    def table(
        self, name: str, channel: DescriptorType, new_array: ArrayFactory = in_memory
    ) -> FeatureTable:
        """Join the features of one channel, each array made by `new_array(array, shape, dtype)`.

        An array that no segment stores is read-only zeros.
        """
        counts = np.zeros(row_map.count(self.views), np.uint32)
        self.join(lambda segment: segment.tables[name].counts, self.views, counts)
        owners = [
            rows[segment.tables[name].view]
            for rows, segment in zip(self.views, self._segments, strict=True)
        ]
        row_maps, arrays = row_map.map_rows(owners), {}
        for array, (dtype, shape) in array_layout(channel, row_map.count(row_maps)).items():
            if self._is_stored(name, array):
                arrays[array] = new_array(array, shape, dtype)
                self.join(partial(_stored, name, array), row_maps, arrays[array])
            else:
                arrays[array] = zero_array(dtype, shape)
        return FeatureTable(counts, Features(**arrays))

    def _is_stored(self, name: str, array: str) -> bool:
        return any(file_name(name, array) in segment.files for segment in self._segments)

    def join(
        self, part: Callable[[Segment], NDArray[Any]], row_maps: Iterable[RowMap], out: NDArray[Any]
    ) -> None:
        """Copy the living rows of one array of every segment to their rows in `out`."""
        row_map.scatter((part(segment) for segment in self._segments), row_maps, out)


def _stored(name: str, array: str, segment: Segment) -> NDArray[Any]:
    values: NDArray[Any] = getattr(segment.tables[name].features, array)
    return values


def _locations(row_maps: list[RowMap]) -> NDArray[np.int32]:
    locations = np.zeros((row_map.count(row_maps), 2), np.int32)
    for number, rows in enumerate(row_maps):
        living = np.flatnonzero(rows >= 0)
        locations[rows[living], 0] = number
        locations[rows[living], 1] = living
    return locations
