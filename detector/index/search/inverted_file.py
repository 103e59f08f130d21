"""Inverted file of binary codes: near rows of many, found in few lists.

A coarse quantiser assigns each row to one of W visual words, each with a list of its rows. A code
of 64 bits says on which side of 64 directions through the word's centre a row lies, so that the
rows of a list are compared by Hamming distance (Jégou, Douze & Schmid 2008, "Hamming embedding and
weak geometric consistency for large scale image search"). It only shortlists: what it finds is
compared exactly afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detector.records import Floats

Rows = NDArray[np.intp]
Codes = NDArray[np.uint64]

BLOCK = 256  # rows quantised at once: their distances stay in the cache
BITS = 64  # of a code


class Neighbours(NamedTuple):
    """N pairs of a query and a near row; `distances` (N,) are Hamming distances in bits."""

    queries: Rows
    rows: Rows
    distances: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Quantiser:
    """Visual words: `centres` (W, D) float32, and the `directions` (D, 64) float32 of codes."""

    centres: Floats
    directions: Floats

    def words(self, vectors: Floats, most: int) -> Rows:
        """The `most` nearest words (N, most) of vectors (N, D), nearest first."""
        parts = [self._words(block, most) for block in _blocks(vectors)]
        return np.concatenate([np.zeros((0, most), np.intp), *parts])

    def _words(self, vectors: Floats, most: int) -> Rows:
        distances = vectors @ (-2 * self.centres.T)
        distances += np.square(self.centres).sum(axis=1)
        if most == 1:
            return np.asarray(distances.argmin(axis=1)[:, None], np.intp)
        near = np.argpartition(distances, most - 1, axis=1)[:, :most]
        order = np.argsort(np.take_along_axis(distances, near, axis=1), axis=1, kind="stable")
        return np.take_along_axis(near, order, axis=1)

    def codes(self, vectors: Floats, words: Rows) -> Codes:
        """Codes (N, K) of vectors (N, D) about the centres of their words (N, K)."""
        centres = self.centres @ self.directions
        sides = (vectors @ self.directions)[:, None] > centres[words]
        return np.packbits(sides, axis=-1).view(np.uint64)[..., 0]


class InvertedFile:
    """The rows of an index by visual word. Immutable; its lifetime is that of a searcher."""

    def __init__(self, quantiser: Quantiser, vectors: Floats) -> None:
        self._quantiser = quantiser
        word = quantiser.words(vectors, 1)[:, 0]
        pairs = zip(_blocks(vectors), _blocks(word[:, None]), strict=True)
        codes = [quantiser.codes(*pair)[:, 0] for pair in pairs]
        self._rows = np.argsort(word, kind="stable")
        self._codes = np.concatenate([np.zeros(0, np.uint64), *codes])[self._rows]
        self._starts = np.searchsorted(word[self._rows], np.arange(len(quantiser.centres) + 1))

    def neighbours(self, queries: Floats, *, lists: int, distance: int, most: int) -> Neighbours:
        """Rows near each query (Q, D), at most `most`, nearest first.

        Searched are the lists of the `lists` nearest words; rows up to a Hamming `distance` count.
        """
        words = self._quantiser.words(queries, lists)
        codes = self._quantiser.codes(queries, words)
        lengths = (self._starts[words + 1] - self._starts[words]).ravel()
        places = np.arange(lengths.sum()) + np.repeat(
            self._starts[words].ravel() - np.cumsum(lengths) + lengths, lengths
        )
        query = np.repeat(np.repeat(np.arange(len(queries)), lists), lengths)
        bits = np.bitwise_count(self._codes[places] ^ np.repeat(codes.ravel(), lengths))
        near = bits <= distance
        return _nearest(query[near], self._rows[places[near]], bits[near].astype(np.int64), most)


def _blocks(rows: NDArray[Any]) -> list[NDArray[Any]]:
    return [rows[start : start + BLOCK] for start in range(0, len(rows), BLOCK)]


def _nearest(queries: Rows, rows: Rows, distances: NDArray[np.int64], most: int) -> Neighbours:
    """The `most` nearest pairs of each query; ties go to the lowest row."""
    count = int(rows.max(initial=0)) + 1
    keys = (queries * (BITS + 1) + distances) * count + rows  # one key sorts faster than three
    keys.sort()
    rest, rows = np.divmod(keys, count)
    queries, distances = np.divmod(rest, BITS + 1)
    rank = np.arange(len(queries)) - np.searchsorted(queries, queries)
    kept = rank < most
    return Neighbours(queries[kept], rows[kept], distances[kept])
