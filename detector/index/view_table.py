"""`ViewTable`: the properties of the views of an index, without their pictures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from detector import geometry
from detector.geometry import Size
from detector.index.import_entry import PARTS
from detector.records import Matrix, Part


@dataclass(frozen=True, slots=False, eq=False)
class ViewTable:
    """The views of an index, one per row, ordered by mark; the first view of a mark is a whole.

    Attributes:
        ids: (V,) int64, permanent: the same for the same picture and mark in every index.
        marks: (V,) int32 non-decreasing, the row of the mark.
        sizes: (V, 2) int32, width and height in pixels.
        parts: (V,) uint8, rows of `PARTS`.
        inverted: (V,) bool, whether light and dark are exchanged.
        mirrored: (V,) bool, whether the view is flipped left to right.
        bases: (V,) int32, the row of the view that this one is derived from, else its own row.

    """

    ids: NDArray[np.int64]
    marks: NDArray[np.int32]
    sizes: NDArray[np.int32]
    parts: NDArray[np.uint8]
    inverted: NDArray[np.bool_]
    mirrored: NDArray[np.bool_]
    bases: NDArray[np.int32]

    @classmethod
    def of(cls, rows: NDArray[np.void]) -> Self:
        """Make the table of stored rows `VIEW_ROW` (V,)."""
        return cls(
            ids=np.ascontiguousarray(rows["id"]),
            marks=np.ascontiguousarray(rows["mark"]),
            sizes=np.stack([rows["width"], rows["height"]], axis=1),
            parts=np.ascontiguousarray(rows["part"]),
            inverted=np.ascontiguousarray(rows["inverted"]),
            mirrored=np.ascontiguousarray(rows["mirrored"]),
            bases=np.ascontiguousarray(rows["base"]),
        )

    def __len__(self) -> int:
        return len(self.marks)

    def size_of(self, row: int) -> Size:
        """Width and height of a view in pixels."""
        width, height = self.sizes[row].tolist()
        return width, height

    def from_base(self, row: int) -> Matrix:
        """The transform (3, 3) from pixels of a view's base to its own: a flip if mirrored."""
        return geometry.flip(self.size_of(row)[0]) if self.mirrored[row] else np.eye(3)

    def part_of(self, row: int) -> Part:
        """Which part of its mark a view shows."""
        return PARTS[int(self.parts[row])]

    @cached_property
    def wholes(self) -> list[int]:
        """The row of every mark's first view: the whole."""
        rows: list[int] = np.unique(self.marks, return_index=True)[1].tolist()
        return rows

    @cached_property
    def rows(self) -> dict[int, int]:
        """The row of every view by its permanent id."""
        return {view: row for row, view in enumerate(self.ids.tolist())}
