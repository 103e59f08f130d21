"""Merging segments into one: arrays are copied, pictures too; nothing is described again.

One source segment is open at a time and large arrays are written through mapped files, so memory
and open files stay bounded however large the index is.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.index import row_map as places
from detector.index.feature_table import file_name, write_counts
from detector.index.joined_segments import Arrangement
from detector.index.ledger import Ledger, fold
from detector.index.manifest import LedgerRecord, Manifest, SegmentRecord
from detector.index.sealed import write_lines
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
    """Write the living contents of all segments of `manifest` as one into the empty `folder`.

    Permanent ids stay as they are, and so do the rows of marks, views and features.
    """
    segments = StoredSegments(root, manifest)
    whole = Arrangement(segments)
    _write_marks(folder, segments, whole)
    np.save(folder / VIEWS, whole.view_rows())
    _write_pictures(folder, segments, whole)
    for name, channel in manifest.channels.items():
        table = whole.table(name, channel, partial(_mapped, folder, name))
        if table.counts.any():
            write_counts(folder, name, table.counts)
    return seal_segment(folder, len(whole.mark_origin))


def merge_ledgers(root: Path, manifest: Manifest, folder: Path) -> LedgerRecord:
    """Write the newest records of all living marks as one ledger into the empty `folder`."""
    living = [segment.marks["id"][segment.living] for segment in StoredSegments(root, manifest)]
    ids = np.concatenate([np.zeros(0, np.int64), *living])
    return fold([Ledger(root, record) for record in manifest.ledgers], ids, folder)


def _write_marks(folder: Path, segments: StoredSegments, whole: Arrangement) -> None:
    living = sorted(
        (segment.ids[row], segment.sources[row])
        for segment in segments
        for row in np.flatnonzero(segment.living)
    )
    write_ids(folder, [name for name, _ in living])
    write_lines(folder / SOURCES, [line for _, line in living])
    np.save(folder / MARKS, whole.mark_rows())


def _write_pictures(folder: Path, segments: StoredSegments, whole: Arrangement) -> None:
    sizes = np.zeros(places.count(whole.views), np.int64)
    whole.join(lambda segment: np.diff(segment.offsets), whole.views, sizes)
    offsets = np.cumsum([0, *sizes], dtype=np.int64)
    np.save(folder / OFFSETS, offsets)
    with (folder / PICTURES).open("wb") as file:
        for segment, place in zip(segments, whole.views, strict=True):
            for row in np.flatnonzero(place >= 0):
                file.seek(offsets[place[row]])
                file.write(segment.picture(int(row)))


def _mapped(
    folder: Path, channel: str, array: str, shape: tuple[int, ...], dtype: str
) -> NDArray[Any]:
    if not shape[0]:  # an empty file cannot be mapped, and none is stored
        return np.zeros(shape, dtype)
    path = folder / file_name(channel, array)
    return np.lib.format.open_memmap(path, mode="w+", dtype=np.dtype(dtype), shape=shape)
