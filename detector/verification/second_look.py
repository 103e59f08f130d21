"""Check `second_look`: a network says whether photo and mark, side by side, are the same sign.

The other measures weigh edges and descriptors one by one. The network was taught by what misleads
them (training/second_look). It sees a rim around the outline as well, since a sign that goes on
beyond its outline, as a letter in a word does, is another sign.

The models are part of the package and are used only if their SHA-256 are the expected ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import cv2
import numpy as np

from detector import geometry, score_terms
from detector.onnx_session import open_session
from detector.records import CheckName, Floats, Matrix, Measures, Pixels

NAME: CheckName = "second_look"
SIDE = 112  # pixels of the square pictures that the network sees
RIM = 16  # of them, on every side, lie outside the outline
INNER = SIDE - 2 * RIM
PIXEL_MEAN = np.float32(127)  # is subtracted from pixel values

DESCRIBE = "second_look_describe.onnx"
COMPARE = "second_look_compare.onnx"
SHA256 = {
    DESCRIBE: "7bca343c90e3f02eca0b9d84e99d69eb1e70969803009c915ac8bce7d27b9e1a",
    COMPARE: "ce7ce3c80b90cd537550d18c9c37188f6fb10be033b7384e68808d4dce83ca2f",
}


def mark_picture(view: Pixels) -> Pixels:
    """A view (H, W, 3) as the network sees it, (SIDE, SIDE, 3): squeezed, its ground around it."""
    inner = cv2.resize(view, (INNER, INNER), interpolation=cv2.INTER_AREA)
    border = np.concatenate([inner[0], inner[-1], inner[:, 0], inner[:, -1]])
    picture = np.empty((SIDE, SIDE, 3), np.uint8)
    picture[:] = np.median(border, axis=0)
    picture[RIM:-RIM, RIM:-RIM] = inner
    return picture


def photo_picture(photo: geometry.Pyramid, size: geometry.Size, pose: Matrix) -> Pixels:
    """A photo as the network sees it, (SIDE, SIDE, 3), under the pose (3, 3) of a view.

    `size` is the view's (width, height) in pixels.
    """
    to_view = geometry.zoom(size[0] / INNER, size[1] / INNER)
    to_view = to_view @ np.array([[1, 0, -RIM], [0, 1, -RIM], [0, 0, 1]], np.float64)
    return geometry.warp(photo, pose @ to_view, (SIDE, SIDE))


def describe(pictures: Sequence[Pixels]) -> Floats:
    """What the network keeps of N pictures, (N, C, h, w). Raises `UsageError` as `_session`."""
    stacked = np.stack(pictures).transpose(0, 3, 1, 2)
    pixels = np.ascontiguousarray(stacked, np.float32) - PIXEL_MEAN
    (cells,) = _session(DESCRIBE).run(None, {"pixels": pixels})
    return np.asarray(cells, np.float32)


def compare(photos: Floats, marks: Floats) -> Floats:
    """Log-odds (N,) that photos and marks, as `describe` gives them, show the same sign."""
    (log_odds,) = _session(COMPARE).run(None, {"photos": photos, "marks": marks})
    return np.asarray(log_odds, np.float32)


@lru_cache(maxsize=2)
def _session(model: str) -> Any:
    return open_session("detector.verification", model, SHA256[model])


def _wording(measures: Measures) -> str:
    if np.isnan(measures.same_sign):
        return ""
    return "side by side, they look like the same sign" if measures.same_sign > 0 else ""


SECOND_LOOK = score_terms.EvidenceSpec(name=NAME, wording=_wording)
