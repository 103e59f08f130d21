"""The network of the channel `embedding`, run by onnxruntime: pixels to vectors of windows.

The model lies in the package and is used only when it is the one that was measured.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np

from detector.errors import UsageError
from detector.records import Floats, Pixels

WIDTH = 128  # numbers of a vector
MIDDLE = np.float32(127)  # of pixel values, which the model takes less this
CELL = 16  # pixels from one window to the next, and of ground that is seen round a window


@dataclass(frozen=True, slots=True)
class Shape:
    """A window's width and height in pixels; the name is the model's for its vectors."""

    name: str
    width: int
    height: int


SHAPES = (Shape("square", 64, 64), Shape("wide", 112, 48))

MODEL = "embedding.onnx"
SHA256 = "67eac0c6fe82d2883aaf71cd0bc5e02e3c0ed6fc357d37b9747650d2abdd43f3"


def vectors_of(pictures: Pixels) -> list[Floats]:
    """For each shape unit vectors (N, rows, columns, WIDTH) of all windows of (N, H, W, 3).

    Sides of pictures are multiples of `CELL` and hold a window of each shape. Raises `UsageError`
    when the model is another one.
    """
    pixels = np.ascontiguousarray(pictures.transpose(0, 3, 1, 2), np.float32) - MIDDLE
    found = _session().run([shape.name for shape in SHAPES], {"pixels": pixels})
    return [np.moveaxis(one, 1, 3) for one in found]


@lru_cache(maxsize=1)
def _session() -> Any:
    """One thread: photos run side by side in processes."""
    import onnxruntime

    data = files("detector.channels").joinpath(MODEL).read_bytes()
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise UsageError(
            "this is not the model that was measured",
            place=MODEL,
            remedy="Install the package again: pip install --force-reinstall detector",
        )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
