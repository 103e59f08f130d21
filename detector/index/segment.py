"""A segment: an immutable folder with the views and features of some marks, without rights."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.index.codec import picture_from_bytes, sources_from_line
from detector.index.feature_table import read_table, write_table
from detector.index.immutable_folder import READ_ERRORS, ImmutableFolder, finalise, write_lines
from detector.index.import_entry import ORIGIN_BYTES, PARTS, VIEW_ROW, PackedEntry, channels_of
from detector.index.manifest import DescriptorType, Manifest, SegmentRecord, damaged
from detector.index.permanent_ids import derive, permanent_id
from detector.index.row_map import is_ascending
from detector.records import View

IDS, MARKS, SOURCES = "ids.json", "marks.npy", "sources.jsonl"
VIEWS, OFFSETS, PICTURES = "views.npy", "offsets.npy", "pictures.bin"
MARK_ROW = np.dtype([("id", "<i8"), ("digest", "u1", (32,)), ("origin", "u1", (ORIGIN_BYTES,))])


def write_segment(folder: Path, packed: Sequence[PackedEntry]) -> SegmentRecord:
    """Write a segment of at least one entry into the empty `folder` and seal it."""
    packed = sorted(packed, key=lambda mark: mark.id)
    write_ids(folder, [mark.id for mark in packed])
    write_lines(folder / SOURCES, [mark.sources for mark in packed])
    marks = [(mark.number, _bytes(mark.digest), _bytes(mark.origin)) for mark in packed]
    np.save(folder / MARKS, np.array(marks, MARK_ROW))
    np.save(folder / VIEWS, _view_rows(packed))
    _write_pictures(folder, packed)
    views = [view for mark in packed for view in mark.features]
    for name in channels_of(views):
        write_table(folder, name, views)
    return seal_segment(folder, len(packed))


def seal_segment(folder: Path, marks: int) -> SegmentRecord:
    """Seal the written segment of so many marks."""
    name, files = finalise(folder)
    return SegmentRecord(name, marks, files)


def write_ids(folder: Path, ids: Sequence[str]) -> None:
    """Write the sorted mark ids of a segment."""
    (folder / IDS).write_text(json.dumps(list(ids)), encoding="ascii")


class Segment(ImmutableFolder):
    """An open segment: everything mapped into memory, so that it outlives its folder.

    Raises `IndexDamaged` when a file is missing, cut short or not an array of the right shape.

    Attributes:
        record: its record in the manifest.
        marks: (M,) `MARK_ROW`: permanent id, digest of the contents, origin.
        views: (V,) `VIEW_ROW`; `mark` and `base` are rows of the segment.
        offsets: (V + 1,) int64, where each picture begins; a derived view has none.
        tables: the features of the views by channel.

    """

    def __init__(
        self, root: Path, record: SegmentRecord, channels: Mapping[str, DescriptorType]
    ) -> None:
        super().__init__(record.folder(root), record.files)
        self.record = record
        try:
            self._map(channels)
        except READ_ERRORS as error:
            raise damaged(self.folder, f"the segment cannot be opened ({error})") from error

    def _map(self, channels: Mapping[str, DescriptorType]) -> None:
        self._ids, self._sources = self.blob(IDS), self.blob(SOURCES)
        self.pictures = self.blob(PICTURES)
        self.marks = self.array(MARKS, MARK_ROW, self.record.marks)
        self.views = self.array(VIEWS, VIEW_ROW, None)
        count = len(self.views)
        self.offsets = self.array(OFFSETS, np.int64, count + 1)
        if not is_ascending(self.views["mark"], len(self.marks)):
            raise ValueError("the views are out of order or of an unknown mark")
        if np.any((self.views["base"] < 0) | (self.views["base"] >= count)):
            raise ValueError("a view is derived from an unknown one")
        self.tables = {
            name: read_table(self, name, channel, count) for name, channel in channels.items()
        }

    @cached_property
    def ids(self) -> list[str]:
        """The text ids of the marks, sorted. Raises `IndexDamaged`."""
        try:
            found = json.loads(self._ids.tobytes())
            fits = len(found) == len(self.marks) and all(isinstance(name, str) for name in found)
        except (TypeError, ValueError) as error:
            raise damaged(self.folder / IDS, "the ids are not readable") from error
        if not fits:
            raise damaged(self.folder / IDS, f"these are not the ids of {len(self.marks)} marks")
        return list(found)

    @cached_property
    def sources(self) -> list[bytes]:
        """A line for each mark with the names of its source pictures, not yet parsed."""
        return self._sources.tobytes().split(b"\n")[:-1]

    @cached_property
    def living(self) -> NDArray[np.bool_]:
        """(M,) whether each mark still counts."""
        dead = [permanent_id(name) for name in self.record.dead]
        return ~np.isin(self.marks["id"], np.array(dead, np.int64))

    @property
    def living_views(self) -> NDArray[np.int64]:
        """(N,) permanent ids of the views of marks that still count."""
        found: NDArray[np.int64] = self.views["id"][self.living[self.views["mark"]]]
        return found

    def picture(self, row: int) -> bytes:
        """The stored picture of a view; empty for a derived one."""
        return self.pictures[self.offsets[row] : self.offsets[row + 1]].tobytes()

    def view(self, row: int) -> View:
        """Decode the view in this row of the segment. Raises `IndexDamaged`."""
        info = self.views[row]
        base = int(info["base"])
        flags = {name: bool(info[name]) for name in ("inverted", "mirrored")}
        try:
            source = sources_from_line(self.sources[info["mark"]])[info["source"]]
            size = int(info["width"]), int(info["height"])
            pixels, content = picture_from_bytes(self.picture(base), size)
            mark, part = self.ids[info["mark"]], PARTS[info["part"]]
        except (IndexError, OSError, SyntaxError, TypeError, ValueError) as error:
            raise damaged(self.folder / PICTURES, f"view {row} is not readable") from error
        if base != row:
            pixels, content = derive(pixels, content, **flags)
        return View(mark, source, pixels, content, part, **flags)


@dataclass(frozen=True, slots=True)
class StoredSegments:
    """The segments of a manifest, each open only while it is iterated over."""

    root: Path
    manifest: Manifest

    def __iter__(self) -> Iterator[Segment]:
        for record in self.manifest.segments:
            yield Segment(self.root, record, self.manifest.channels)


def _view_rows(packed: Sequence[PackedEntry]) -> NDArray[np.void]:
    """(V,) `VIEW_ROW` of all views of a segment, marks in the given order."""
    rows: list[tuple[Any, ...]] = []
    for number, mark in enumerate(packed):
        first = len(rows)
        rows += [(view, number, first + base, *rest) for view, base, *rest in mark.views]
    return np.array(rows, VIEW_ROW)


def _write_pictures(folder: Path, packed: Sequence[PackedEntry]) -> None:
    lengths = [0]
    for mark in packed:
        pictures = iter(mark.pictures)
        for row, (_, base, *_) in enumerate(mark.views):
            lengths.append(len(next(pictures)) if base == row else 0)
    np.save(folder / OFFSETS, np.cumsum(lengths, dtype=np.int64))
    with (folder / PICTURES).open("wb") as file:
        file.writelines(picture for mark in packed for picture in mark.pictures)


def _bytes(data: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(data, np.uint8)
