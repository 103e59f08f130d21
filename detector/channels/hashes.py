"""Channel `hashes`: perceptual hashes of the whole picture, for copies of a whole image.

Computed by imagehash (phash, dhash, whash and a colour hash) and stored as packed bits. An inverted
picture is found by the hash of the inverted view: where a picture is flat, the hash of its inverse
is not the complement.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import cv2
import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from detector import geometry, score_terms
from detector.channels.base import ChannelSpec, StoredFeatures, ViewRows
from detector.index.search.exact import ExactBits
from detector.index.view_features import ViewFeatures
from detector.pictures.gradients import resize
from detector.records import (
    ChannelName,
    Features,
    Floats,
    Measures,
    Picture,
    Pixels,
    Proposal,
    References,
    View,
)
from detector.settings import Budget

SIDE = 128  # pixels to which a picture is reduced before it is hashed, to save time
GREY_BITS = 192  # phash, dhash and whash of 64 bits each; the colour hash follows
GREY_BYTES = GREY_BITS // 8
COLOUR_BITS = 42
HASH_BYTES = GREY_BYTES + 6
PROPOSALS = 3
CHANCE_DISTANCE = 0.36  # share of differing bits that the best of many unrelated pairs reaches


class HashChannel:
    """Hashes whole pictures and whole views."""

    name = "hashes"

    def describe(self, picture: Picture) -> Features:
        """One row: the whole picture."""
        return _described(picture.pixels)

    def describe_view(self, view: View) -> Features:
        """One row: the whole view."""
        return _described(view.pixels)

    def prepare(self, stored: StoredFeatures) -> HashSearcher:
        """See `Channel.prepare`."""
        return HashSearcher(stored.references)


class HashSearcher:
    """Searches the stored hashes of whole views."""

    def __init__(self, references: References) -> None:
        self._nearest = NearestViews(references, GREY_BYTES)

    def search(self, photo: Features, views: ViewRows | None = None) -> list[Proposal]:
        """The nearest views, each on the whole picture.

        `distance` is the share of differing bits of phash, dhash and whash; `colour` is 1 for equal
        colour hashes and -1 where every bit differs.
        """
        nearest = self._nearest.subset(views)
        proposals = nearest.search("hashes", photo, PROPOSALS)
        return [_with_colour(proposal, photo, nearest.references) for proposal in proposals]


def hash_bits(pixels: Pixels) -> NDArray[np.uint8]:
    """(HASH_BYTES,) uint8: packed phash, dhash, whash and colour hash of (H, W, 3) pixels."""
    picture = Image.fromarray(_reduced(pixels))
    grey = [
        imagehash.phash(picture),
        imagehash.dhash(picture),
        imagehash.whash(picture, image_scale=64, remove_max_haar_ll=False),
    ]
    packed = [np.packbits(np.asarray(result.hash).ravel()) for result in grey]
    colour = np.packbits(np.asarray(imagehash.colorhash(picture, binbits=3).hash).ravel())
    return np.concatenate([*packed, colour])


def grey_bits(pixels: Pixels) -> NDArray[np.uint8]:
    """(16,) uint8: packed phash and dhash only, at a third of the cost of `hash_bits`."""
    picture = Image.fromarray(_reduced(pixels))
    grey = imagehash.phash(picture), imagehash.dhash(picture)
    return np.concatenate([np.packbits(np.asarray(result.hash).ravel()) for result in grey])


def no_hashes(width: int = HASH_BYTES) -> Features:
    """Features without a row."""
    return Features(
        np.zeros((0, 4), np.float32), np.zeros((0, width), np.uint8), np.zeros(0, np.int16)
    )


class NearestViews:
    """Exhaustive search by Hamming distance over the first `width` bytes of stored hashes."""

    def __init__(self, references: References, width: int) -> None:
        self.references, self._width = references, width
        self._features = ViewFeatures(references)
        bits = references.features.descriptors[:, :width]
        self._search = ExactBits(np.ascontiguousarray(bits))

    def subset(self, views: ViewRows | None) -> NearestViews:
        """The search restricted to some views; None selects all."""
        return self if views is None else NearestViews(self._features.subset(views), self._width)

    def search(self, name: ChannelName, photo: Features, count: int) -> list[Proposal]:
        """The nearest (photo row, view) pairs, nearest first.

        The pose follows from the photo row's frame: centre, width as `size`, and angle; the height
        follows from the view's aspect.
        """
        references = self.references
        if not len(photo) or not len(references.features):
            return []
        queries = np.ascontiguousarray(photo.descriptors[:, : self._width]).astype(np.uint8)
        pairs = sorted(self._pairs(queries, min(count, len(references.view))))
        return [
            Proposal(
                name,
                int(references.view[row]),
                Measures(distance=distance),
                _pose_of(references.features.frames[row], photo.frames[query]),
            )
            for distance, row, query in pairs[:count]
        ]

    def _pairs(self, queries: NDArray[np.uint8], count: int) -> Iterator[tuple[float, int, int]]:
        """(share of differing bits, reference row, query row) of the nearest."""
        rows, distances = self._search.nearest(queries, count)
        for query, rank in np.argwhere(rows >= 0).tolist():
            yield float(distances[query, rank]), int(rows[query, rank]), query


def _with_colour(proposal: Proposal, photo: Features, references: References) -> Proposal:
    row = int(np.searchsorted(references.view, proposal.view))
    bits = photo.descriptors[0, GREY_BYTES:].astype(np.uint8)
    view_bits = references.features.descriptors[row, GREY_BYTES:].astype(np.uint8)
    distance = int(np.bitwise_count(bits ^ view_bits).sum()) / COLOUR_BITS
    measures = replace(proposal.measures, colour=1 - 2 * distance)
    return replace(proposal, measures=measures)


def _pose_of(view: Floats, row: Floats) -> NDArray[np.float64]:
    """The pose that maps the frame (4,) of a view to that of a photo row."""
    return np.asarray(geometry.similarity(view[None], row[None])[0], np.float64)


def _described(pixels: Pixels) -> Features:
    height, width = pixels.shape[:2]
    frame = np.array([[width / 2, height / 2, width, 0]], np.float32)
    return Features(frame, hash_bits(pixels)[None], np.zeros(1, np.int16))


def _reduced(pixels: Pixels) -> Pixels:
    longest = max(pixels.shape[:2])
    small = resize(pixels, SIDE / longest) if longest > SIDE else pixels
    return np.asarray(cv2.GaussianBlur(small, (3, 3), 0), np.uint8)


def agreeing_bits(measures: Measures) -> float:
    """Score term: share of hash bits that agree beyond chance, 0..1."""
    distance = score_terms.measure("distance", 1)(measures)
    return max(0.0, 1 - distance / CHANCE_DISTANCE)


HASHES = ChannelSpec(
    name="hashes",
    settings=lambda _: None,
    factory=lambda _: HashChannel(),
    stored=lambda _: {"version": 2, "side": SIDE},
    searched=False,
    budget=Budget(poses=1),
    terms={"hash": agreeing_bits},
    wording=score_terms.reason("the whole picture's hash differs in {distance:.0%} of bits"),
    maskable=False,
)
