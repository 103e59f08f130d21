"""The marks that pairs are drawn of, and which of them resemble one another.

A pool is a part of the marks of `training.marks`, split by group: those held out are never learned.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.channels.embedding_model import SHAPES as WINDOWS
from detector.channels.embedding_model import STRIDE, vectors_of
from detector.records import Floats, Pixels
from training.lettering import Random
from training.marks import SHAPES, MarkSet, opened
from training.second_look.pictures import Mark, reference

MOST = {"square": 6000, "wide": 5000}  # marks of each shape
HELD_OUT = 12  # one group in so many is held out
TWINS = 0.93  # cosine of two references from which they are not called different
NEAREST = 24  # marks among which one that resembles another is chosen
FILE = "pool.npz"


@dataclass(frozen=True, eq=False)
class MarkPool:
    """N marks.

    Attributes:
        folder: that of the drawn marks.
        shape: (N,) rows of `SHAPES`.
        row: (N,) rows of that shape's marks.
        group: (N,) marks of one group are never called different.
        vectors: (N, D) unit vectors of their references.

    """

    folder: Path
    shape: NDArray[np.int64]
    row: NDArray[np.int64]
    group: NDArray[np.int64]
    vectors: Floats

    @classmethod
    def opened(cls, folder: Path) -> Self:
        """The pool in a folder of drawn marks; chosen and described on first use."""
        if not (folder / FILE).is_file():
            np.savez(folder / FILE, allow_pickle=False, **_described(folder))
        with np.load(folder / FILE) as table:
            return cls(folder, *(table[name] for name in ("shape", "row", "group", "vectors")))

    def __getitem__(self, number: int) -> Mark:
        marks = self._sets[int(self.shape[number])]
        row = int(self.row[number])
        return Mark(np.asarray(marks.pictures[row]), bool(marks.plain[row]))

    def learned(self, *, held_out: bool = False) -> NDArray[np.int64]:
        """The marks that are learned, or those held out."""
        return np.flatnonzero((self.group % HELD_OUT == 0) == held_out)

    def differ(self, one: int, others: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of other marks are surely another sign than this one."""
        alike = self.vectors[others] @ self.vectors[one] > TWINS
        alike &= self.shape[others] == self.shape[one]
        return ~alike & (self.group[others] != self.group[one])

    def resembling(self, random: Random, one: int, among: NDArray[np.int64]) -> int:
        """Another mark that resembles this one."""
        others = among[self.shape[among] == self.shape[one]]
        others = others[self.differ(one, others)]
        nearest = np.argsort(-(self.vectors[others] @ self.vectors[one]))[:NEAREST]
        return int(others[random.choice(nearest)])

    @cached_property
    def _sets(self) -> list[MarkSet]:
        return [opened(self.folder, shape) for shape in SHAPES]


def _described(folder: Path) -> dict[str, NDArray[np.generic]]:
    tables: dict[str, list[NDArray[np.generic]]] = {
        "shape": [], "row": [], "group": [], "vectors": []
    }  # fmt: skip
    for number, shape in enumerate(SHAPES):
        marks = opened(folder, shape)
        random = np.random.default_rng(number)
        rows = np.sort(random.permutation(len(marks.groups))[: MOST[shape]])
        tables["shape"].append(np.full(len(rows), number))
        tables["row"].append(rows)
        tables["group"].append(marks.groups[rows].astype(np.int64))
        tables["vectors"].append(np.stack([_vector(marks.pictures[row], shape) for row in rows]))
    return {name: np.concatenate(parts) for name, parts in tables.items()}


def _vector(mark: Pixels, shape: str) -> Floats:
    """The embedding's vector (D,) of a mark in the middle of a window."""
    (number,) = (n for n, one in enumerate(WINDOWS) if one.name == shape)
    window, seen = WINDOWS[number], reference(mark)
    scale = min(0.84 * window.width / seen.shape[1], 0.84 * window.height / seen.shape[0])
    size = max(1, round(seen.shape[1] * scale)), max(1, round(seen.shape[0] * scale))
    small = cv2.resize(seen, size, interpolation=cv2.INTER_AREA)
    high, wide = (max(getattr(one, side) for one in WINDOWS) for side in ("height", "width"))
    whole = np.full((high + 2 * STRIDE, wide + 2 * STRIDE, 3), seen[0, 0], np.uint8)
    top = STRIDE + (window.height - size[1]) // 2
    left = STRIDE + (window.width - size[0]) // 2
    whole[top : top + size[1], left : left + size[0]] = small
    return vectors_of(whole[None])[number][0, 0, 0]
