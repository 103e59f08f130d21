"""Reads an index of format version 1, only to upgrade it.

There a mark and its rights were one flat record, every view had a PNG of its own, and the channel
`alignment` stored five numbers for each sample of every view: its edge (2), which follows from the
colours, then red, green and blue.
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
from detector.index.immutable_folder import READ_ERRORS
from detector.index.import_entry import PARTS, Entry
from detector.index.manifest import (
    CHANNEL_NAME,
    MANIFEST,
    DescriptorType,
    FileInfo,
    Manifest,
    SegmentRecord,
    check_name,
    damaged,
    folder_fields,
    read_body,
)
from detector.records import Features, Mark, Rights, View

ALIGNMENT = "alignment"
RIGHTS = {field.name for field in fields(Rights)}


def read_manifest(root: Path) -> Manifest:
    """Read the manifest of an index of version 1, with its `settings` unchanged.

    Raises `UsageError` for an index of another version, and what reading any manifest raises.
    """
    body, path = read_body(root), root / MANIFEST
    if body["version"] != 1:
        raise UsageError("the index is not of an older version", place=str(path))
    try:
        return Manifest(
            settings=dict(body["settings"]),
            channels={
                check_name(CHANNEL_NAME, k): DescriptorType(**v)
                for k, v in body["channels"].items()
            },
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
    """Yield every living mark with its views and features. Raises `IndexDamaged`."""
    for record in manifest.segments:
        folder = record.folder(root)
        for name, info in record.files.items():
            if not (folder / name).is_file() or FileInfo.of(folder / name) != info:
                raise damaged(folder / name, "the file fails its checksum")
        try:
            yield from _Segment(folder, record, manifest.channels).entries()
        except READ_ERRORS as error:
            raise damaged(folder, f"the segment cannot be read ({error})") from error


class _Segment:
    def __init__(
        self, folder: Path, record: SegmentRecord, channels: Mapping[str, DescriptorType]
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
        features: NDArray[Any] = np.load(self._folder / name, mmap_mode="r", allow_pickle=False)
        return features

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
        features = {name: table.of(row) for name, table in self._tables.items()}
        if ALIGNMENT in features:
            features[ALIGNMENT] = _stored_colours(features[ALIGNMENT], turned)
        return features


class _Table:
    """The features of one channel: the view of each row, ascending, and the arrays."""

    def __init__(self, features: Any, name: str) -> None:
        self._view = features(f"{name}.view.npy")
        names = ("frames", "descriptors", "labels")
        self._arrays = [features(f"{name}.{part}.npy") for part in names]

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
    expiry = until and date.fromisoformat(until)
    return Mark(**record, rights=Rights(**rights, valid_until=expiry)), sources


def _stored_colours(stored: Features, turned: bool) -> Features:
    """The colours of the samples of a view that is not derived; none of any other."""
    colours = np.asarray(stored.descriptors[:, 2:], np.uint8)
    colours = colours[:0] if turned else colours
    count = len(colours)
    return Features(np.zeros((count, 4), np.float32), colours, np.zeros(count, np.int16))
