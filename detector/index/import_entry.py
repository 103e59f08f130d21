"""The entries of an import, which are checked and packed before they are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import get_args

import numpy as np

from detector.errors import UsageError
from detector.index.codec import mark_to_line, picture_to_bytes, sources_to_line
from detector.index.manifest import CHANNEL_NAME, DescriptorType
from detector.index.permanent_ids import base_rows, permanent_id, view_ids
from detector.records import Features, Mark, Part, View

PARTS: tuple[Part, ...] = get_args(Part)
VIEW_ROW = np.dtype(
    [
        ("id", "<i8"),
        ("mark", "<i4"),
        ("base", "<i4"),
        ("source", "<i4"),
        ("width", "<i4"),
        ("height", "<i4"),
        ("part", "u1"),
        ("inverted", "?"),
        ("mirrored", "?"),
    ]
)
ORIGIN_BYTES = 32
ViewRow = tuple[int, int, int, int, int, int, bool, bool]
"""Permanent id, base and source counted within the mark, width, height, part, two flags."""


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One mark to import.

    Attributes:
        mark: the mark and the rights in it.
        views: its views, given ones before those derived from them.
        features: for each view its features by channel name.
        origin: SHA-256 of the pictures that it was made from, by which the caller sees whether
            they have changed since; empty where that is not known.

    """

    mark: Mark
    views: tuple[View, ...]
    features: tuple[dict[str, Features], ...]
    origin: bytes = b""


@dataclass(frozen=True, slots=True, eq=False)
class PackedRecord:
    """The record of a mark ready to be written: text id, permanent id, JSON line."""

    id: str
    number: int
    line: bytes

    @property
    def size(self) -> int:
        """Size in memory, in bytes."""
        return len(self.line)


@dataclass(frozen=True, slots=True, eq=False)
class PackedEntry(PackedRecord):
    """An entry ready to be written. `pictures` are those of views that are not derived."""

    sources: bytes
    digest: bytes
    origin: bytes
    views: tuple[ViewRow, ...]
    pictures: tuple[bytes, ...]
    features: tuple[dict[str, Features], ...]

    @property
    def size(self) -> int:
        """Size in memory, in bytes."""
        arrays = sum(_memory_size(table) for view in self.features for table in view.values())
        return len(self.line) + arrays + sum(map(len, self.pictures))


def pack_record(mark: Mark) -> PackedRecord:
    """Pack the record of a mark."""
    return PackedRecord(mark.id, permanent_id(mark.id), mark_to_line(mark))


def pack(entry: Entry) -> PackedEntry:
    """Check and pack one entry. Raises `UsageError` where its arrays are not as records.py says."""
    _check(entry)
    record, views = pack_record(entry.mark), entry.views
    bases = base_rows(views)
    sources = list(dict.fromkeys(view.source for view in views))
    return PackedEntry(
        id=record.id,
        number=record.number,
        line=record.line,
        sources=sources_to_line(sources),
        digest=_digest(entry),
        origin=entry.origin or bytes(ORIGIN_BYTES),
        views=tuple(
            (number, base, sources.index(view.source), *_size_and_flags(view))
            for number, base, view in zip(view_ids(views), bases, views, strict=True)
        ),
        pictures=tuple(
            picture_to_bytes(view.pixels, view.content)
            for row, view in enumerate(views)
            if bases[row] == row
        ),
        features=entry.features,
    )


def channels_of(features: Iterable[Mapping[str, Features]]) -> dict[str, DescriptorType]:
    """The type of the descriptors of each channel that occurs.

    Raises `UsageError` when two views disagree: an empty `Features` too has its dtype and width.
    """
    types: dict[str, DescriptorType] = {}
    for view in features:
        for name, table in view.items():
            channel = DescriptorType(table.descriptors.dtype.name, table.descriptors.shape[1])
            if types.setdefault(name, channel) != channel:
                raise UsageError(f"channel {name} gives both {types[name]} and {channel}")
    return types


def _check(entry: Entry) -> None:
    place = f"mark {entry.mark.id}"
    if len(entry.views) != len(entry.features):
        raise UsageError("has not one set of features for each view", place=place)
    if len(entry.origin) not in (0, ORIGIN_BYTES):
        raise UsageError(f"has an origin that is not {ORIGIN_BYTES} bytes", place=place)
    for view in entry.views:
        _check_view(view, entry.mark.id, place)
    for name, table in (pair for view in entry.features for pair in view.items()):
        if not CHANNEL_NAME.fullmatch(name):
            raise UsageError(f"has a channel with a bad name {name!r}", place=place)
        if not _is_sound(table):
            raise UsageError(f"has wrong arrays in channel {name}", place=place)


def _check_view(view: View, mark: str, place: str) -> None:
    height, width = view.content.shape
    dtypes = view.pixels.dtype == np.uint8 and view.content.dtype == np.bool_
    if view.mark != mark or not height * width:
        raise UsageError("has an empty view or a view of another mark", place=place)
    if not dtypes or view.pixels.shape != (height, width, 3):
        raise UsageError("has a view that is not RGB with a mask", place=place)


def _is_sound(table: Features) -> bool:
    """Whether shapes and dtypes are those that records.py promises."""
    rows = len(table.frames)
    shapes = table.frames.shape == (rows, 4) and table.labels.shape == (rows,)
    dtypes = table.frames.dtype == np.float32 and table.labels.dtype == np.int16
    is_known = table.descriptors.dtype in (np.uint8, np.float16) and table.descriptors.ndim == 2
    return shapes and dtypes and is_known and len(table.descriptors) == rows


def _memory_size(table: Features) -> int:
    return table.frames.nbytes + table.descriptors.nbytes + table.labels.nbytes


def _size_and_flags(view: View) -> tuple[int, int, int, bool, bool]:
    height, width = view.content.shape
    return width, height, PARTS.index(view.part), view.inverted, view.mirrored


def _digest(entry: Entry) -> bytes:
    """SHA-256 of a mark's id, views and features, whatever the compression of its pictures."""
    digest = sha256(ascii(entry.mark.id).encode())
    for view, tables in zip(entry.views, entry.features, strict=True):
        channels = {name: table for name, table in tables.items() if len(table)}
        digest.update(ascii((view.source, _size_and_flags(view), sorted(channels))).encode())
        digest.update(view.pixels.tobytes() + view.content.tobytes())
        for _, table in sorted(channels.items()):
            for array in (table.frames, table.descriptors, table.labels):
                digest.update(repr((array.dtype.str, array.shape)).encode())
                digest.update(array.tobytes())
    return digest.digest()
