"""The features of a segment's views in one channel: rows per view, and the arrays.

An array that is zero everywhere is not written, nor any file of a channel without rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.index.immutable_folder import ImmutableFolder
from detector.index.manifest import DescriptorType
from detector.records import Features

COUNTS = (np.uint8, np.uint16, np.uint32)  # as narrow as the largest count allows
ARRAYS = ("frames", "descriptors", "labels")


@dataclass(frozen=True, slots=True, eq=False)
class FeatureTable:
    """Features of V views, view by view.

    Attributes:
        counts: (V,) unsigned, the number of rows of each view.
        features: the rows of all views; an array that is not stored is read-only zeros.

    """

    counts: NDArray[np.unsignedinteger[Any]]
    features: Features

    @property
    def view(self) -> NDArray[np.int32]:
        """(rows,) int32: the view that each row belongs to, ascending."""
        return np.repeat(np.arange(len(self.counts), dtype=np.int32), self.counts)


def file_name(channel: str, array: str) -> str:
    """The name of the file with the counts of a channel or one of its `ARRAYS`."""
    return f"{channel}.{array}.npy"


def read_table(
    folder: ImmutableFolder, name: str, channel: DescriptorType, views: int
) -> FeatureTable:
    """Map the table of a channel into memory; it is empty where the segment has none.

    Raises one of `BROKEN` when an array has another shape or dtype than it should.
    """
    if file_name(name, "counts") not in folder.files:
        return FeatureTable(np.zeros(views, np.uint8), _features(folder, name, channel, 0))
    counts = folder.load_array(file_name(name, "counts"))
    if counts.dtype not in COUNTS or counts.shape != (views,):
        raise ValueError(f"{name} has counts {counts.dtype} of shape {counts.shape}")
    rows = int(counts.sum(dtype=np.int64))
    return FeatureTable(counts, _features(folder, name, channel, rows))


def write_table(folder: Path, name: str, views: Sequence[Mapping[str, Features]]) -> None:
    """Write the features of a segment's views in one channel, in the order of the views."""
    parts = [view[name] for view in views if name in view]
    counts = [len(view[name]) if name in view else 0 for view in views]
    if any(counts):
        write_counts(folder, name, counts)
        for array in ARRAYS:
            values = np.concatenate([getattr(part, array) for part in parts])
            if array == "descriptors" or values.any():
                np.save(folder / file_name(name, array), values)


def write_counts(folder: Path, name: str, counts: Sequence[int] | NDArray[np.integer[Any]]) -> None:
    """Write the counts of a channel with at least one row, in the narrowest dtype."""
    np.save(folder / file_name(name, "counts"), np.asarray(counts, np.min_scalar_type(max(counts))))


def array_layout(channel: DescriptorType, rows: int) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Dtype and shape of each of `ARRAYS` of a channel with `rows` rows."""
    return {
        "frames": ("<f4", (rows, 4)),
        "descriptors": (channel.dtype, (rows, channel.width)),
        "labels": ("<i2", (rows,)),
    }


def zero_array(dtype: str, shape: tuple[int, ...]) -> NDArray[Any]:
    """A read-only array of zeros that needs no memory."""
    return np.broadcast_to(np.zeros((), dtype), shape)


def _features(folder: ImmutableFolder, name: str, channel: DescriptorType, rows: int) -> Features:
    arrays = {}
    for array, (dtype, shape) in array_layout(channel, rows).items():
        file = file_name(name, array)
        is_stored = file in folder.files
        arrays[array] = folder.array(file, dtype, *shape) if is_stored else zero_array(dtype, shape)
    return Features(**arrays)
