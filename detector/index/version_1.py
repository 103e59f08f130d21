"""Reading an index of format version 1, to upgrade it and for nothing else.

There marks and rights were one flat record, every view had a picture of its own, as PNG, and the
channel `alignment` stored five numbers a sample of every view: its edge, which follows from the
others, then red, green and blue.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.errors import UsageError
from detector.index.entry import PARTS, Entry
from detector.index.manifest import (
    CHANNEL_NAME,
    MANIFEST,
    Channel,
    FileInfo,
    Manifest,
    SegmentRecord,
    damaged,
    folder_fields,
    named,
    read_body,
)
from detector.index.sealed import BROKEN
from detector.records import Features, Mark, Rights, View

ALIGNMENT = "alignment"
RIGHTS = {field.name for field in fields(Rights)}


def read_manifest(root: Path) -> Manifest:
    """The manifest of an index of version 1; `settings` are as they were then.

    Raises `UsageError` for an index of another version, and what reading any manifest raises.
    """
    body, path = read_body(root), root / MANIFEST
    if body["version"] != 1:
        raise UsageError("the index is not of an older version", place=str(path))
    try:
        return Manifest(
            settings=dict(body["settings"]),
            channels={named(CHANNEL_NAME, k): Channel(**v) for k, v in body["channels"].items()},
            segments=tuple(
                SegmentRecord(
                    **{**folder_fields(record, SegmentRecord), "dead": frozenset(record["dead"])}
                )
                for record in body["segments"]
            ),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise damaged(path, f"the manifest has an unexpected content ({error})") from error


def entries(root: Path, manifest: Manifest) -> Iterator[Entry]:
    """Every mark that counts, with its views and features. Raises `IndexDamaged`."""
    for record in manifest.segments:
        folder = record.folder(root)
        for name, info in record.files.items():
            if not (folder / name).is_file() or FileInfo.of(folder / name) != info:
                raise damaged(folder / name, "the file fails its checksum")
        try:
            yield from _Segment(folder, record, manifest.channels).entries()
        except BROKEN as error:
            raise damaged(folder, f"the segment cannot be read ({error})") from error


class _Segment:
    def __init__(
        self, folder: Path, record: SegmentRecord, channels: Mapping[str, Channel]
    ) -> None:
        self._folder, self._record = folder, record
        self._lines = (folder / "marks.jsonl").read_bytes().split(b"\n")[:-1]
        self._views, self._offsets = self._array("views.npy"), self._array("offsets.npy")
        self._pictures = (folder / "pictures.bin").read_bytes()
        self._tables = {
            name: _Table(self._array, name)
            for name in channels
            if f"{name}.view.npy" in record.files
        }

    def entries(self) -> Iterator[Entry]:
        for row, line in enumerate(self._lines):
            mark, sources = _mark(line)
            if mark.id in self._record.dead:
                continue
            rows = np.flatnonzero(self._views["mark"] == row).tolist()
            views = tuple(
                self._view(mark.id, source, view)
                for source, view in zip(sources, rows, strict=True)
            )
            yield Entry(mark, views, tuple(map(self._features, rows)))

    def _array(self, name: str) -> NDArray[Any]:
        found: NDArray[Any] = np.load(self._folder / name, mmap_mode="r", allow_pickle=False)
        return found

    def _view(self, mark: str, source: str, row: int) -> View:
        from PIL import Image

        info = self._views[row]
        data = self._pictures[self._offsets[row] : self._offsets[row + 1]]
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            if picture.size != (info["width"], info["height"]):
                raise ValueError(f"view {row} is not the picture that was stored")
            plane = np.asarray(picture.convert("RGBA"))
        pixels, content = np.ascontiguousarray(plane[..., :3]), plane[..., 3] > 0
        flags = bool(info["inverted"]), bool(info["mirrored"])
        return View(mark, source, pixels, content, PARTS[info["part"]], *flags)

    def _features(self, row: int) -> dict[str, Features]:
        turned = bool(self._views[row]["inverted"] or self._views[row]["mirrored"])
        found = {name: table.of(row) for name, table in self._tables.items()}
        if ALIGNMENT in found:
            found[ALIGNMENT] = _colours(found[ALIGNMENT], turned)
        return found


class _Table:
    """The features of one channel: the view of each row, ascending, and the arrays."""

    def __init__(self, array: Any, name: str) -> None:
        self._view = array(f"{name}.view.npy")
        names = ("frames", "descriptors", "labels")
        self._arrays = [array(f"{name}.{part}.npy") for part in names]

    def of(self, row: int) -> Features:
        start, stop = np.searchsorted(self._view, [row, row + 1])
        frames, descriptors, labels = (np.array(part[start:stop]) for part in self._arrays)
        return Features(frames, descriptors, labels)


def _mark(line: bytes) -> tuple[Mark, list[str]]:
    """A mark and the source of each of its views."""
    record: dict[str, Any] = json.loads(line)
    sources = record.pop("sources")
    record = {
        key: tuple(value) if isinstance(value, list) else value for key, value in record.items()
    }
    rights = {name: record.pop(name) for name in RIGHTS & record.keys()}
    until = rights.pop("valid_until", None)
    kept = Rights(**rights, valid_until=until and date.fromisoformat(until))
    return Mark(**record, rights=kept), sources


def _colours(stored: Features, turned: bool) -> Features:
    """What is kept of the samples of a view: colours, of one as given alone."""
    colours = np.asarray(stored.descriptors[:, 2:], np.uint8)
    colours = colours[:0] if turned else colours
    count = len(colours)
    return Features(np.zeros((count, 4), np.float32), colours, np.zeros(count, np.int16))
