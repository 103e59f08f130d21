"""Pairs that were seen lately, to be learned from again: drawing one costs more than learning.

Half of the batches are of marks that are like each other so far: those teach the most.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.learn import TWINS
from training.network import WIDTH
from training.pairs import Batch, Rows

KEPT = 40_000  # pairs of each shape
_CLIQUE = 4  # marks of a hard batch that are near each other
_LOOKED_AT = 6000  # other pairs among which near ones are looked for


class _Ring:
    """The last rows of a growing table. Lifetime: one training."""

    def __init__(self, size: int) -> None:
        self._size, self._next = size, 0
        self.table: Tensor | None = None

    def add(self, rows: Tensor) -> None:
        if self.table is None:
            self.table = torch.zeros((self._size, *rows.shape[1:]), dtype=rows.dtype)
        at = (torch.arange(len(rows)) + self._next) % self._size
        self.table[at] = rows
        self._next += len(rows)

    def __len__(self) -> int:
        return min(self._next, self._size)

    def __getitem__(self, at: Rows) -> Tensor:
        assert self.table is not None
        return self.table[torch.from_numpy(at)]


class Replay:
    """Pairs of one shape, and photos without a mark. Lifetime: one training."""

    def __init__(self, shape: str, seed: int) -> None:
        self._shape, self._seed, self._batches = shape, seed, 0
        names = ("photos", "references", "rows", "groups", "vectors")
        self._pairs = {name: _Ring(KEPT) for name in names}
        self._empties = _Ring(KEPT // 3)

    def add(self, batch: Batch, vectors: NDArray[np.float32]) -> None:
        """Keep a fresh batch and the references' vectors (pairs, WIDTH)."""
        count = len(batch.rows)
        self._pairs["photos"].add(batch.photos[:count])
        self._pairs["references"].add(batch.references)
        self._pairs["rows"].add(torch.from_numpy(batch.rows))
        self._pairs["groups"].add(torch.from_numpy(batch.groups))
        self._pairs["vectors"].add(torch.from_numpy(vectors.astype(np.float16)))
        self._empties.add(batch.photos[count:])

    def batch(self, pairs: int, empties: int) -> tuple[Batch, Rows]:
        """A batch of pairs seen before, every second of marks alike, and where they are kept."""
        self._batches += 1
        random = np.random.default_rng([self._seed, self._batches])
        kept = len(self._pairs["rows"])
        at = self._alike(random, pairs) if self._batches % 2 else random.integers(kept, size=pairs)
        none = self._empties[random.integers(len(self._empties), size=empties)]
        photos = torch.cat([self._pairs["photos"][at], none])
        rows, groups = (self._pairs[name][at].numpy() for name in ("rows", "groups"))
        return Batch(self._shape, rows, groups, photos, self._pairs["references"][at]), at

    def note(self, at: Rows, vectors: NDArray[np.float32]) -> None:
        """Newer vectors of the references of a batch."""
        table = self._pairs["vectors"].table
        assert table is not None
        table[torch.from_numpy(at)] = torch.from_numpy(vectors.astype(np.float16))

    def _alike(self, random: np.random.Generator, pairs: int) -> Rows:
        kept = len(self._pairs["rows"])
        seeds = random.integers(kept, size=pairs // _CLIQUE)
        others = random.integers(kept, size=_LOOKED_AT)
        near = self._vectors(seeds) @ self._vectors(others).T
        near[near > TWINS] = -1.0
        best = np.argpartition(-near, _CLIQUE - 1, axis=1)[:, : _CLIQUE - 1]
        return np.concatenate([seeds[:, None], others[best]], axis=1).ravel()

    def _vectors(self, at: Rows) -> NDArray[np.float32]:
        return self._pairs["vectors"][at].float().numpy().reshape(-1, WIDTH)
