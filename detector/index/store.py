"""The reference index on disk: write, verify and open it. docs/index-format.md has the format.

Every write makes new immutable folders and becomes visible when the manifest is replaced.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from detector.errors import ReferenceIndexError, UsageError
from detector.index import version_1
from detector.index.check_files import verify
from detector.index.feature_table import file_name
from detector.index.import_entry import (
    Entry,
    PackedEntry,
    PackedRecord,
    channels_of,
    pack,
    pack_record,
)
from detector.index.manifest import (
    DescriptorType,
    Manifest,
    MarkRecordsFolder,
    SegmentRecord,
    read_manifest,
)
from detector.index.mark_records import write_mark_records
from detector.index.permanent_ids import permanent_id
from detector.index.reader import ReferenceIndex
from detector.index.segment import StoredSegments, write_segment
from detector.index.transaction import (
    commit,
    compacted,
    count_living,
    leftovers,
    transaction,
    write_folder,
)
from detector.records import Mark

__all__ = [
    "Entry",
    "ReferenceIndex",
    "compact",
    "leftovers",
    "remove",
    "update_marks",
    "upgrade",
    "upsert",
    "verify",
]

SEGMENT_BYTES = 256_000_000  # that an import holds in memory before it writes a segment


@dataclass(slots=True)
class PendingWrite:
    """What an import has written so far, before the manifest names it.

    `names` are the text ids of all marks by permanent id, `described` those with views.
    """

    segments: list[SegmentRecord] = field(default_factory=list)
    ledgers: list[MarkRecordsFolder] = field(default_factory=list)
    channels: list[Mapping[str, DescriptorType]] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    described: dict[int, str] = field(default_factory=dict)


def upsert(
    folder: Path,
    entries: Iterable[Entry | Mark],
    settings: Mapping[str, str] = {},
    *,
    segment_bytes: int = SEGMENT_BYTES,
) -> int:
    """Add marks to the index in `folder`, or replace those of the same id; return their number.

    Creates the index when there is none. Nothing is visible before all marks are written.

    Args:
        folder: the index folder.
        entries: taken one by one while the writer's lock is held. A bare `Mark` replaces the
            record of a mark that is there, and leaves its views and features as they are.
        settings: digests of the settings that the features depend on, by feature name; empty
            means those of the index.
        segment_bytes: about how many bytes of entries are held in memory.

    Raises:
        UsageError: a bad or repeated entry, a bare mark that is not in the index, or a folder that
            holds something else.
        ReferenceIndexError: marks that are not replaced were described differently.

    """
    with transaction(folder) as old:
        new = _write_entries(folder, entries, segment_bytes)
        kept = _mark_dead(folder, old, new.described)
        settings = dict(settings or old.settings)
        if kept and settings != old.settings:
            raise _incompatible(folder, _differences(settings, old.settings))
        channels = _merged_types(folder, [old.channels, *new.channels] if kept else new.channels)
        ledgers = (*old.ledgers, *new.ledgers)
        manifest = Manifest("", settings, channels, (*kept, *new.segments), ledgers)
        _check_known(folder, manifest, new)
        _check_view_ids(folder, manifest, len(kept))
        commit(folder, manifest)
        return len(new.names)


def update_marks(folder: Path, marks: Iterable[Mark]) -> int:
    """Replace the records of marks: names, words, rights. No view or feature is touched.

    Returns their number. Raises `UsageError` when one is not in the index or comes twice,
    `IndexMissing` when there is none.
    """
    read_manifest(folder)
    return upsert(folder, marks)


def remove(folder: Path, ids: Sequence[str]) -> int:
    """Remove marks from the index, ignoring unknown ids; return the number of removed marks."""
    read_manifest(folder)
    with transaction(folder) as manifest:
        kept = _mark_dead(folder, manifest, {permanent_id(mark): mark for mark in ids})
        commit(folder, replace(manifest, segments=kept))
        return count_living(manifest.segments) - count_living(kept)


def compact(folder: Path) -> None:
    """Merge the index into one segment and one folder of records, without dead marks."""
    read_manifest(folder)
    with transaction(folder) as manifest:
        records = sum(record.marks for record in manifest.ledgers)
        scattered = len(manifest.segments) > 1 or any(record.dead for record in manifest.segments)
        if scattered or len(manifest.ledgers) > 1 or records > count_living(manifest.segments):
            commit(folder, compacted(folder, manifest))


def upgrade(
    folder: Path, settings: Callable[[Mapping[str, str], Collection[str]], Mapping[str, str]]
) -> int:
    """Upgrade an index of format version 1, all at once; return the number of marks.

    No picture is described again. `settings` maps the settings of the old index, and the channels
    that have a row in it, to the settings that `upsert` takes. It may raise `UsageError`; then the
    index stays as it was.

    Raises `UsageError` when the index is of this version already, and what opening one raises.
    """
    version_1.read_manifest(folder)
    with transaction(folder, version_1.read_manifest) as old:
        new = _write_entries(folder, version_1.entries(folder, old), SEGMENT_BYTES)
        files = {name for record in new.segments for name in record.files}
        channels = _merged_types(folder, new.channels)
        filled = [name for name in channels if file_name(name, "counts") in files]
        settings_now = dict(settings(old.settings, filled))
        commit(folder, Manifest("", settings_now, channels, (*new.segments,), (*new.ledgers,)))
        return len(new.names)


def _write_entries(
    folder: Path, entries: Iterable[Entry | Mark], segment_bytes: int
) -> PendingWrite:
    """Write entries as segments and folders of records."""
    new = PendingWrite()
    packed = (pack(entry) if isinstance(entry, Entry) else pack_record(entry) for entry in entries)
    for batch in _batches(packed, segment_bytes):
        for mark in batch:
            if mark.number in new.names:
                raise _duplicate_error(mark.id, new.names[mark.number])
            new.names[mark.number] = mark.id
        _write_batch(folder, batch, new)
    return new


def _write_batch(folder: Path, batch: Sequence[PackedRecord], new: PendingWrite) -> None:
    described = [mark for mark in batch if isinstance(mark, PackedEntry)]
    if described:
        new.described |= {mark.number: mark.id for mark in described}
        new.channels.append(channels_of(view for mark in described for view in mark.features))
        new.segments.append(write_folder(folder, lambda staging: write_segment(staging, described)))
    lines = {mark.number: mark.line for mark in batch}
    ids = sorted(lines)
    new.ledgers.append(
        write_folder(
            folder, lambda staging: write_mark_records(staging, ids, (lines[mark] for mark in ids))
        )
    )


def _batches(entries: Iterable[PackedRecord], limit: int) -> Iterator[list[PackedRecord]]:
    batch: list[PackedRecord] = []
    size = 0
    for entry in entries:
        batch.append(entry)
        size += entry.size
        if size >= limit:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _mark_dead(
    folder: Path, manifest: Manifest, marks: Mapping[int, str]
) -> tuple[SegmentRecord, ...]:
    """The segments of `manifest` with `marks` dead, without those that have no living mark.

    `marks` are text ids by permanent id.
    """
    dead_ids, kept = np.array(sorted(marks), np.int64), []
    for segment in StoredSegments(folder, manifest):
        rows = np.flatnonzero(np.isin(segment.marks["id"], dead_ids)).tolist()
        for row in rows:
            if (name := marks[int(segment.marks["id"][row])]) != segment.ids[row]:
                raise _duplicate_error(name, segment.ids[row])
        dead = segment.record.dead | {segment.ids[row] for row in rows}
        if len(dead) < segment.record.marks:
            kept.append(replace(segment.record, dead=dead))
    return tuple(kept)


def _check_known(folder: Path, manifest: Manifest, new: PendingWrite) -> None:
    """Raise `UsageError` for a bare mark that is not in the index."""
    missing = {mark for mark in new.names if mark not in new.described}
    for segment in StoredSegments(folder, manifest) if missing else ():
        living_ids = segment.marks["id"][segment.living]
        missing -= set(living_ids[np.isin(living_ids, sorted(missing))].tolist())
    if missing:
        raise UsageError(
            f"there is no mark {', '.join(sorted(new.names[mark] for mark in missing))}",
            place=str(folder),
            remedy="Import it with its pictures.",
        )


def _check_view_ids(folder: Path, manifest: Manifest, kept: int) -> None:
    """Raise `UsageError` when a new view has the permanent id of another one."""
    views = [segment.living_views for segment in StoredSegments(folder, manifest)]
    new = np.concatenate([np.zeros(0, np.int64), *views[kept:]])
    if len(np.unique(new)) < len(new) or any(np.isin(old, new).any() for old in views[:kept]):
        raise UsageError(
            "two views have the same permanent id, which happens by chance once in many millions "
            "of indexes",
            place=str(folder),
            remedy="Rename a picture of the marks that you import.",
        )


def _merged_types(
    folder: Path, type_maps: Iterable[Mapping[str, DescriptorType]]
) -> dict[str, DescriptorType]:
    types: dict[str, DescriptorType] = {}
    for name, channel in (pair for channels in type_maps for pair in channels.items()):
        if types.setdefault(name, channel) != channel:
            raise _incompatible(folder, f"{types[name]} instead of {channel} in channel {name}")
    return types


def _differences(settings: Mapping[str, str], old: Mapping[str, str]) -> str:
    names = sorted(settings.keys() | old.keys())
    changed = [name for name in names if settings.get(name) != old.get(name)]
    return f"other settings of {', '.join(changed)}"


def _duplicate_error(mark: str, other: str) -> UsageError:
    if mark == other:
        return UsageError(f"mark {mark} comes twice in this import")
    return UsageError(
        f"marks {mark} and {other} have the same permanent id", remedy="Rename one of them."
    )


def _incompatible(folder: Path, what: str) -> ReferenceIndexError:
    return ReferenceIndexError(
        f"the other marks of the index were described differently ({what})",
        place=str(folder),
        remedy="Describe the others again: detector index upgrade.",
    )
