"""Write transactions: under the lock, into a staging folder, visible with the new manifest.

A write that is killed leaves the index as it was; the next write clears its leftovers.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from detector.disk_space import full_disk_named
from detector.errors import IndexMissing, ReferenceIndexError, UsageError
from detector.index.content_hash import generation
from detector.index.lock import LOCK, writer_lock
from detector.index.manifest import (
    FOLDER_NAME,
    LEDGERS,
    MANIFEST,
    MANIFEST_NEW,
    SEGMENTS,
    STAGING,
    Manifest,
    MarkRecordsFolder,
    SegmentRecord,
    live_folders,
    read_manifest,
    sync,
    write_manifest,
)
from detector.index.merge import merge, merge_mark_records

Record = TypeVar("Record", SegmentRecord, MarkRecordsFolder)

MAX_FOLDERS = 8  # more segments, or folders of records, are merged into one
MAX_DEAD = 0.3  # share of dead marks above which an index is merged


@contextmanager
def transaction(
    folder: Path, read: Callable[[Path], Manifest] = read_manifest
) -> Iterator[Manifest]:
    """Hold the writer lock and yield the current manifest; clear leftovers before and after.

    Creates the folder when there is none; `read` reads the manifest.
    """
    _make_folder(folder)
    with writer_lock(folder):
        manifest = read(folder) if (folder / MANIFEST).exists() else Manifest()
        _clear_leftovers(folder)
        try:
            with full_disk_named(folder / STAGING):
                yield manifest
        finally:
            _clear_leftovers(folder)


def leftovers(folder: Path) -> list[Path]:
    """List files and folders of a killed or running write; the next write clears them."""
    try:
        live = live_folders(folder)
    except IndexMissing:
        live = set()
    orphans = [
        path
        for kind in (SEGMENTS, LEDGERS)
        for path in sorted((folder / kind).glob("*"))
        if FOLDER_NAME.fullmatch(path.name) and path not in live
    ]
    temporary = [folder / STAGING, folder / MANIFEST_NEW]
    return orphans + [path for path in temporary if path.exists()]


def write_folder(folder: Path, write: Callable[[Path], Record]) -> Record:
    """Call `write` on an empty staging folder and move that to the folder of the record it returns.

    No manifest names the folder yet.
    """
    staging = folder / STAGING
    staging.mkdir()
    record = write(staging)
    target = record.folder(folder)
    target.mkdir(parents=True, exist_ok=True)
    # A folder of that name has the same contents, and readers may be opening it: so its files
    # are replaced one by one, which also heals a damaged one.
    for path in staging.iterdir():
        path.replace(target / path.name)
    staging.rmdir()
    for changed in (target, target.parent, folder):
        sync(changed)
    return record


def commit(folder: Path, manifest: Manifest) -> None:
    """Make `manifest` the current state; merge its segments first where there are too many."""
    if not manifest.segments:
        manifest = replace(manifest, ledgers=())
    marks = sum(record.marks for record in manifest.segments)
    dead = marks - count_living(manifest.segments)
    if len(manifest.segments) > MAX_FOLDERS or dead > MAX_DEAD * marks:
        manifest = compacted(folder, manifest)
    elif len(manifest.ledgers) > MAX_FOLDERS:
        manifest = _with_merged_records(folder, manifest)
    write_manifest(folder, replace(manifest, generation=generation(folder, manifest)))


def compacted(folder: Path, manifest: Manifest) -> Manifest:
    """Write the contents as one segment and one folder of records."""
    record = write_folder(folder, lambda staging: merge(folder, manifest, staging))
    return _with_merged_records(folder, replace(manifest, segments=(record,)))


def count_living(segments: Iterable[SegmentRecord]) -> int:
    """The number of living marks."""
    return sum(record.marks - len(record.dead) for record in segments)


def _with_merged_records(folder: Path, manifest: Manifest) -> Manifest:
    record = write_folder(folder, lambda staging: merge_mark_records(folder, manifest, staging))
    return replace(manifest, ledgers=(record,))


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        names = {path.name for path in folder.iterdir()}
    except OSError as error:
        raise ReferenceIndexError(
            f"the index folder cannot be made: {error.strerror}", place=str(folder)
        ) from error
    if names and not names & {MANIFEST, LOCK}:
        raise UsageError(
            "the folder holds something else than an index",
            place=str(folder),
            remedy="Name an empty or new folder.",
        )


def _clear_leftovers(folder: Path) -> None:
    for path in leftovers(folder):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
