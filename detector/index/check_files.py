"""Verification of an index: every byte is read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from detector.errors import IndexDamaged, IndexMissing, IndexVersion, ReferenceIndexError
from detector.index.content_hash import generation
from detector.index.import_entry import PARTS
from detector.index.lock import LOCK
from detector.index.manifest import (
    FOLDER_NAME,
    GENERATIONS,
    LEDGERS,
    MANIFEST,
    MANIFEST_NEW,
    SEGMENTS,
    STAGING,
    FileInfo,
    Manifest,
    MarkRecordsFolder,
    SegmentRecord,
    read_manifest,
)
from detector.index.mark_records import MarkRecords, newest
from detector.index.permanent_ids import permanent_id
from detector.index.segment import Segment, StoredSegments


def verify(folder: Path) -> list[str]:
    """List all problems of the index in `folder` in words; empty when there are none.

    Checks every checksum, shape, range and order, and looks for foreign files. What a killed write
    left (see `leftovers`) is no problem. Raises `IndexMissing`.
    """
    while True:
        try:
            manifest = read_manifest(folder)
        except IndexMissing:
            raise
        except ReferenceIndexError as error:
            return [str(error)]
        problems = list(_problems(folder, manifest))
        # A writer may have replaced this state meanwhile: then try again.
        if not problems or read_manifest(folder) == manifest:
            return problems


def _problems(folder: Path, manifest: Manifest) -> Iterator[str]:
    yield from _foreign_files(folder)
    records: list[SegmentRecord | MarkRecordsFolder] = [*manifest.segments, *manifest.ledgers]
    damage = [
        problem_list for record in records for problem_list in _damage(folder, record, manifest)
    ]
    yield from damage or _state_problems(folder, manifest)


def _foreign_files(folder: Path) -> Iterator[str]:
    known = {MANIFEST, MANIFEST_NEW, LOCK, SEGMENTS, LEDGERS, STAGING, GENERATIONS}
    foreign = [path for path in folder.iterdir() if path.name not in known]
    for kind in (SEGMENTS, LEDGERS):
        inside = (folder / kind).glob("*")
        foreign += [path for path in inside if not FOLDER_NAME.fullmatch(path.name)]
    yield from (f"{path}: this does not belong to the index" for path in sorted(foreign))


def _damage(
    folder: Path, record: SegmentRecord | MarkRecordsFolder, manifest: Manifest
) -> list[str]:
    """The problems of one folder: those of its files, else those of its contents."""
    files = list(_file_problems(record.folder(folder), record))
    if files:
        return files
    try:
        if isinstance(record, MarkRecordsFolder):
            return list(_record_problems(MarkRecords(folder, record)))
        return list(_segment_problems(Segment(folder, record, manifest.channels)))
    except (IndexDamaged, IndexVersion) as error:
        return [str(error)]


def _file_problems(folder: Path, record: SegmentRecord | MarkRecordsFolder) -> Iterator[str]:
    problem_list = {path.name for path in folder.glob("*")}
    for name in sorted(problem_list - record.files.keys()):
        yield f"{folder / name}: this does not belong to the index"
    for name, info in sorted(record.files.items()):
        if not (folder / name).is_file():
            yield f"{folder / name}: the file is missing"
        elif FileInfo.of(folder / name) != info:
            yield f"{folder / name}: the file fails its checksum"


def _record_problems(records: MarkRecords) -> Iterator[str]:
    if np.any(np.diff(records.ids) <= 0):
        yield f"{records.folder}: the records are out of order"
    marks = [records.mark(row) for row in range(len(records.ids))]
    if [permanent_id(mark.id) for mark in marks] != records.ids.tolist():
        yield f"{records.folder}: a record is not that of its permanent id"


def _segment_problems(segment: Segment) -> Iterator[str]:
    ids, place = segment.ids, segment.folder
    if ids != sorted(set(ids)) or not segment.record.dead <= set(ids):
        yield f"{place}: the mark ids are out of order, or a dead one is unknown"
    if [permanent_id(name) for name in ids] != segment.marks["id"].tolist():
        yield f"{place}: the permanent ids are not those of the marks"
    yield from _view_problems(segment)
    for name, table in segment.tables.items():
        if not np.isfinite(table.features.frames).all():
            yield f"{place}: channel {name} has a frame that is not finite"


def _view_problems(segment: Segment) -> Iterator[str]:
    views, place = segment.views, segment.folder
    if (
        np.any(views["part"] >= len(PARTS))
        or np.any(views["width"] < 1)
        or np.any(views["height"] < 1)
    ):
        yield f"{place}: a view has an unknown part or no pixels"
    base = views[views["base"]]
    same = [base[name] == views[name] for name in ("mark", "source", "part", "width", "height")]
    as_given = views["base"] == np.arange(len(views))
    if not np.all(same) or not as_given[views["base"]].all():
        yield f"{place}: a view is derived from one that is not like it"
    lengths = np.diff(segment.offsets)
    ends = segment.offsets[[0, -1]].tolist()
    if np.any((lengths > 0) != as_given) or ends != [0, len(segment.pictures)]:
        yield f"{place}: the offsets of the pictures are wrong"


def _state_problems(folder: Path, manifest: Manifest) -> Iterator[str]:
    """The problems of folders that are all valid by themselves."""
    marks, views = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for segment in StoredSegments(folder, manifest):
        marks.append(segment.marks["id"][segment.living])
        views.append(segment.living_views)
    for what, problem_list in (("mark", np.concatenate(marks)), ("view", np.concatenate(views))):
        if len(np.unique(problem_list)) < len(problem_list):
            yield f"{folder}: a {what} is in the index twice"
    records = [MarkRecords(folder, record) for record in manifest.ledgers]
    if np.any(newest(records, np.concatenate(marks)) < 0):
        yield f"{folder}: there is no record of a mark"
    if generation(folder, manifest) != manifest.generation:
        yield f"{folder}: the contents are not those of generation {manifest.generation}"
