"""Channel `hashes`: perceptual hashes of the whole picture, for copies of a whole image.

Made by imagehash (phash, dhash, whash and a colour hash), kept as packed bits. Turning a picture's
polarity turns every bit of the first three, so the complement is compared as well.
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

SIDE = 128  # hashing from a small copy costs less and differs by no bit that matters
GREY_BITS = 192  # phash, dhash and whash of 64 bits each; the colour hash follows
GREY_BYTES = GREY_BITS // 8
COLOUR_BITS = 42
WIDTH = GREY_BYTES + 6
NEAREST = 3
CHANCE = 0.36  # share of differing bits that the best of many unrelated pairs reaches


class HashChannel:
    """Whole pictures and whole views."""

    name = "hashes"

    def describe(self, picture: Picture) -> Features:
        """One row: the whole picture."""
        return _whole(picture.pixels)

    def describe_view(self, view: View) -> Features:
        """One row; none for a turned view, which the complement finds."""
        return _whole(view.pixels) if not view.inverted else no_hashes()

    def prepare(self, stored: StoredFeatures) -> HashSearcher:
        """See `Channel.prepare`."""
        return HashSearcher(stored.references)


class HashSearcher:
    """Stored hashes of whole views."""

    def __init__(self, references: References) -> None:
        self._nearest = NearestViews(references, GREY_BYTES)

    def search(self, photo: Features, views: ViewRows | None = None) -> list[Proposal]:
        """The nearest views, each on the whole picture.

        `distance` is the share of unlike bits of phash, dhash and whash; `colour` is 1 where the
        colour hashes are the same and -1 where every bit differs.
        """
        references = self._nearest.only(views).references
        found = self._nearest.only(views).search("hashes", photo, NEAREST)
        return [_with_colour(proposal, photo, references) for proposal in found]


def hash_bits(pixels: Pixels) -> NDArray[np.uint8]:
    """(WIDTH,) uint8: packed phash, dhash, whash and colour hash of (H, W, 3) pixels."""
    picture = Image.fromarray(_reduced(pixels))
    grey = [
        imagehash.phash(picture),
        imagehash.dhash(picture),
        imagehash.whash(picture, image_scale=64, remove_max_haar_ll=False),
    ]
    rows = [np.packbits(np.asarray(one.hash).ravel()) for one in grey]
    colour = np.packbits(np.asarray(imagehash.colorhash(picture, binbits=3).hash).ravel())
    return np.concatenate([*rows, colour])


def grey_bits(pixels: Pixels) -> NDArray[np.uint8]:
    """(WIDTH,) uint8 with phash and dhash only: what a region needs, at a third of the cost."""
    picture = Image.fromarray(_reduced(pixels))
    rows = [np.packbits(np.asarray(h(picture).hash).ravel()) for h in _REGION_HASHES]
    return np.concatenate(rows)


_REGION_HASHES = (imagehash.phash, imagehash.dhash)


def no_hashes(width: int = WIDTH) -> Features:
    """Features without a row."""
    return Features(
        np.zeros((0, 4), np.float32), np.zeros((0, width), np.uint8), np.zeros(0, np.int16)
    )


class NearestViews:
    """The first `width` bytes of stored hashes, searched by all distances."""

    def __init__(self, references: References, width: int) -> None:
        self.references, self._width = references, width
        self._known = ViewFeatures(references)
        bits = references.features.descriptors[:, :width]
        self._search = ExactBits(np.ascontiguousarray(bits))

    def only(self, views: ViewRows | None) -> NearestViews:
        """The same of some views; None gives all."""
        return self if views is None else NearestViews(self._known.only(views), self._width)

    def search(self, name: ChannelName, photo: Features, count: int) -> list[Proposal]:
        """The nearest (row, view) pairs over both polarities, nearest first.

        A photo row's frame gives the place: its centre, its width in `size`, and its turn; the
        height follows the view's own shape.
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
                Measures(distance=share),
                _laid(references.features.frames[row], photo.frames[number]),
            )
            for share, row, number in pairs[:count]
        ]

    def _pairs(self, queries: NDArray[np.uint8], count: int) -> Iterator[tuple[float, int, int]]:
        """(share of unlike bits, reference row, query row) of the nearest, in both polarities."""
        for bits in (queries, ~queries):
            rows, shares = self._search.nearest(bits, count)
            for number, rank in np.argwhere(rows >= 0).tolist():
                yield float(shares[number, rank]), int(rows[number, rank]), number


def _with_colour(proposal: Proposal, photo: Features, references: References) -> Proposal:
    row = int(np.searchsorted(references.view, proposal.view))
    mine = photo.descriptors[0, GREY_BYTES:].astype(np.uint8)
    theirs = references.features.descriptors[row, GREY_BYTES:].astype(np.uint8)
    unlike = int(np.bitwise_count(mine ^ theirs).sum()) / COLOUR_BITS
    measures = replace(proposal.measures, colour=1 - 2 * unlike)
    return replace(proposal, measures=measures)


def _laid(view: Floats, place: Floats) -> NDArray[np.float64]:
    """The pose that lays a view (frame: centre, width) on a photo row (frame: centre, width)."""
    return np.asarray(geometry.similarity(view[None], place[None])[0], np.float64)


def _whole(pixels: Pixels) -> Features:
    height, width = pixels.shape[:2]
    frame = np.array([[width / 2, height / 2, width, 0]], np.float32)
    return Features(frame, hash_bits(pixels)[None], np.zeros(1, np.int16))


def _reduced(pixels: Pixels) -> Pixels:
    longest = max(pixels.shape[:2])
    small = resize(pixels, SIDE / longest) if longest > SIDE else pixels
    return np.asarray(cv2.GaussianBlur(small, (3, 3), 0), np.uint8)


def agreeing_bits(measures: Measures) -> float:
    """Hash bits that agree beyond chance, 0..1."""
    distance = score_terms.measure("distance", 1)(measures)
    return max(0.0, 1 - distance / CHANCE)


HASHES = ChannelSpec(
    name="hashes",
    settings=lambda _: None,
    factory=lambda _: HashChannel(),
    stored=lambda _: {"version": 1, "side": SIDE},
    budget=Budget(poses=1),
    terms={"hash": agreeing_bits},
    wording=score_terms.reason("the whole picture's hash differs in {distance:.0%} of bits"),
    separable=False,
)
