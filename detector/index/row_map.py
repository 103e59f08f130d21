"""One order over several segments: rows belong to marks sorted by id, however they are stored.

Row numbers of marks, views and features therefore depend on the contents of an index alone, not
on how many imports made it or when it was compacted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]
BLOCK = 1 << 16  # rows copied at a time, so that copying a large mapped file needs little memory


def mark_places(ids: Sequence[Sequence[str]], living: Sequence[NDArray[np.bool_]]) -> list[Places]:
    """For each segment, the row of each of its marks in the whole index, or -1 for a dead one.

    `ids` are the mark ids of each segment and `living` (M,) says which of them still count.
    """
    ordered = sorted(
        (names[row], segment, row)
        for segment, names in enumerate(ids)
        for row in np.flatnonzero(living[segment]).tolist()
    )
    places = [np.full(len(names), -1, np.int64) for names in ids]
    for place, (_, segment, row) in enumerate(ordered):
        places[segment][row] = place
    return places


def row_places(owners: Sequence[Places]) -> list[Places]:
    """For each segment, the row of each of its rows in the whole index, or -1 for a dead one.

    `owners` (N,) of each segment is the place of the mark or view that each row belongs to. Rows
    of one owner keep their order.
    """
    flat = np.concatenate([np.zeros(0, np.int64), *owners])
    living = np.flatnonzero(flat >= 0)
    order = living[np.argsort(flat[living], kind="stable")]
    places = np.full(len(flat), -1, np.int64)
    places[order] = np.arange(len(order))
    return np.split(places, np.cumsum([len(part) for part in owners])[:-1]) if owners else []


def count(places: Iterable[Places]) -> int:
    """How many rows the whole index has."""
    return sum(int(np.count_nonzero(part >= 0)) for part in places)


def is_ascending(rows: NDArray[np.integer[Any]], limit: int) -> bool:
    """Whether `rows` never fall and are all in 0..limit-1."""
    if len(rows) == 0:
        return True
    return bool(np.all(np.diff(rows) >= 0) and rows[0] >= 0 and rows[-1] < limit)


def scatter(parts: Iterable[NDArray[Any]], places: Iterable[Places], out: NDArray[Any]) -> None:
    """Copy the living rows of each part to their places in `out`."""
    for part, place in zip(parts, places, strict=True):
        for start in range(0, len(place), BLOCK):
            here = place[start : start + BLOCK]
            living = here >= 0
            out[here[living]] = part[start : start + BLOCK][living]
