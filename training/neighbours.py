"""Which marks are like each other so far: batches of such marks teach the most."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from training.network import WIDTH
from training.pairs import Order, Rows, shape_of

_FROM = 1500  # batches before likeness means something
_CLIQUE = 4  # marks of a hard batch that are near each other
_LOOKED_AT = 6000  # other marks among which near ones are looked for


class Neighbours:
    """The last known vector of every mark. Lifetime: one training; part of its checkpoint."""

    def __init__(self, rows: dict[str, Rows], seed: int, size: int) -> None:
        self._rows, self._seed, self._size = rows, seed, size
        self.vectors = {
            shape: np.zeros((int(mine.max()) + 1, WIDTH), np.float16)
            for shape, mine in rows.items()
        }

    def note(self, order: Order, vectors: NDArray[np.float32]) -> None:
        """Remember the vectors of the references of a batch."""
        self.vectors[order.shape][order.rows] = vectors

    def orders(self, first: int) -> Iterator[Order]:
        """Batches from number `first` on; later on every second is of marks like each other."""
        number = first
        while True:
            shape = shape_of(number)
            random = np.random.default_rng([self._seed, number, 7])
            rows = self._rows[shape]
            hard = number > _FROM and number % 4 < 2
            chosen = self._alike(random, shape) if hard else random.choice(rows, self._size)
            yield Order(number, shape, chosen)
            number += 1

    def _alike(self, random: np.random.Generator, shape: str) -> Rows:
        rows, table = self._rows[shape], self.vectors[shape]
        seeds = random.choice(rows, self._size // _CLIQUE, replace=False)
        others = random.choice(rows, _LOOKED_AT)
        near = table[seeds].astype(np.float32) @ table[others].astype(np.float32).T
        best = np.argpartition(-near, _CLIQUE - 1, axis=1)[:, : _CLIQUE - 1]
        return np.concatenate([seeds[:, None], others[best]], axis=1).ravel()
