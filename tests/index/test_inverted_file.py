"""The inverted file shortlists what an exhaustive comparison finds, and nothing twice."""

from __future__ import annotations

import numpy as np
import pytest

from detector.index.search.inverted_file import InvertedFile, Quantiser

WORDS, DIMENSIONS, ROWS = 32, 16, 900


def unit(vectors):
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def quantiser():
    random = np.random.default_rng(3)
    centres = unit(random.normal(size=(WORDS, DIMENSIONS)))
    return Quantiser(centres, random.normal(size=(DIMENSIONS, 64)).astype(np.float32))


@pytest.fixture(scope="module")
def file():
    vectors = unit(np.random.default_rng(5).normal(size=(ROWS, DIMENSIONS)))
    return vectors, InvertedFile(quantiser(), vectors)


def searched(file, queries, **options):
    return file.neighbours(queries, **{"lists": WORDS, "distance": 64, "most": ROWS, **options})


def test_all_lists_give_every_row_once(file):
    vectors, inverted = file
    near = searched(inverted, vectors[:5])
    for query in range(5):
        assert sorted(near.rows[near.queries == query]) == list(range(ROWS))


def test_a_row_is_its_own_nearest_at_distance_zero(file):
    vectors, inverted = file
    near = searched(inverted, vectors[:50], lists=1, most=1)
    np.testing.assert_array_equal(near.rows, np.arange(50))
    assert not near.distances.any()


def test_near_rows_are_those_of_the_exact_comparison(file):
    vectors, inverted = file
    queries = unit(vectors[:100] + np.random.default_rng(4).normal(0, 0.05, (100, DIMENSIONS)))
    exact = (queries @ vectors.T).argmax(axis=1)
    near = searched(inverted, queries, lists=4, distance=32, most=10)
    found = {(int(query), int(row)) for query, row in zip(near.queries, near.rows, strict=True)}
    assert sum((query, int(row)) in found for query, row in enumerate(exact)) >= 95


def test_pairs_are_few_and_within_the_distance(file):
    vectors, inverted = file
    near = searched(inverted, vectors[:20], distance=20, most=7)
    assert near.distances.max() <= 20
    assert np.bincount(near.queries).max() <= 7


def test_no_rows_and_no_queries_give_no_pairs(file):
    vectors, inverted = file
    empty = InvertedFile(quantiser(), vectors[:0])
    assert len(searched(empty, vectors[:3]).rows) == 0
    assert len(searched(inverted, vectors[:0]).rows) == 0
