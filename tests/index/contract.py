"""What every back end of nearest-descriptor search must do, as tests to inherit."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from detector.index.search.nearest import NearestSearch


class NearestContract:
    """Works on descriptors of any kind; the subclasses say which and how they are compared."""

    @abstractmethod
    def search(self, descriptors: np.ndarray) -> NearestSearch:
        """Build the back end."""

    @abstractmethod
    def some(self, rng: np.random.Generator, rows: int, width: int) -> np.ndarray:
        """Random descriptors."""

    @abstractmethod
    def distance(self, one: np.ndarray, other: np.ndarray) -> float:
        """Distance by the definition, in plain Python."""

    def check(self, references: np.ndarray, queries: np.ndarray, k: int) -> None:
        """Compare the back end with sorting all distances."""
        rows, distances = self.search(references).nearest(queries, k)
        assert rows.shape == distances.shape == (len(queries), k)
        assert (rows.dtype, distances.dtype) == (np.int32, np.float32)
        for query, found_rows, found in zip(queries, rows, distances, strict=True):
            every = [self.distance(query, reference) for reference in references]
            order = sorted(range(len(every)), key=lambda row: (np.float32(every[row]), row))
            missing = k - min(k, len(every))
            assert found_rows.tolist() == order[:k] + [-1] * missing
            expected = [every[row] for row in order[:k]] + [np.inf] * missing
            assert found == pytest.approx(expected, abs=1e-6)

    @pytest.mark.parametrize("width", [1, 3, 8, 32])
    @pytest.mark.parametrize("k", [1, 2, 50])
    def test_the_nearest_are_found(self, width: int, k: int) -> None:
        rng = np.random.default_rng(width)
        self.check(self.some(rng, 40, width), self.some(rng, 7, width), k)

    def test_ties_go_to_the_lowest_row_over_many_blocks(self) -> None:
        rng = np.random.default_rng(0)
        few = self.some(rng, 2, 8)
        references = few[rng.integers(0, 2, 20_000)]
        rows, distances = self.search(references).nearest(few, 9)
        for query, found, distance in zip(few, rows, distances, strict=True):
            same = np.flatnonzero((references == query).all(axis=1))
            assert found.tolist() == same[:9].tolist()
            assert distance == pytest.approx([self.distance(query, query)] * 9, abs=1e-6)

    def test_many_queries_give_what_single_ones_give(self) -> None:
        rng = np.random.default_rng(1)
        search = self.search(self.some(rng, 9_000, 8))
        queries = self.some(rng, 300, 8)
        rows, distances = search.nearest(queries, 5)
        for number in (0, 63, 64, 299):
            one_rows, one_distances = search.nearest(queries[number : number + 1], 5)
            assert np.array_equal(rows[number], one_rows[0])
            assert np.array_equal(distances[number], one_distances[0])

    def test_nothing_to_find_and_nothing_asked(self) -> None:
        rng = np.random.default_rng(2)
        rows, distances = self.search(self.some(rng, 0, 8)).nearest(self.some(rng, 3, 8), 2)
        assert rows.tolist() == [[-1, -1]] * 3
        assert np.isposinf(distances).all()
        rows, distances = self.search(self.some(rng, 3, 8)).nearest(self.some(rng, 0, 8), 2)
        assert rows.shape == distances.shape == (0, 2)

    def test_descriptors_without_columns_all_tie(self) -> None:
        rng = np.random.default_rng(3)
        rows, _ = self.search(self.some(rng, 4, 0)).nearest(self.some(rng, 2, 0), 3)
        assert rows.tolist() == [[0, 1, 2]] * 2

    def test_nothing_given_is_changed(self) -> None:
        rng = np.random.default_rng(4)
        references, queries = self.some(rng, 30, 8), self.some(rng, 5, 8)
        for array in (references, queries):
            array.flags.writeable = False
        search = self.search(references)
        first, second = search.nearest(queries, 3), search.nearest(queries, 3)
        assert np.array_equal(first[0], second[0])
        assert np.array_equal(first[1], second[1])

    def test_wrong_queries_are_refused(self) -> None:
        rng = np.random.default_rng(5)
        search = self.search(self.some(rng, 4, 8))
        for queries, k in ((self.some(rng, 2, 7), 1), (np.zeros(8, np.uint8), 1)):
            with pytest.raises(ValueError, match="expected"):
                search.nearest(queries, k)
        with pytest.raises(ValueError, match="at least 1"):
            search.nearest(self.some(rng, 2, 8), 0)


class BitsContract(NearestContract):
    """For back ends of packed bits."""

    def some(self, rng: np.random.Generator, rows: int, width: int) -> np.ndarray:
        return rng.integers(0, 256, (rows, width), dtype=np.uint8)

    def distance(self, one: np.ndarray, other: np.ndarray) -> float:
        unlike = sum((int(a) ^ int(b)).bit_count() for a, b in zip(one, other, strict=True))
        return unlike / (8 * len(one))

    @settings(max_examples=60, deadline=None)
    @given(st.data())
    def test_any_bits(self, data: st.DataObject) -> None:
        width = data.draw(st.integers(1, 19))
        matrix = st.integers(0, 12).flatmap(lambda rows: arrays(np.uint8, (rows, width)))
        self.check(data.draw(matrix), data.draw(matrix), data.draw(st.integers(1, 15)))
