"""`verify`: read every byte of an index and say in words what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detector.errors import IndexDamaged, IndexMissing, ReferenceIndexError
from detector.index.entry import PARTS
from detector.index.lock import LOCK
from detector.index.manifest import (
    MANIFEST,
    MANIFEST_NEW,
    SEGMENT_NAME,
    SEGMENTS,
    STAGING,
    FileInfo,
    Manifest,
    SegmentRecord,
    read_manifest,
)
from detector.index.row_map import is_ascending
from detector.index.segment import OneByOne, Segment, generation


def verify(folder: Path) -> list[str]:
    """All problems of the index in `folder`, in words; empty when it is good.

    Checks every checksum, shape, range and order, and looks for files that do not belong there;
    what a killed write left (see `leftovers`) is no problem. Raises `IndexMissing`.
    """
    while True:
        try:
            manifest = read_manifest(folder)
        except IndexMissing:
            raise
        except ReferenceIndexError as error:
            return [str(error)]
        problems = list(_problems(folder, manifest))
        # A writer may have replaced this state meanwhile: then look again.
        if not problems or read_manifest(folder) == manifest:
            return problems


def _problems(folder: Path, manifest: Manifest) -> Iterator[str]:
    yield from _strangers(folder)
    damage = [one for record in manifest.segments for one in _damage(folder, record, manifest)]
    yield from damage or _state_problems(folder, manifest)


def _strangers(folder: Path) -> Iterator[str]:
    known = {MANIFEST, MANIFEST_NEW, LOCK, SEGMENTS, STAGING}
    strange = [path for path in folder.iterdir() if path.name not in known]
    segments = (folder / SEGMENTS).glob("*")
    strange += [path for path in segments if not SEGMENT_NAME.fullmatch(path.name)]
    yield from (f"{path}: this does not belong to the index" for path in sorted(strange))


def _damage(folder: Path, record: SegmentRecord, manifest: Manifest) -> list[str]:
    """What is wrong with one segment: first its files, and if they are good their contents."""
    files = list(_file_problems(record.folder(folder), record))
    if files:
        return files
    try:
        return list(_content_problems(Segment(folder, record, manifest.channels)))
    except IndexDamaged as error:
        return [str(error)]


def _file_problems(folder: Path, record: SegmentRecord) -> Iterator[str]:
    found = {path.name for path in folder.glob("*")}
    for name in sorted(found - record.files.keys()):
        yield f"{folder / name}: this does not belong to the index"
    for name, info in sorted(record.files.items()):
        if not (folder / name).is_file():
            yield f"{folder / name}: the file is missing"
        elif FileInfo.of(folder / name) != info:
            yield f"{folder / name}: the file fails its checksum"


def _content_problems(segment: Segment) -> Iterator[str]:
    ids, views, place = segment.ids, segment.views, segment.folder
    if ids != sorted(set(ids)) or not segment.record.dead <= set(ids):
        yield f"{place}: the mark ids are out of order, or a dead one is unknown"
    if [segment.mark(row)[0].id for row in range(len(segment.lines))] != ids:
        yield f"{place}: the marks are not those of the ids"
    if np.any(views["part"] >= len(PARTS)) or np.any(np.minimum(*_sides(views)) < 1):
        yield f"{place}: a view has an unknown part or no pixels"
    ends = segment.offsets[[0, -1]].tolist()
    if np.any(np.diff(segment.offsets) <= 0) or ends != [0, len(segment.pictures)]:
        yield f"{place}: the offsets of the pictures are wrong"
    for name, references in segment.channels.items():
        if not is_ascending(references.view, len(views)):
            yield f"{place}: channel {name} is out of order or of an unknown view"
        if not np.isfinite(references.features.frames).all():
            yield f"{place}: channel {name} has a frame that is not finite"


def _state_problems(folder: Path, manifest: Manifest) -> Iterator[str]:
    """What is wrong with the segments together, once each of them is good."""
    living = [
        name
        for segment in OneByOne(folder, manifest)
        for name in segment.ids
        if name not in segment.record.dead
    ]
    if len(living) != len(set(living)):
        yield f"{folder}: a mark is in two segments"
    if generation(folder, manifest) != manifest.generation:
        yield f"{folder}: the contents are not those of generation {manifest.generation}"


def _sides(views: NDArray[np.void]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    return views["width"], views["height"]
