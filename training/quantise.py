"""The exported network in whole numbers: less than half the time, and a third of the size.

Post-training quantisation (Jacob et al. 2018) by onnxruntime. Weights have seven bits: sums of two
products then fit the sixteen bits that a processor without VNNI has for them, and every processor
gives the same. The first blocks stay as they are, their few channels differ too much in range.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from detector.records import Pixels
from training.backbones import MIDDLE

EXACT = tuple(f"/front/front.{block}/" for block in range(3))
"""Beginnings of the names of nodes that stay as they are; chosen by the cosine that each costs."""

_WHOLE = ("Conv", "Add", "Relu", "Clip")


def quantise(path: Path, out: Path, batches: Sequence[Pixels]) -> None:
    """Write the model of `path` to `out`; `batches` (N, H, W, 3) tell the range of every map."""
    import onnx
    from onnxruntime import quantization as whole

    nodes = [node.name for node in onnx.load(path).graph.node]
    logging.disable(logging.WARNING)  # advice on models that have not been folded
    try:
        whole.quantize_static(
            path,
            out,
            _Reader(batches),
            quant_format=whole.QuantFormat.QDQ,
            op_types_to_quantize=list(_WHOLE),
            per_channel=True,
            reduce_range=True,
            extra_options={"CalibMovingAverage": True},
            activation_type=whole.QuantType.QUInt8,
            weight_type=whole.QuantType.QInt8,
            nodes_to_exclude=[name for name in nodes if name.startswith(EXACT)],
        )
    finally:
        logging.disable(logging.NOTSET)


class _Reader:
    """Batches as onnxruntime asks for them. Lifetime: one quantisation."""

    def __init__(self, batches: Sequence[Pixels]) -> None:
        self._batches = iter(batches)

    def get_next(self) -> dict[str, Any] | None:
        """The next input, none after the last."""
        batch = next(self._batches, None)
        return None if batch is None else given(batch)

    def __iter__(self) -> _Reader:
        return self

    def __next__(self) -> dict[str, Any]:
        return given(next(self._batches))


def given(pictures: Pixels) -> dict[str, Any]:
    """Pictures (N, H, W, 3) as the model takes them."""
    pixels = np.ascontiguousarray(pictures.transpose(0, 3, 1, 2), np.float32)
    return {"pixels": pixels - np.float32(MIDDLE)}
