"""Several segments seen as one: which rows live, in which order, and their arrays joined."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.index import row_map as places
from detector.index.entry import VIEW_INFO
from detector.index.manifest import Channel
from detector.index.row_map import Places
from detector.index.segment import Segment
from detector.records import Features, References

Maker = Callable[[str, tuple[int, ...], str], NDArray[Any]]


def in_memory(_: str, shape: tuple[int, ...], dtype: str) -> NDArray[Any]:
    """Make an array in memory; the name is of no use here."""
    return np.empty(shape, dtype)


class Arrangement:
    """The living rows of `segments`, which may be opened anew each time they are iterated.

    `marks` and `views` give, for each segment, the place of its rows in the whole, or -1.
    """

    def __init__(self, segments: Iterable[Segment]) -> None:
        self._segments = segments
        ids, dead, owners = [], [], []
        for segment in segments:
            ids.append(segment.ids)
            dead.append(segment.record.dead)
            owners.append(segment.views["mark"].copy())
        self.marks = places.mark_places(ids, dead)
        self._owners = [place[row] for place, row in zip(self.marks, owners, strict=True)]
        self.views = places.row_places(self._owners)

    @cached_property
    def mark_origin(self) -> NDArray[np.int32]:
        """The segment and the row in it of each mark, (marks, 2)."""
        return _origin(self.marks)

    @cached_property
    def view_origin(self) -> NDArray[np.int32]:
        """The segment and the row in it of each view, (views, 2)."""
        return _origin(self.views)

    def view_info(self) -> NDArray[np.void]:
        """`VIEW_INFO` of each view; `mark` is its row in the whole."""
        info = np.zeros(places.count(self.views), VIEW_INFO)
        self.join(lambda segment: segment.views, self.views, info)
        places.scatter(self._owners, self.views, info["mark"])
        return info

    def references(self, name: str, channel: Channel, make: Maker = in_memory) -> References:
        """The joined arrays of one channel, each made by `make(array, shape, dtype)`."""
        owners = [
            place[segment.channels[name].view]
            for place, segment in zip(self.views, self._segments, strict=True)
        ]
        where = places.row_places(owners)
        rows = places.count(where)
        view = make("view", (rows,), "<i4")
        features = Features(
            make("frames", (rows, 4), "<f4"),
            make("descriptors", (rows, channel.width), channel.dtype),
            make("labels", (rows,), "<i2"),
        )
        places.scatter(owners, where, view)
        self.join(lambda s: s.channels[name].features.frames, where, features.frames)
        self.join(lambda s: s.channels[name].features.descriptors, where, features.descriptors)
        self.join(lambda s: s.channels[name].features.labels, where, features.labels)
        return References(view, features)

    def join(
        self,
        part: Callable[[Segment], NDArray[Any]],
        where: Iterable[Places],
        out: NDArray[Any],
    ) -> None:
        """Copy the living rows of one array of every segment to their places in `out`."""
        places.scatter((part(segment) for segment in self._segments), where, out)


def _origin(where: list[Places]) -> NDArray[np.int32]:
    origin = np.zeros((places.count(where), 2), np.int32)
    for number, place in enumerate(where):
        living = np.flatnonzero(place >= 0)
        origin[place[living], 0] = number
        origin[place[living], 1] = living
    return origin
