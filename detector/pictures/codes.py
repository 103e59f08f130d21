"""QR and bar codes in pictures, which are no sign of anybody.

Two codes have the same finder patterns, bars and modules whatever they say, so one on a mark's
label resembles that on any other product. They are found by OpenCV and painted over, in the
pictures of marks as in photos.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import compress

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.records import Floats, Pixels

MIN_SIDE = 24  # pixels of the shorter side of a picture: no reader finds a code in less
QUIET_ZONE = 1.1  # size at which a code is painted over: part of the quiet zone round it


def code_outlines(pixels: Pixels) -> list[Floats]:
    """The outlines (4, 2) of all codes in a picture (H, W, 3), in pixels.

    A bar code counts only where it can be read: folds and stripes look like bars.
    """
    if min(pixels.shape[:2]) < MIN_SIDE:
        return []
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    _, squares = _qr_reader().detectMulti(grey)
    _, texts, bars, _ = _bar_reader().detectAndDecodeMulti(grey)
    return [*_quads(squares), *compress(_quads(bars), texts)]


def without_codes(pixels: Pixels) -> Pixels:
    """A picture (H, W, 3 or 4) with all codes painted over in the colour around each."""
    outlines = code_outlines(np.ascontiguousarray(pixels[..., :3]))
    if not outlines:
        return pixels
    painted = pixels.copy()
    for outline in outlines:
        middle = outline.mean(axis=0)
        wide = np.round(middle + QUIET_ZONE * (outline - middle)).astype(np.int32)
        cv2.fillConvexPoly(painted, wide, _colour_along(pixels, wide))
    return painted


def _colour_along(pixels: Pixels, outline: NDArray[np.int32]) -> list[float]:
    """The median colour of a picture along a polygon (N, 2); white where it lies outside."""
    line = np.zeros(pixels.shape[:2], np.uint8)
    cv2.polylines(line, [outline], isClosed=True, color=255)
    along = pixels[line > 0]
    if not len(along):
        return [255.0] * pixels.shape[2]
    colour: list[float] = np.median(along, axis=0).tolist()
    return colour


def _quads(found: object) -> Floats:
    """What a reader found, None or quads of any shape, as (N, 4, 2)."""
    return np.asarray([] if found is None else found, np.float32).reshape(-1, 4, 2)


@lru_cache(maxsize=1)
def _qr_reader() -> cv2.QRCodeDetectorAruco:
    return cv2.QRCodeDetectorAruco()


@lru_cache(maxsize=1)
def _bar_reader() -> cv2.barcode.BarcodeDetector:
    return cv2.barcode.BarcodeDetector()
