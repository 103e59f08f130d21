"""Merges segments into one by copying; no picture is described again.

One source segment is open at a time, and large arrays are written through mapped files, which
bounds memory and open files for an index of any size.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.index import row_map
from detector.index.feature_table import file_name, write_counts
from detector.index.immutable_folder import write_lines
from detector.index.joined_segments import JoinedSegments
from detector.index.manifest import Manifest, MarkRecordsFolder, SegmentRecord
from detector.index.mark_records import MarkRecords, write_newest
from detector.index.segment import (
    MARKS,
    OFFSETS,
    PICTURES,
    SOURCES,
    VIEWS,
    StoredSegments,
    seal_segment,
    write_ids,
)


def merge(root: Path, manifest: Manifest, folder: Path) -> SegmentRecord:
    """Write the living marks of all segments of `manifest` as one into the empty `folder`.

    Permanent ids and the rows of marks, views and features in the index stay the same.
    """
    segments = StoredSegments(root, manifest)
    joined = JoinedSegments(segments)
    _write_marks(folder, segments, joined)
    np.save(folder / VIEWS, joined.view_rows())
    _write_pictures(folder, segments, joined)
    for name, channel in manifest.channels.items():
        table = joined.table(name, channel, partial(_new_mapped_array, folder, name))
        if table.counts.any():
            write_counts(folder, name, table.counts)
    return seal_segment(folder, len(joined.mark_locations))


def merge_mark_records(root: Path, manifest: Manifest, folder: Path) -> MarkRecordsFolder:
    """Write the newest records of all living marks into the empty `folder`."""
    living = [segment.marks["id"][segment.living] for segment in StoredSegments(root, manifest)]
    ids = np.concatenate([np.zeros(0, np.int64), *living])
    return write_newest([MarkRecords(root, record) for record in manifest.ledgers], ids, folder)


def _write_marks(folder: Path, segments: StoredSegments, joined: JoinedSegments) -> None:
    living = sorted(
        (segment.ids[row], segment.sources[row])
        for segment in segments
        for row in np.flatnonzero(segment.living)
    )
    write_ids(folder, [name for name, _ in living])
    write_lines(folder / SOURCES, [line for _, line in living])
    np.save(folder / MARKS, joined.mark_rows())


def _write_pictures(folder: Path, segments: StoredSegments, joined: JoinedSegments) -> None:
    sizes = np.zeros(row_map.count(joined.views), np.int64)
    joined.join(lambda segment: np.diff(segment.offsets), joined.views, sizes)
    offsets = np.cumsum([0, *sizes], dtype=np.int64)
    np.save(folder / OFFSETS, offsets)
    with (folder / PICTURES).open("wb") as file:
        for segment, rows in zip(segments, joined.views, strict=True):
            for row in np.flatnonzero(rows >= 0):
                file.seek(offsets[rows[row]])
                file.write(segment.picture(int(row)))


def _new_mapped_array(
    folder: Path, channel: str, array: str, shape: tuple[int, ...], dtype: str
) -> NDArray[Any]:
    if not shape[0]:  # an empty file cannot be mapped, and none is stored
        return np.zeros(shape, dtype)
    path = folder / file_name(channel, array)
    return np.lib.format.open_memmap(path, mode="w+", dtype=np.dtype(dtype), shape=shape)
