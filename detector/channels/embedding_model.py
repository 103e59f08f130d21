"""The network of the channel `embedding`, run by onnxruntime: from pixels to window vectors.

The model is part of the package and is used only if its SHA-256 is the expected one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from detector.onnx_session import open_session
from detector.records import Floats, Pixels

DIMENSIONS = 128  # of a vector
PIXEL_MEAN = np.float32(127)  # is subtracted from pixel values
STRIDE = 16  # pixels from one window to the next; also the border that the network sees around one


@dataclass(frozen=True, slots=True)
class WindowShape:
    """Width and height of a window in pixels; `name` is that of the model's output."""

    name: str
    width: int
    height: int


SHAPES = (WindowShape("square", 64, 64), WindowShape("wide", 112, 48))

MODEL = "embedding.onnx"
SHA256 = "67eac0c6fe82d2883aaf71cd0bc5e02e3c0ed6fc357d37b9747650d2abdd43f3"


def vectors_of(pictures: Pixels) -> list[Floats]:
    """Unit vectors (N, rows, columns, DIMENSIONS) of all windows of (N, H, W, 3), for each shape.

    Sides of pictures are multiples of `STRIDE` and hold a window of each shape. Raises `UsageError`
    if the model file is not the expected one.
    """
    pixels = np.ascontiguousarray(pictures.transpose(0, 3, 1, 2), np.float32) - PIXEL_MEAN
    outputs = _session().run([shape.name for shape in SHAPES], {"pixels": pixels})
    return [np.moveaxis(output, 1, 3) for output in outputs]


@lru_cache(maxsize=1)
def _session() -> Any:
    return open_session("detector.channels", MODEL, SHA256)
