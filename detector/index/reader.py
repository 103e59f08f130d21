"""`ReferenceIndex`: one state of an index, open for reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Generic, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from detector.errors import IndexDamaged, ReferenceIndexError
from detector.index.joined_segments import Arrangement
from detector.index.manifest import Manifest, damaged, read_manifest
from detector.index.segment import Segment
from detector.index.view_table import ViewTable, permanent_id
from detector.records import Mark, References, View

T = TypeVar("T")


class Lazy(Sequence[T], Generic[T]):
    """A sequence whose items are made when they are asked for."""

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

    Everything is mapped into memory at `open`, so this state stays readable while a writer
    replaces it. Marks are sorted by id, views by mark and import order, feature rows by view:
    row numbers depend on `generation` alone. Use it as a context manager.
    """

    def __init__(self, folder: Path, manifest: Manifest, segments: Sequence[Segment]) -> None:
        self._folder = folder
        self._manifest, self._segments = manifest, tuple(segments)
        self._arrangement = Arrangement(self._segments)
        self._references: dict[str, References] = {}
        self.generation = manifest.generation
        self.settings = dict(manifest.settings)
        self.channels = tuple(sorted(manifest.channels))
        info = self._arrangement.view_info()
        self.view_table = ViewTable.of(info, self._ids(info))
        self.marks: Sequence[Mark] = Lazy(len(self._arrangement.mark_origin), self._mark)
        self.views: Sequence[View] = Lazy(len(self.view_table), self.view)

    @classmethod
    def open(cls, folder: Path) -> ReferenceIndex:
        """Open the current state of the index in `folder`.

        Checks the checksum of the manifest and that all files are there with the right sizes;
        `verify` checks every byte. Raises `IndexMissing`, `IndexDamaged` or `IndexVersion`.
        """
        while True:
            manifest = read_manifest(folder)
            try:
                found = [Segment(folder, one, manifest.channels) for one in manifest.segments]
            except IndexDamaged:
                # A writer may have replaced this state between the two steps: then look again.
                if read_manifest(folder) == manifest:
                    raise
            else:
                return cls(folder, manifest, found)

    def close(self) -> None:
        """Let go of the mapped files, once no array taken from here is in use."""
        self._segments, self._references = (), {}
        self._arrangement = Arrangement(())

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

    def view(self, row: int) -> View:
        """Decode the view in this row, 0 <= row < len(views). Raises `IndexDamaged`."""
        segment, local = self._arrangement.view_origin[row].tolist()
        view: View = self._segments[segment].view(local)
        return view

    def view_by_id(self, view: int) -> View:
        """Decode the view with this permanent id. Raises KeyError when there is none."""
        return self.view(self.view_table.rows[view])

    def references(self, channel: str) -> References:
        """All features of one channel; `view` are rows of `views`.

        The arrays are read-only maps of the files where the index is one segment without dead
        marks, else copies joined on first use. Raises `ReferenceIndexError` for an unknown
        channel.
        """
        if channel not in self._manifest.channels:
            raise ReferenceIndexError(
                f"the index has no channel {channel}, only {', '.join(self.channels) or 'none'}",
                remedy="Import the marks again with this channel switched on.",
            )
        if channel not in self._references:
            try:
                self._references[channel] = self._join(channel)
            except IndexError as error:
                what = f"channel {channel} has features of an unknown view"
                raise damaged(self._folder, what) from error
        return self._references[channel]

    def _join(self, channel: str) -> References:
        if len(self._segments) == 1 and not self._segments[0].record.dead:
            return self._segments[0].channels[channel]
        return self._arrangement.references(channel, self._manifest.channels[channel])

    def _ids(self, info: NDArray[np.void]) -> NDArray[np.int64]:
        """(V,) int64: permanent ids of all views."""
        names = [self._mark_id(row) for row in range(len(self._arrangement.mark_origin))]
        seen: Counter[int] = Counter()
        ids = np.zeros(len(info), np.int64)
        for row, mark in enumerate(info["mark"].tolist()):
            ids[row] = permanent_id(names[mark], str(seen[mark]))
            seen[mark] += 1
        return ids

    def _mark_id(self, row: int) -> str:
        segment, local = self._arrangement.mark_origin[row].tolist()
        return str(self._segments[segment].ids[local])

    def _mark(self, row: int) -> Mark:
        segment, local = self._arrangement.mark_origin[row].tolist()
        mark: Mark = self._segments[segment].mark(local)[0]
        return mark

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {
            name: int(row)
            for segment, place in zip(self._segments, self._arrangement.marks, strict=True)
            for name, row in zip(segment.ids, place, strict=True)
            if row >= 0
        }
