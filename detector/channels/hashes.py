"""Channel `hashes`: perceptual hashes of the whole picture, for copies of a whole image.

Made by imagehash (phash, dhash, whash and a colour hash), kept as packed bits. Turning a picture's
polarity turns every bit of the first three, so the complement is compared as well.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from detector import geometry
from detector.index.search.exact import ExactBits
from detector.pictures.gradients import resize
from detector.records import Evidence, Features, Floats, Measures, Picture, Pixels, References, View

SIDE = 128  # hashing from a small copy costs less and differs by no bit that matters
GREY_BITS = 192  # phash, dhash and whash of 64 bits each; the colour hash follows
GREY_BYTES = GREY_BITS // 8
COLOUR_BITS = 42
WIDTH = GREY_BYTES + 6
NEAREST = 3


class HashChannel:
    """Whole pictures and whole views."""

    name = "hashes"

    def describe(self, picture: Picture) -> Features:
        """One row: the whole picture."""
        return _whole(picture.pixels)

    def describe_view(self, view: View) -> Features:
        """One row; none for a turned view, which the complement finds."""
        return _whole(view.pixels) if not view.inverted else no_hashes()

    def compare(self, photo: Features, references: References) -> list[Evidence]:
        """The nearest views, each on the whole picture.

        `distance` is the share of unlike bits of phash, dhash and whash; `colour` is 1 where the
        colour hashes are the same and -1 where every bit differs.
        """
        found = nearest_views(self.name, photo, references, NEAREST)
        return [_with_colour(one, photo, references) for one in found]


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


def nearest_views(
    name: str, photo: Features, references: References, count: int, bytes_: int = GREY_BYTES
) -> list[Evidence]:
    """Evidence of the nearest (row, view) pairs over both polarities, nearest first.

    A photo row's frame gives the place: its centre, its width in `size`, and its turn; the height
    follows the view's own shape.
    """
    if not len(photo) or not len(references.features):
        return []
    search = ExactBits(np.ascontiguousarray(references.features.descriptors[:, :bytes_]))
    queries = np.ascontiguousarray(photo.descriptors[:, :bytes_]).astype(np.uint8, copy=False)
    found = [search.nearest(bits, min(count, len(references.view))) for bits in (queries, ~queries)]
    pairs = sorted(
        (float(share), int(row), number)
        for rows, shares in found
        for number in range(len(queries))
        for row, share in zip(rows[number], shares[number], strict=True)
        if row >= 0
    )
    made = []
    for share, row, number in pairs[:count]:
        pose = _laid(references.features.frames[row], photo.frames[number])
        view = int(references.view[row])
        made.append(
            Evidence(name, view, Measures(distance=share), pose, np.zeros((0, 4), np.float32))
        )
    return made


def _with_colour(one: Evidence, photo: Features, references: References) -> Evidence:
    row = int(np.searchsorted(references.view, one.view))
    mine = photo.descriptors[0, GREY_BYTES:].astype(np.uint8)
    theirs = references.features.descriptors[row, GREY_BYTES:].astype(np.uint8)
    unlike = int(np.bitwise_count(mine ^ theirs).sum()) / COLOUR_BITS
    return replace(one, measures=replace(one.measures, colour=1 - 2 * unlike))


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
