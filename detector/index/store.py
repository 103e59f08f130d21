"""The reference index on disk: write it, check it, open it. docs/index-format.md has the format.

Every write makes new immutable segments and becomes visible at once, when the manifest is
replaced. A write that is killed leaves the index as it was; the next one clears its leftovers.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from detector.errors import IndexMissing, ReferenceIndexError, UsageError
from detector.index.entry import Entry, Packed, channels_of, pack
from detector.index.lock import LOCK, writer_lock
from detector.index.manifest import (
    MANIFEST,
    MANIFEST_NEW,
    SEGMENT_NAME,
    SEGMENTS,
    STAGING,
    Channel,
    Manifest,
    SegmentRecord,
    read_manifest,
    sync,
    write_manifest,
)
from detector.index.merge import merge
from detector.index.reader import ReferenceIndex
from detector.index.segment import OneByOne, generation, write_segment
from detector.index.verify import verify

__all__ = ["Entry", "ReferenceIndex", "compact", "leftovers", "remove", "upsert", "verify"]

MAX_SEGMENTS = 8  # more than this are merged into one
MAX_DEAD = 0.3  # share of dead marks above which an index is merged
SEGMENT_BYTES = 256_000_000  # what an import holds in memory before it writes a segment


def upsert(
    folder: Path,
    entries: Iterable[Entry],
    settings: Mapping[str, str] = {},
    *,
    segment_bytes: int = SEGMENT_BYTES,
) -> int:
    """Add `entries` to the index in `folder`, replacing marks of the same id; count them.

    Makes the index when there is none. Entries are taken one by one; about `segment_bytes` of
    them are held in memory. Nothing is visible before all are written. `settings` say how the
    features were made and are kept with the index; empty means "as before".

    Raises `UsageError` for a bad or repeated entry or a folder of something else, and
    `ReferenceIndexError` when other marks stay that were described differently.
    """
    with _writing(folder) as old:
        fresh, ids, found = _write_entries(folder, entries, segment_bytes)
        kept = _without(folder, old, ids)
        settings = dict(settings or old.settings)
        if kept and settings != old.settings:
            raise _unlike(folder, "other settings")
        channels = _united(folder, [old.channels, *found] if kept else found)
        _commit(folder, Manifest("", settings, channels, (*kept, *fresh)))
        return len(ids)


def remove(folder: Path, ids: Sequence[str]) -> int:
    """Take marks out of the index; ids that it does not have are ignored. Counts the removed."""
    read_manifest(folder)
    with _writing(folder) as manifest:
        kept = _without(folder, manifest, set(ids))
        _commit(folder, replace(manifest, segments=kept))
        return _living(manifest.segments) - _living(kept)


def compact(folder: Path) -> None:
    """Merge the index into one segment without dead marks. Its contents stay as they are."""
    read_manifest(folder)
    with _writing(folder) as manifest:
        if len(manifest.segments) > 1 or any(one.dead for one in manifest.segments):
            _commit(folder, _merged(folder, manifest))


def leftovers(folder: Path) -> list[Path]:
    """Files and folders that a killed or running write left; the next write clears them."""
    try:
        live = {one.name for one in read_manifest(folder).segments}
    except IndexMissing:
        live = set()
    orphans = [
        path
        for path in sorted((folder / SEGMENTS).glob("*"))
        if SEGMENT_NAME.fullmatch(path.name) and path.name not in live
    ]
    passing = [folder / STAGING, folder / MANIFEST_NEW]
    return orphans + [path for path in passing if path.exists()]


@contextmanager
def _writing(folder: Path) -> Iterator[Manifest]:
    """Hold the writer lock and give the current state; clear leftovers before and after."""
    _make_folder(folder)
    with writer_lock(folder):
        manifest = read_manifest(folder) if (folder / MANIFEST).exists() else Manifest()
        _sweep(folder)
        try:
            yield manifest
        finally:
            _sweep(folder)


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


def _write_entries(
    folder: Path, entries: Iterable[Entry], segment_bytes: int
) -> tuple[list[SegmentRecord], set[str], list[Mapping[str, Channel]]]:
    """Write entries as segments: their records, all ids, and the channels of each segment."""
    records, ids, channels = [], set[str](), list[Mapping[str, Channel]]()
    for batch in _batches(map(pack, entries), segment_bytes):
        for one in batch:
            if one.id in ids:
                raise UsageError(f"mark {one.id} comes twice in this import")
            ids.add(one.id)
        channels.append(channels_of(view for one in batch for view in one.features))
        records.append(_placed(folder, write_segment(_staging(folder), batch)))
    return records, ids, channels


def _batches(entries: Iterable[Packed], limit: int) -> Iterator[list[Packed]]:
    batch: list[Packed] = []
    size = 0
    for entry in entries:
        batch.append(entry)
        size += entry.size
        if size >= limit:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _staging(folder: Path) -> Path:
    """Make the empty folder in which the next segment is written."""
    staging = folder / STAGING
    staging.mkdir()
    return staging


def _placed(folder: Path, record: SegmentRecord) -> SegmentRecord:
    """Move the written segment to where its name says; no manifest names it yet."""
    target = record.folder(folder)
    target.mkdir(parents=True, exist_ok=True)
    # A folder of that name has the same contents, and readers may be opening it: so its files
    # are replaced one by one, which also heals a damaged one.
    for path in (folder / STAGING).iterdir():
        path.replace(target / path.name)
    (folder / STAGING).rmdir()
    for changed in (target, target.parent, folder):
        sync(changed)
    return record


def _without(folder: Path, manifest: Manifest, ids: set[str]) -> tuple[SegmentRecord, ...]:
    """The segments of `manifest` with `ids` dead; those with no living mark are left out."""
    masked = (
        replace(segment.record, dead=segment.record.dead | ids.intersection(segment.ids))
        for segment in OneByOne(folder, manifest)
    )
    return tuple(record for record in masked if len(record.dead) < record.marks)


def _living(segments: Iterable[SegmentRecord]) -> int:
    return sum(one.marks - len(one.dead) for one in segments)


def _united(folder: Path, found: Iterable[Mapping[str, Channel]]) -> dict[str, Channel]:
    united: dict[str, Channel] = {}
    for name, channel in (pair for channels in found for pair in channels.items()):
        if united.setdefault(name, channel) != channel:
            raise _unlike(folder, f"{united[name]} instead of {channel} in channel {name}")
    return united


def _unlike(folder: Path, what: str) -> ReferenceIndexError:
    return ReferenceIndexError(
        f"the other marks of the index were described differently ({what})",
        place=str(folder),
        remedy="Import all marks again into an empty folder.",
    )


def _commit(folder: Path, manifest: Manifest) -> None:
    """Make `manifest` the current state, merged first where it has become too scattered."""
    marks = sum(one.marks for one in manifest.segments)
    dead = marks - _living(manifest.segments)
    if len(manifest.segments) > MAX_SEGMENTS or dead > MAX_DEAD * marks:
        manifest = _merged(folder, manifest)
    write_manifest(folder, replace(manifest, generation=generation(folder, manifest)))


def _merged(folder: Path, manifest: Manifest) -> Manifest:
    record = _placed(folder, merge(folder, manifest, _staging(folder)))
    return replace(manifest, segments=(record,))
