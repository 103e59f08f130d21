"""The reference index on disk: write it, check it, open it. docs/index-format.md has the format.

Every write makes new immutable folders and becomes visible at once, when the manifest is replaced.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from detector.errors import ReferenceIndexError, UsageError
from detector.index import version_1
from detector.index.entry import Entry, Packed, PackedRecord, channels_of, pack, pack_record
from detector.index.feature_table import file_name
from detector.index.ledger import write_ledger
from detector.index.manifest import (
    Channel,
    LedgerRecord,
    Manifest,
    SegmentRecord,
    read_manifest,
)
from detector.index.permanent import permanent_id
from detector.index.reader import ReferenceIndex
from detector.index.segment import StoredSegments, write_segment
from detector.index.verify import verify
from detector.index.writing import commit, leftovers, living, merged, placed, writing
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

SEGMENT_BYTES = 256_000_000  # what an import holds in memory before it writes a segment


@dataclass(slots=True)
class Written:
    """What an import has written so far; no manifest names it yet.

    `names` are the text ids of all marks by permanent id, `described` those with views.
    """

    segments: list[SegmentRecord] = field(default_factory=list)
    ledgers: list[LedgerRecord] = field(default_factory=list)
    channels: list[Mapping[str, Channel]] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    described: dict[int, str] = field(default_factory=dict)


def upsert(
    folder: Path,
    entries: Iterable[Entry | Mark],
    settings: Mapping[str, str] = {},
    *,
    segment_bytes: int = SEGMENT_BYTES,
) -> int:
    """Add marks to the index in `folder`, replacing those of the same id; count them.

    Makes the index when there is none. Nothing is visible before all are written.

    Args:
        folder: the index folder.
        entries: taken one by one while the writer's lock is held. A bare `Mark` replaces the
            record of a mark that is there, and leaves its views and features as they are.
        settings: what the features depend on, a digest by feature name, kept with the index;
            empty means "as before".
        segment_bytes: about how much of the entries is held in memory.

    Raises:
        UsageError: a bad or repeated entry, a bare mark that is not in the index, or a folder of
            something else.
        ReferenceIndexError: other marks stay that were described differently.

    """
    with writing(folder) as old:
        new = _written(folder, entries, segment_bytes)
        kept = _without(folder, old, new.described)
        settings = dict(settings or old.settings)
        if kept and settings != old.settings:
            raise _unlike(folder, _differences(settings, old.settings))
        channels = _united(folder, [old.channels, *new.channels] if kept else new.channels)
        ledgers = (*old.ledgers, *new.ledgers)
        manifest = Manifest("", settings, channels, (*kept, *new.segments), ledgers)
        _check_updates(folder, manifest, new)
        _check_distinct(folder, manifest, len(kept))
        commit(folder, manifest)
        return len(new.names)


def update_marks(folder: Path, marks: Iterable[Mark]) -> int:
    """Replace the records of marks: names, words, rights. No view or feature is touched.

    Returns how many there were. Raises `UsageError` when one is not in the index or comes twice,
    `IndexMissing` when there is none.
    """
    read_manifest(folder)
    return upsert(folder, marks)


def remove(folder: Path, ids: Sequence[str]) -> int:
    """Take marks out of the index; ids that it does not have are ignored. Counts the removed."""
    read_manifest(folder)
    with writing(folder) as manifest:
        kept = _without(folder, manifest, {permanent_id(mark): mark for mark in ids})
        commit(folder, replace(manifest, segments=kept))
        return living(manifest.segments) - living(kept)


def compact(folder: Path) -> None:
    """Merge the index into one segment and one ledger without dead marks, all contents kept."""
    read_manifest(folder)
    with writing(folder) as manifest:
        records = sum(record.marks for record in manifest.ledgers)
        scattered = len(manifest.segments) > 1 or any(record.dead for record in manifest.segments)
        if scattered or len(manifest.ledgers) > 1 or records > living(manifest.segments):
            commit(folder, merged(folder, manifest))


def upgrade(
    folder: Path, settings: Callable[[Mapping[str, str], Collection[str]], Mapping[str, str]]
) -> int:
    """Bring an index of format version 1 to this version, all at once; count its marks.

    No picture is described again. `settings` gives what the features depend on, a digest by
    feature name, from the settings that the old index names and the channels that have a row in
    it. It may raise `UsageError`; then the index stays as it was.

    Raises `UsageError` when the index is of this version already, and what opening one raises.
    """
    version_1.read_manifest(folder)
    with writing(folder, version_1.read_manifest) as old:
        new = _written(folder, version_1.entries(folder, old), SEGMENT_BYTES)
        files = {name for record in new.segments for name in record.files}
        channels = _united(folder, new.channels)
        filled = [name for name in channels if file_name(name, "counts") in files]
        kept = dict(settings(old.settings, filled))
        commit(folder, Manifest("", kept, channels, (*new.segments,), (*new.ledgers,)))
        return len(new.names)


def _written(folder: Path, entries: Iterable[Entry | Mark], segment_bytes: int) -> Written:
    """Write entries as segments and ledgers."""
    new = Written()
    packed = (pack(entry) if isinstance(entry, Entry) else pack_record(entry) for entry in entries)
    for batch in _batches(packed, segment_bytes):
        for mark in batch:
            if mark.number in new.names:
                raise _twice(mark.id, new.names[mark.number])
            new.names[mark.number] = mark.id
        _write_batch(folder, batch, new)
    return new


def _write_batch(folder: Path, batch: Sequence[PackedRecord], new: Written) -> None:
    described = [mark for mark in batch if isinstance(mark, Packed)]
    if described:
        new.described |= {mark.number: mark.id for mark in described}
        new.channels.append(channels_of(view for mark in described for view in mark.features))
        new.segments.append(placed(folder, lambda staging: write_segment(staging, described)))
    lines = {mark.number: mark.line for mark in batch}
    ids = sorted(lines)
    new.ledgers.append(
        placed(folder, lambda staging: write_ledger(staging, ids, (lines[mark] for mark in ids)))
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


def _without(
    folder: Path, manifest: Manifest, marks: Mapping[int, str]
) -> tuple[SegmentRecord, ...]:
    """The segments of `manifest` with `marks` dead; those with no living mark are left out.

    `marks` are text ids by permanent id.
    """
    gone, kept = np.array(sorted(marks), np.int64), []
    for segment in StoredSegments(folder, manifest):
        rows = np.flatnonzero(np.isin(segment.marks["id"], gone)).tolist()
        for row in rows:
            if (name := marks[int(segment.marks["id"][row])]) != segment.ids[row]:
                raise _twice(name, segment.ids[row])
        dead = segment.record.dead | {segment.ids[row] for row in rows}
        if len(dead) < segment.record.marks:
            kept.append(replace(segment.record, dead=dead))
    return tuple(kept)


def _check_updates(folder: Path, manifest: Manifest, new: Written) -> None:
    """Raise `UsageError` for a bare mark that is not in the index."""
    missing = {mark for mark in new.names if mark not in new.described}
    for segment in StoredSegments(folder, manifest) if missing else ():
        held = segment.marks["id"][segment.living]
        missing -= set(held[np.isin(held, sorted(missing))].tolist())
    if missing:
        raise UsageError(
            f"there is no mark {', '.join(sorted(new.names[mark] for mark in missing))}",
            place=str(folder),
            remedy="Import it with its pictures.",
        )


def _check_distinct(folder: Path, manifest: Manifest, kept: int) -> None:
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


def _united(folder: Path, found: Iterable[Mapping[str, Channel]]) -> dict[str, Channel]:
    united: dict[str, Channel] = {}
    for name, channel in (pair for channels in found for pair in channels.items()):
        if united.setdefault(name, channel) != channel:
            raise _unlike(folder, f"{united[name]} instead of {channel} in channel {name}")
    return united


def _differences(settings: Mapping[str, str], old: Mapping[str, str]) -> str:
    names = sorted(settings.keys() | old.keys())
    changed = [name for name in names if settings.get(name) != old.get(name)]
    return f"other settings of {', '.join(changed)}"


def _twice(mark: str, other: str) -> UsageError:
    if mark == other:
        return UsageError(f"mark {mark} comes twice in this import")
    return UsageError(
        f"marks {mark} and {other} have the same permanent id", remedy="Rename one of them."
    )


def _unlike(folder: Path, what: str) -> ReferenceIndexError:
    return ReferenceIndexError(
        f"the other marks of the index were described differently ({what})",
        place=str(folder),
        remedy="Import all marks again into an empty folder.",
    )
