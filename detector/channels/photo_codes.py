"""Compact codes of a photo's descriptors, so that millions of photos can be kept.

Product quantisation: a descriptor is cut into parts, and each is the number of the nearest of 256
centres (Jégou, Douze & Schmid 2011, "Product quantization for nearest neighbor search"). Decoded
descriptors are searched as the exact ones are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from detector.records import Features, Floats, Pixels

FILE = "photo_codes.npz"
CENTRES = 256
CodedChannel = Literal["sift", "embedding"]
Codewords = NDArray[np.uint8] | NDArray[np.float16]

_BLOCK = 2048  # descriptors coded at once


@dataclass(frozen=True, slots=True, eq=False)
class ProductQuantiser:
    """`centres` (P, 256, D / P) of the P parts of descriptors of D numbers."""

    centres: Codewords

    @property
    def parts(self) -> int:
        """Into how many parts a descriptor is cut: the bytes of its code."""
        return len(self.centres)

    def encode(self, vectors: Floats) -> Pixels:
        """Codes (N, P) uint8 of descriptors (N, D)."""
        codes, width = np.empty((len(vectors), self.parts), np.uint8), self.centres.shape[2]
        for part, centres in enumerate(self.centres.astype(np.float32)):
            squares = np.square(centres).sum(axis=1)
            for start in range(0, len(vectors), _BLOCK):
                rows = slice(start, start + _BLOCK)
                piece = vectors[rows, part * width : (part + 1) * width]
                codes[rows, part] = (squares - 2 * (piece @ centres.T)).argmin(axis=1)
        return codes

    def decode(self, codes: Pixels) -> Codewords:
        """Descriptors (N, D) near those of codes (N, P), in the type of the centres."""
        size = self.centres.shape[2] * self.centres.itemsize  # a centre is looked up as one number
        table = self.centres.view(f"u{size}").ravel()
        chosen = table[codes + np.arange(0, len(table), CENTRES)]
        vectors: Codewords = chosen.view(self.centres.dtype)
        return vectors


def encoded(channel: CodedChannel, features: Features) -> Features:
    """Features with codes instead of descriptors."""
    codes = quantiser_of(channel).encode(features.descriptors.astype(np.float32))
    return Features(features.frames, codes, features.labels)


def decoded(channel: CodedChannel, features: Features) -> Features:
    """Features with descriptors near those that were encoded, in the type of the channel."""
    codes = np.asarray(features.descriptors, np.uint8)
    return Features(features.frames, quantiser_of(channel).decode(codes), features.labels)


@lru_cache(maxsize=2)
def quantiser_of(channel: CodedChannel) -> ProductQuantiser:
    """The shipped centres of a channel, written by `tools/measure_photo_codes.py`."""
    with files("detector.channels").joinpath(FILE).open("rb") as stream:
        table = np.load(stream, allow_pickle=False)
        return ProductQuantiser(np.ascontiguousarray(table[channel]))
