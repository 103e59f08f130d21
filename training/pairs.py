"""Batches of pairs: photos of marks, their references, and photos without a mark.

What a batch shows depends on its number and the seed alone, so that a training that was killed
goes on with the very pairs it would have seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch.utils.data import DataLoader, Dataset

from detector.records import Pixels
from training.grounds import Grounds
from training.marks import SHAPES, MarkSet, opened
from training.scenes import empty, photo, reference

HELD_OUT = 25  # one group in so many is never trained on
_WIDE_BATCHES = 3  # one batch in so many is of wide marks
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Order:
    """What a batch is to show: its number, the shape, and the marks' rows."""

    number: int
    shape: str
    rows: Rows


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """`photos` (pairs + empties, H, W, 3), the empties last; `references` (pairs, H, W, 3)."""

    order: Order
    photos: Pixels
    references: Pixels
    groups: NDArray[np.int64]


class Pairs(Dataset[Batch]):
    """Draws the batches that are ordered. Lifetime: one training or validation."""

    def __init__(self, marks: Path, photos: Sequence[Path], empties: int, seed: int) -> None:
        self._folder, self._photos, self._empties, self._seed = marks, photos, empties, seed
        self._sets: dict[str, MarkSet] = {}
        self._grounds: Grounds | None = None

    def __getitem__(self, order: Order) -> Batch:
        """Draw one batch."""
        grounds = self._opened()
        marks, shape = self._sets[order.shape], order.shape
        random = np.random.default_rng([self._seed, order.number])
        shown = [(np.asarray(marks.pictures[row]), bool(marks.plain[row])) for row in order.rows]
        photos = [photo(random, grounds, one, shape, plain=plain) for one, plain in shown]
        photos += [empty(random, grounds, shape) for _ in range(self._empties)]
        references = [reference(random, one, shape, plain=plain) for one, plain in shown]
        return Batch(order, np.stack(photos), np.stack(references), marks.groups[order.rows])

    def _opened(self) -> Grounds:
        """Open marks and photos in the process that draws, not in the one that orders."""
        if self._grounds is None:
            self._sets = {shape: opened(self._folder, shape) for shape in SHAPES}
            self._grounds = Grounds(self._photos)
        return self._grounds


def shape_of(number: int) -> str:
    """Which shape a batch shows."""
    return "wide" if number % _WIDE_BATCHES == 0 else "square"


def rows_of(marks: Path, shape: str, *, held_out: bool) -> Rows:
    """The rows of the marks that are trained on, or of those held out."""
    groups = opened(marks, shape).groups
    return np.flatnonzero((groups % HELD_OUT == 0) == held_out)


def drawn(pairs: Pairs, orders: Iterator[Order], workers: int) -> Iterator[Batch]:
    """The batches in the order in which they were ordered, drawn ahead by other processes."""
    loader = DataLoader(
        pairs,
        batch_size=None,
        sampler=orders,
        num_workers=workers,
        prefetch_factor=4 if workers else None,
        multiprocessing_context="spawn" if workers else None,
    )
    return iter(loader)
