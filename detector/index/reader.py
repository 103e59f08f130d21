"""`ReferenceIndex`: one state of an index, open for reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Generic, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from detector.errors import IndexDamaged, ReferenceIndexError
from detector.index.feature_table import FeatureTable
from detector.index.joined_segments import JoinedSegments
from detector.index.manifest import Manifest, damaged, read_manifest
from detector.index.mark_records import MarkRecords, newest
from detector.index.segment import Segment
from detector.index.view_table import ViewTable
from detector.records import Mark, References, View

T = TypeVar("T")


class LazySequence(Sequence[T], Generic[T]):
    """A sequence that computes each item on access."""

    def __init__(self, length: int, item: Callable[[int], T]) -> None:
        self._length, self._item = length, item

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        rows = range(self._length)[index]
        return [self._item(row) for row in rows] if isinstance(rows, range) else self._item(rows)

    def __iter__(self) -> Iterator[T]:
        return map(self._item, range(self._length))


class ReferenceIndex:
    """One state of a reference index: marks by id, their views, and features by channel.

    All files are mapped into memory by `open`, so this state stays readable while a writer
    replaces it. Marks are sorted by id, views by mark and import order, feature rows by view:
    row numbers depend on `generation` alone. Use it as a context manager.

    Attributes:
        generation: 32 hex digits that name the contents.
        settings: digests of the settings that stored features depend on, by feature name.
        channels: names of the channels that have features here, sorted.
        view_table: the properties of the V views, without their pictures.
        mark_ids: (M,) int64 permanent ids of the marks, the same in every index.
        marks: the M marks, with their newest records.
        views: the V views, each decoded on access.

    """

    def __init__(
        self,
        folder: Path,
        manifest: Manifest,
        segments: Sequence[Segment],
        records: Sequence[MarkRecords],
    ) -> None:
        self._folder, self._manifest = folder, manifest
        self._segments, self._mark_records = tuple(segments), tuple(records)
        self._joined = JoinedSegments(self._segments)
        self._references: dict[str, References] = {}
        self.generation = manifest.generation
        self.settings = dict(manifest.settings)
        self.channels = tuple(sorted(manifest.channels))
        rows = self._joined.mark_rows()
        self.mark_ids: NDArray[np.int64] = np.ascontiguousarray(rows["id"])
        self._origins = rows["origin"]
        self._records = newest(self._mark_records, self.mark_ids)
        self.view_table = ViewTable.of(self._joined.view_rows())
        self.marks: Sequence[Mark] = LazySequence(len(self.mark_ids), self._mark)
        self.views: Sequence[View] = LazySequence(len(self.view_table), self.view)

    @classmethod
    def open(cls, folder: Path) -> ReferenceIndex:
        """Open the current state of the index in `folder`.

        Checks the checksum of the manifest and that all files are there with the right sizes;
        `verify` checks every byte. Raises `IndexMissing`, `IndexDamaged` or `IndexVersion`.
        """
        while True:
            manifest = read_manifest(folder)
            try:
                segments = [
                    Segment(folder, record, manifest.channels) for record in manifest.segments
                ]
                records = [MarkRecords(folder, record) for record in manifest.ledgers]
            except IndexDamaged:
                # A writer may have replaced this state between the two steps: then try again.
                if read_manifest(folder) == manifest:
                    raise
            else:
                return cls(folder, manifest, segments, records)

    def close(self) -> None:
        """Release the mapped files, once no array from here is in use."""
        self._segments, self._mark_records, self._references = (), (), {}
        self._joined = JoinedSegments(())

    def __enter__(self) -> ReferenceIndex:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def mark(self, mark_id: str) -> Mark:
        """The mark with this id. Raises KeyError when there is none."""
        return self.marks[self._rows[mark_id]]

    def origin(self, mark_id: str) -> bytes:
        """`Entry.origin` of a mark, empty when it is not known or there is no such mark."""
        row = self._rows.get(mark_id)
        return b"" if row is None or not self._origins[row].any() else self._origins[row].tobytes()

    def view(self, row: int) -> View:
        """Decode the view in this row, 0 <= row < len(views). Raises `IndexDamaged`."""
        segment, local = self._joined.view_locations[row].tolist()
        view: View = self._segments[segment].view(local)
        return view

    def view_by_id(self, view: int) -> View:
        """Decode the view with this permanent id. Raises KeyError when there is none."""
        return self.view(self.view_table.rows[view])

    def references(self, channel: str) -> References:
        """All features of one channel; `view` are rows of `views`.

        They are read-only maps of the files where the index is one segment without dead marks, else
        copies that are joined on first use. Raises `ReferenceIndexError` for an unknown channel.
        """
        if channel not in self._manifest.channels:
            raise ReferenceIndexError(
                f"the index has no channel {channel}, only {', '.join(self.channels) or 'none'}",
                remedy="Import the marks again with this channel switched on.",
            )
        if channel not in self._references:
            table = self._table(channel)
            self._references[channel] = References(table.view, table.features)
        return self._references[channel]

    def _table(self, channel: str) -> FeatureTable:
        if len(self._segments) == 1 and self._segments[0].living.all():
            return self._segments[0].tables[channel]
        return self._joined.table(channel, self._manifest.channels[channel])

    def _mark(self, row: int) -> Mark:
        number, line = self._records[row].tolist()
        if number < 0:
            raise damaged(self._folder, f"there is no record of the mark in row {row}")
        mark: Mark = self._mark_records[number].mark(line)
        return mark

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {
            name: int(row)
            for segment, rows in zip(self._segments, self._joined.marks, strict=True)
            for name, row in zip(segment.ids, rows, strict=True)
            if row >= 0
        }
