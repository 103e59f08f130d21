"""A segment: an immutable folder with marks, view pictures and features, named by its content."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.index.codec import mark_from_line, picture_from_png
from detector.index.entry import PARTS, VIEW_INFO, Packed, channels_of
from detector.index.manifest import (
    Channel,
    FileInfo,
    Manifest,
    SegmentRecord,
    damaged,
    sync,
)
from detector.index.row_map import is_ascending
from detector.records import Features, Mark, References, View

IDS, MARKS, DIGESTS = "ids.json", "marks.jsonl", "digests.npy"
VIEWS, OFFSETS, PICTURES = "views.npy", "offsets.npy", "pictures.bin"
# What numpy and json raise for files that are not what they should be.
BROKEN = (OSError, ValueError, KeyError, TypeError, SyntaxError, TokenError)
ARRAYS = ("view", "frames", "descriptors", "labels")


def write_segment(folder: Path, packed: Sequence[Packed]) -> SegmentRecord:
    """Write a segment of at least one entry into the empty `folder` and seal it."""
    packed = sorted(packed, key=lambda one: one.id)
    write_ids(folder, [one.id for one in packed])
    write_lines(folder, [one.line for one in packed])
    digests = np.frombuffer(b"".join(one.digest for one in packed), np.uint8)
    np.save(folder / DIGESTS, digests.reshape(-1, 32))
    info = [(row, *view) for row, one in enumerate(packed) for view in one.info]
    np.save(folder / VIEWS, np.array(info, VIEW_INFO))
    pictures = [picture for one in packed for picture in one.pictures]
    np.save(folder / OFFSETS, np.cumsum([0, *map(len, pictures)], dtype=np.int64))
    with (folder / PICTURES).open("wb") as file:
        file.writelines(pictures)
    views = [view for one in packed for view in one.features]
    for name in channels_of(views):
        _write_channel(folder, name, views)
    return seal(folder)


def seal(folder: Path) -> SegmentRecord:
    """Flush the files of a written segment to the disk and name it by their checksums."""
    files = {path.name: FileInfo.of(path) for path in sorted(folder.iterdir())}
    for path in (*folder.iterdir(), folder):
        sync(path)
    listing = "".join(f"{name} {info.sha256}\n" for name, info in files.items())
    name = sha256(listing.encode()).hexdigest()[:32]
    return SegmentRecord(name, len(json.loads((folder / IDS).read_bytes())), files)


def write_ids(folder: Path, ids: Sequence[str]) -> None:
    """Write the sorted mark ids of a segment."""
    (folder / IDS).write_text(json.dumps(list(ids)), encoding="ascii")


def write_lines(folder: Path, lines: Sequence[bytes]) -> None:
    """Write the JSON line of each mark of a segment, in the order of its ids."""
    (folder / MARKS).write_bytes(b"".join(line + b"\n" for line in lines))


def array_name(channel: str, array: str) -> str:
    """The file that holds one of the `ARRAYS` of a channel."""
    return f"{channel}.{array}.npy"


class Segment:
    """An open segment: everything mapped into memory, so that it outlives its folder.

    Raises `IndexDamaged` when a file is missing, cut short or not an array of the right shape.
    """

    def __init__(self, root: Path, record: SegmentRecord, channels: Mapping[str, Channel]) -> None:
        self.record, self.folder = record, record.folder(root)
        for name, info in record.files.items():
            _require(self.folder / name, info.size)
        try:
            self._map(channels)
        except BROKEN as error:
            raise damaged(self.folder, f"the segment cannot be opened ({error})") from error

    def _map(self, channels: Mapping[str, Channel]) -> None:
        self.ids: list[str] = json.loads((self.folder / IDS).read_bytes())
        self._marks = self._blob(MARKS)
        self.pictures = self._blob(PICTURES)
        self.digests = self.array(DIGESTS, np.uint8, self.record.marks, 32)
        self.views = self.array(VIEWS, VIEW_INFO, None)
        self.offsets = self.array(OFFSETS, np.int64, len(self.views) + 1)
        if len(self.ids) != self.record.marks:
            raise ValueError(f"{IDS} should have {self.record.marks} ids")
        if not is_ascending(self.views["mark"], len(self.ids)):
            raise ValueError("the views are out of order or of an unknown mark")
        self.channels = {name: self._references(name, one) for name, one in channels.items()}

    def array(self, name: str, dtype: Any, *shape: int | None) -> NDArray[Any]:
        """Map an array of this segment, read only; a None in `shape` stands for any length."""
        found: NDArray[Any] = np.load(self.folder / name, mmap_mode="r", allow_pickle=False)
        fits = len(shape) == found.ndim and all(
            want in (None, have) for want, have in zip(shape, found.shape, strict=True)
        )
        if found.dtype != np.dtype(dtype) or not fits:
            raise ValueError(f"{name} has {found.dtype} of shape {found.shape}")
        return found.view(np.ndarray)

    def _blob(self, name: str) -> NDArray[np.uint8]:
        path = self.folder / name
        if path.stat().st_size == 0:  # an empty file cannot be mapped
            return np.zeros(0, np.uint8)
        return np.memmap(path, np.uint8, "r").view(np.ndarray)

    def _references(self, name: str, channel: Channel) -> References:
        if array_name(name, "view") not in self.record.files:
            return _no_references(channel)
        view = self.array(array_name(name, "view"), np.int32, None)
        rows = len(view)
        width, dtype = channel.width, channel.dtype
        return References(
            view,
            Features(
                self.array(array_name(name, "frames"), np.float32, rows, 4),
                self.array(array_name(name, "descriptors"), dtype, rows, width),
                self.array(array_name(name, "labels"), np.int16, rows),
            ),
        )

    @cached_property
    def lines(self) -> list[bytes]:
        """The JSON line of each mark, not yet parsed."""
        return self._marks.tobytes().split(b"\n")[:-1]

    def mark(self, row: int) -> tuple[Mark, tuple[str, ...]]:
        """The mark in this row of the segment and the sources of its views."""
        try:
            return mark_from_line(self.lines[row])
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            raise damaged(self.folder / MARKS, f"line {row + 1} is not a mark") from error

    def png(self, row: int) -> bytes:
        """The stored picture of the view in this row of the segment."""
        return self.pictures[self.offsets[row] : self.offsets[row + 1]].tobytes()

    def view(self, row: int) -> View:
        """Decode the view in this row of the segment."""
        info = self.views[row]
        mark, sources = self.mark(int(info["mark"]))
        first = int(np.searchsorted(self.views["mark"], info["mark"]))
        try:
            source, part = sources[row - first], PARTS[info["part"]]
            size = int(info["width"]), int(info["height"])
            pixels, content = picture_from_png(self.png(row), *size)
        except (IndexError, OSError, SyntaxError, ValueError) as error:
            raise damaged(self.folder / PICTURES, f"view {row} is not readable") from error
        turned = bool(info["inverted"]), bool(info["mirrored"])
        return View(mark.id, source, pixels, content, part, *turned)


@dataclass(frozen=True, slots=True)
class OneByOne:
    """The segments of a manifest, each opened when its turn comes and let go afterwards."""

    root: Path
    manifest: Manifest

    def __iter__(self) -> Iterator[Segment]:
        for record in self.manifest.segments:
            yield Segment(self.root, record, self.manifest.channels)


def generation(root: Path, manifest: Manifest) -> str:
    """Name the contents: settings, and each living mark with all that was imported for it.

    The same contents have the same generation, in whatever order and segments they came.
    """
    living = [
        (segment.ids[row], segment.digests[row].tobytes())
        for segment in OneByOne(root, manifest)
        for row in range(segment.record.marks)
        if segment.ids[row] not in segment.record.dead
    ]
    total = sha256(json.dumps(dict(manifest.settings), sort_keys=True).encode())
    for name, digest in sorted(living):
        total.update(json.dumps(name).encode() + digest)
    return total.hexdigest()[:32]


def _require(path: Path, size: int) -> None:
    try:
        found = path.stat().st_size
    except OSError as error:
        raise damaged(path, "the file is missing") from error
    if found != size:
        raise damaged(path, f"the file has {found} bytes instead of {size}")


def _no_references(channel: Channel) -> References:
    descriptors = np.zeros((0, channel.width), channel.dtype)
    none = Features(np.zeros((0, 4), np.float32), descriptors, np.zeros(0, np.int16))
    return References(np.zeros(0, np.int32), none)


def _write_channel(folder: Path, name: str, views: Sequence[Mapping[str, Features]]) -> None:
    rows = [(row, view[name]) for row, view in enumerate(views) if name in view]
    counts = [len(one) for _, one in rows]
    arrays = {
        "view": np.repeat(np.array([row for row, _ in rows], np.int32), counts),
        "frames": np.concatenate([one.frames for _, one in rows]),
        "descriptors": np.concatenate([one.descriptors for _, one in rows]),
        "labels": np.concatenate([one.labels for _, one in rows]),
    }
    for array, values in arrays.items():
        np.save(folder / array_name(name, array), values)
