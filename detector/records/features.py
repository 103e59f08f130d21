"""Features of pictures and of the views of an index."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detector.records.vocabulary import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """The features of a picture in one channel: N descriptors, each with a frame.

    `frames` (N, 4) float32: x, y, size in pixels, angle in radians. `descriptors` (N, D): uint8
    (packed bits or quantised) or float16. Each channel defines what `labels` (N,) int16 mean.
    """

    frames: Floats
    descriptors: NDArray[np.uint8] | NDArray[np.float16]
    labels: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.frames)


@dataclass(frozen=True, slots=True, eq=False)
class References:
    """The features of all views of an index in one channel.

    `view` (M,) int32, non-decreasing, is the view of each row of `features`, which is in the pixels
    of that view.
    """

    view: NDArray[np.int32]
    features: Features


def spans(view: NDArray[np.int32]) -> list[tuple[int, int, int]]:
    """(view, start, stop) of every run of equal numbers in a non-decreasing (M,) array."""
    starts = np.flatnonzero(np.diff(view, prepend=-1))
    stops = [*starts[1:].tolist(), len(view)]
    return [(int(view[a]), a, b) for a, b in zip(starts.tolist(), stops, strict=False)]


def columns_of(frames: Floats) -> int:
    """Number of columns of a grid of cells with frames (N, 4) row by row from the top left."""
    return int(np.count_nonzero(frames[:, 1] == frames[0, 1]))
