from __future__ import annotations

import numpy as np

from detector.index.search.exact import ExactBits, ExactUnit
from detector.index.search.nearest import NearestSearch

from .contract import BitsContract, UnitContract


class TestExactBits(BitsContract):
    def search(self, descriptors: np.ndarray) -> NearestSearch:
        return ExactBits(descriptors)


class TestExactUnit(UnitContract):
    def search(self, descriptors: np.ndarray) -> NearestSearch:
        return ExactUnit(descriptors)

    def test_distances_do_not_depend_on_the_order_of_summing(self) -> None:
        rng = np.random.default_rng(6)
        references, queries = self.some(rng, 500, 96), self.some(rng, 20, 96)
        order = rng.permutation(96)
        rows, distances = self.search(references).nearest(queries, 10)
        other_rows, other = self.search(references[:, order]).nearest(queries[:, order], 10)
        assert np.array_equal(rows, other_rows)
        assert np.array_equal(distances, other)
