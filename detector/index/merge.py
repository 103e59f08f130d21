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
from detector.index.joined_segments import Arrangement
from detector.index.manifest import Manifest, SegmentRecord
from detector.index.segment import (
    DIGESTS,
    OFFSETS,
    PICTURES,
    VIEWS,
    OneByOne,
    array_name,
    seal,
    write_ids,
    write_lines,
)


def merge(root: Path, manifest: Manifest, folder: Path) -> SegmentRecord:
    """Write the living contents of all segments of `manifest` as one into the empty `folder`."""
    segments = OneByOne(root, manifest)
    whole = Arrangement(segments)
    _write_marks(folder, segments, whole)
    np.save(folder / VIEWS, whole.view_info())
    _write_pictures(folder, segments, whole)
    for name, channel in manifest.channels.items():
        whole.references(name, channel, partial(_mapped, folder, name))
    return seal(folder)


def _write_marks(folder: Path, segments: OneByOne, whole: Arrangement) -> None:
    living = [
        (segment.ids[row], segment.lines[row])
        for segment, place in zip(segments, whole.marks, strict=True)
        for row in np.flatnonzero(place >= 0)
    ]
    living.sort()
    write_ids(folder, [name for name, _ in living])
    write_lines(folder, [line for _, line in living])
    digests = np.zeros((len(living), 32), np.uint8)
    whole.join(lambda segment: segment.digests, whole.marks, digests)
    np.save(folder / DIGESTS, digests)


def _write_pictures(folder: Path, segments: OneByOne, whole: Arrangement) -> None:
    sizes = np.zeros(places.count(whole.views), np.int64)
    whole.join(lambda segment: np.diff(segment.offsets), whole.views, sizes)
    offsets = np.cumsum([0, *sizes], dtype=np.int64)
    np.save(folder / OFFSETS, offsets)
    with (folder / PICTURES).open("wb") as file:
        for segment, place in zip(segments, whole.views, strict=True):
            for row in np.flatnonzero(place >= 0):
                file.seek(offsets[place[row]])
                file.write(segment.png(int(row)))


def _mapped(
    folder: Path, channel: str, array: str, shape: tuple[int, ...], dtype: str
) -> NDArray[Any]:
    path = folder / array_name(channel, array)
    return np.lib.format.open_memmap(path, mode="w+", dtype=np.dtype(dtype), shape=shape)
