"""Batches of pairs: photos of marks, their references, and photos without a mark.

What a fresh batch shows depends on its number and the seed alone. It is drawn in other processes,
which without a GPU also run the part of the network that does not learn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from detector.records import Pixels
from training.backbones import Backbone
from training.grounds import Grounds
from training.marks import SHAPES, MarkSet, opened
from training.scenes import empty, photo, reference

HELD_OUT = 25  # one group in so many is never trained on
_WIDE_BATCHES = 3  # one batch in so many is of wide marks
_AHEAD = 4  # batches that each process draws ahead
_CPU = torch.device("cpu")
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Order:
    """What a batch is to show: its number, the shape, and the marks' rows."""

    number: int
    shape: str
    rows: Rows


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """`photos` (pairs + empties), empties last, and `references`, of marks `rows` of `groups`.

    Pixels (N, 3, H, W) uint8, or what the front has begun of them, float16.
    """

    shape: str
    rows: Rows
    groups: Rows
    photos: Tensor
    references: Tensor


class Pairs(Dataset[Batch]):
    """Draws the batches that are ordered. Lifetime: one training or validation.

    A `backbone` begins them in the process that draws.
    """

    def __init__(
        self,
        marks: Path,
        photos: Sequence[Path],
        empties: int,
        seed: int,
        backbone: Backbone | None = None,
    ) -> None:
        self._folder, self._photos, self._empties, self._seed = marks, photos, empties, seed
        self._backbone = backbone
        self._sets: dict[str, MarkSet] = {}
        self._grounds: Grounds | None = None

    def __getitem__(self, order: Order) -> Batch:
        """Draw one batch."""
        photos, references = self.pictures(order)
        groups = self._sets[order.shape].groups[order.rows]
        drawn = Batch(order.shape, order.rows, groups, _planes(photos), _planes(references))
        return begun(drawn, self._backbone, _CPU) if self._backbone else drawn

    def pictures(self, order: Order) -> tuple[Pixels, Pixels]:
        """Photos (pairs + empties, H, W, 3), empties last, and references (pairs, H, W, 3)."""
        grounds = self._opened()
        marks, shape = self._sets[order.shape], order.shape
        random = np.random.default_rng([self._seed, order.number])
        shown = [(np.asarray(marks.pictures[row]), bool(marks.plain[row])) for row in order.rows]
        photos = [photo(random, grounds, one, shape, plain=plain) for one, plain in shown]
        photos += [empty(random, grounds, shape) for _ in range(self._empties)]
        references = [reference(random, one, shape, plain=plain) for one, plain in shown]
        return np.stack(photos), np.stack(references)

    def _opened(self) -> Grounds:
        """Open marks and photos in the process that draws, not in the one that orders."""
        if self._grounds is None:
            self._sets = {shape: opened(self._folder, shape) for shape in SHAPES}
            self._grounds = Grounds(self._photos)
        return self._grounds


def begun(batch: Batch, backbone: Backbone, device: torch.device) -> Batch:
    """The batch as the front leaves it, computed on a device; one that was begun stays as it is."""
    if batch.photos.dtype == torch.float16:
        return batch
    return replace(
        batch,
        photos=_begun(batch.photos, backbone, device),
        references=_begun(batch.references, backbone, device),
    )


def _begun(planes: Tensor, backbone: Backbone, device: torch.device) -> Tensor:
    pixels = planes.to(device).float().contiguous(memory_format=torch.channels_last)
    with torch.autocast(device.type, torch.bfloat16):
        return backbone.begin(pixels).half().contiguous().cpu()


def _planes(pictures: Pixels) -> Tensor:
    return torch.from_numpy(pictures.transpose(0, 3, 1, 2).copy())


def orders(rows: dict[str, Rows], seed: int, size: int, first: int) -> Iterator[Order]:
    """Fresh batches from number `first` on, of any marks."""
    number = first
    while True:
        shape = "wide" if number % _WIDE_BATCHES == 0 else "square"
        random = np.random.default_rng([seed, number, 7])
        yield Order(number, shape, random.choice(rows[shape], size))
        number += 1


def rows_of(marks: Path, shape: str, *, held_out: bool) -> Rows:
    """The rows of the marks that are trained on, or of those held out."""
    groups = opened(marks, shape).groups
    return np.flatnonzero((groups % HELD_OUT == 0) == held_out)


def drawn(pairs: Pairs, ordered: Iterator[Order], workers: int) -> Iterator[Batch]:
    """The batches in the order in which they were ordered, drawn ahead by other processes."""
    loader = DataLoader(
        pairs,
        batch_size=None,
        sampler=ordered,
        num_workers=workers,
        prefetch_factor=_AHEAD if workers else None,
        multiprocessing_context="spawn" if workers else None,
    )
    return iter(loader)
