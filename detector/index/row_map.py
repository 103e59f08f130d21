"""Maps rows of segments to rows of the index, where marks are sorted by id.

Row numbers of marks, views and features depend on the contents of an index alone, not on the
number of imports or on compaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

RowMap = NDArray[np.int64]
BLOCK = 1 << 16  # rows copied at a time, so that copying a large mapped file needs little memory


def map_marks(ids: Sequence[Sequence[str]], living: Sequence[NDArray[np.bool_]]) -> list[RowMap]:
    """For each segment, the row in the index of each of its marks, or -1 for a dead one.

    `ids` are the mark ids of each segment, `living` (M,) whether each still counts.
    """
    order = sorted(
        (names[row], segment, row)
        for segment, names in enumerate(ids)
        for row in np.flatnonzero(living[segment]).tolist()
    )
    row_maps = [np.full(len(names), -1, np.int64) for names in ids]
    for index_row, (_, segment, row) in enumerate(order):
        row_maps[segment][row] = index_row
    return row_maps


def map_rows(owners: Sequence[RowMap]) -> list[RowMap]:
    """For each segment, the row in the index of each of its rows, or -1 for a dead one.

    `owners` (N,) of each segment are the rows in the index of the mark or view that owns each row.
    Rows of one owner keep their order.
    """
    flat = np.concatenate([np.zeros(0, np.int64), *owners])
    living = np.flatnonzero(flat >= 0)
    order = living[np.argsort(flat[living], kind="stable")]
    rows = np.full(len(flat), -1, np.int64)
    rows[order] = np.arange(len(order))
    return np.split(rows, np.cumsum([len(part) for part in owners])[:-1]) if owners else []


def count(row_maps: Iterable[RowMap]) -> int:
    """The number of rows of the index."""
    return sum(int(np.count_nonzero(part >= 0)) for part in row_maps)


def is_ascending(rows: NDArray[np.integer[Any]], limit: int) -> bool:
    """Whether `rows` never decrease and are all in 0..limit-1."""
    if len(rows) == 0:
        return True
    return bool(np.all(np.diff(rows) >= 0) and rows[0] >= 0 and rows[-1] < limit)


def scatter(parts: Iterable[NDArray[Any]], row_maps: Iterable[RowMap], out: NDArray[Any]) -> None:
    """Copy the living rows of each part to their rows in `out`."""
    for part, row_map in zip(parts, row_maps, strict=True):
        for start in range(0, len(row_map), BLOCK):
            rows = row_map[start : start + BLOCK]
            living = rows >= 0
            out[rows[living]] = part[start : start + BLOCK][living]
