"""How every write goes: under the lock, into a staging folder, visible with the manifest.

A write that is killed leaves the index as it was; the next one clears its leftovers.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from detector.errors import IndexMissing, ReferenceIndexError, UsageError
from detector.index.generation import generation
from detector.index.lock import LOCK, writer_lock
from detector.index.manifest import (
    FOLDER_NAME,
    LEDGERS,
    MANIFEST,
    MANIFEST_NEW,
    SEGMENTS,
    STAGING,
    LedgerRecord,
    Manifest,
    SegmentRecord,
    live_folders,
    read_manifest,
    sync,
    write_manifest,
)
from detector.index.merge import merge, merge_ledgers

Record = TypeVar("Record", SegmentRecord, LedgerRecord)

MAX_FOLDERS = 8  # more segments or more ledgers than this are merged into one
MAX_DEAD = 0.3  # share of dead marks above which an index is merged


@contextmanager
def writing(folder: Path, read: Callable[[Path], Manifest] = read_manifest) -> Iterator[Manifest]:
    """Hold the writer lock and give the current state; clear leftovers before and after.

    Makes the folder when there is none; `read` reads the manifest.
    """
    _make_folder(folder)
    with writer_lock(folder):
        manifest = read(folder) if (folder / MANIFEST).exists() else Manifest()
        _sweep(folder)
        try:
            yield manifest
        finally:
            _sweep(folder)


def leftovers(folder: Path) -> list[Path]:
    """Files and folders that a killed or running write left; the next write clears them."""
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
    passing = [folder / STAGING, folder / MANIFEST_NEW]
    return orphans + [path for path in passing if path.exists()]


def placed(folder: Path, write: Callable[[Path], Record]) -> Record:
    """Let `write` fill the empty staging folder; move that to where its record says.

    No manifest names it yet.
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
    """Make `manifest` the current state, merged first where it has become too scattered."""
    if not manifest.segments:
        manifest = replace(manifest, ledgers=())
    marks = sum(record.marks for record in manifest.segments)
    dead = marks - living(manifest.segments)
    if len(manifest.segments) > MAX_FOLDERS or dead > MAX_DEAD * marks:
        manifest = merged(folder, manifest)
    elif len(manifest.ledgers) > MAX_FOLDERS:
        manifest = _with_one_ledger(folder, manifest)
    write_manifest(folder, replace(manifest, generation=generation(folder, manifest)))


def merged(folder: Path, manifest: Manifest) -> Manifest:
    """The same contents in one segment and one ledger."""
    record = placed(folder, lambda staging: merge(folder, manifest, staging))
    return _with_one_ledger(folder, replace(manifest, segments=(record,)))


def living(segments: Iterable[SegmentRecord]) -> int:
    """How many marks count."""
    return sum(record.marks - len(record.dead) for record in segments)


def _with_one_ledger(folder: Path, manifest: Manifest) -> Manifest:
    record = placed(folder, lambda staging: merge_ledgers(folder, manifest, staging))
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


def _sweep(folder: Path) -> None:
    for path in leftovers(folder):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
