"""The trained network as ONNX, for whoever has no torch; refused where it computes otherwise.

As exported it must give torch's vectors; in whole numbers it must give vectors near them.
"""

from __future__ import annotations

import copy
import hashlib
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from detector.records import Floats, Pixels
from training.backbones import SPREAD
from training.network import Network
from training.quantise import given, quantise
from training.scenes import WINDOW

OPSET = 17
FAR = 2e-3  # by which a number of a unit vector may differ as exported, at most
NEAR = 0.99  # cosine of vectors of scenes with those in whole numbers, on average, at least


class _Deployed(nn.Module):
    """The network for pictures less `MIDDLE`: one operation fewer on every pixel."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = copy.deepcopy(network).float().eval()
        first = next(one for one in self.network.modules() if isinstance(one, nn.Conv2d))
        with torch.no_grad():
            first.weight /= SPREAD

    def forward(self, pixels: Tensor) -> tuple[Tensor, ...]:
        backbone = self.network.backbone
        cells = functional.relu(self.network.neck(backbone.back(backbone.front(pixels))))
        heads = self.network.heads
        return tuple(functional.normalize(heads[shape](cells), dim=1) for shape in WINDOW)


def export(network: Network, path: Path, scenes: Sequence[Pixels]) -> str:
    """Write the network for pictures of any size; the SHA-256 of the file.

    `scenes`, batches (N, H, W, 3), tell the ranges for whole numbers; the last of them is kept to
    compare. Beside the file lie the exact one, `.float.onnx`, and a picture of noise with torch's
    vectors, `_probe.npz`. Raises `ValueError` where onnxruntime gives other vectors than torch.
    """
    network = network.float().eval().to("cpu")
    exact = path.with_suffix(".float.onnx")
    _written(network, exact)
    noise = [_noise(*size) for size in ((480, 640), (112, 128), (96, 160))]
    if max(_distance(network, exact, one) for one in noise) > FAR:
        raise ValueError(f"{exact}: onnxruntime computes other vectors than torch")
    quantise(exact, path, scenes[:-1])
    if _cosine(network, path, scenes[-1]) < NEAR:
        raise ValueError(f"{path}: in whole numbers the vectors are far from torch's")
    probe: dict[str, Any] = dict(zip(WINDOW, _by_torch(network, noise[-1]), strict=True))
    np.savez_compressed(path.with_name(f"{path.stem}_probe.npz"), pixels=noise[-1], **probe)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _written(network: Network, path: Path) -> None:
    import onnx

    axes = {"pixels": {0: "pictures", 2: "height", 3: "width"}}
    axes |= {shape: {0: "pictures", 2: f"{shape}_rows", 3: f"{shape}_columns"} for shape in WINDOW}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter without extra packages is an older one
        torch.onnx.export(
            _Deployed(network.to(memory_format=torch.contiguous_format)),
            (torch.zeros(1, 3, 96, 160),),
            str(path),
            input_names=["pixels"],
            output_names=list(WINDOW),
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
        )
    onnx.save(padding_itself(onnx.load(path)), path)


def padding_itself(model: Any) -> Any:
    """The model whose convolutions pad by themselves, which spares a copy of every map.

    torch cannot say unequal padding; ONNX can.
    """
    pads = {node.output[0]: node.input[0] for node in model.graph.node if node.op_type == "Pad"}
    for node in model.graph.node:
        if node.op_type == "Conv" and node.input[0] in pads:
            told = {one.name: one for one in node.attribute}
            kernel, stride = told["kernel_shape"].ints[0], told["strides"].ints[0]
            spare = kernel - stride if stride > 1 else kernel - 1
            told["pads"].ints[:] = [spare // 2] * 2 + [spare - spare // 2] * 2
            node.input[0] = pads[node.input[0]]
    _prune(model.graph)
    return model


def _prune(graph: Any) -> None:
    """Leave out what no output needs."""
    needed = {one.name for one in graph.output}
    for node in reversed(graph.node):
        if needed & set(node.output):
            needed |= set(node.input)
    kept = [node for node in graph.node if needed & set(node.output)]
    del graph.node[:]
    graph.node.extend(kept)


def _noise(height: int, width: int) -> Pixels:
    """A picture (1, H, W, 3) of coarse noise."""
    random = np.random.default_rng(height)
    coarse = random.integers(0, 256, (1, height // 8, width // 8, 3), np.uint8)
    return coarse.repeat(8, axis=1).repeat(8, axis=2)


def _distance(network: Network, path: Path, pictures: Pixels) -> float:
    """By how much a number of a vector differs from torch's, at most."""
    both = zip(_by_torch(network, pictures), _by_file(path, pictures), strict=True)
    return float(max(np.abs(one - other).max() for one, other in both))


def _cosine(network: Network, path: Path, pictures: Pixels) -> float:
    """Of the vectors with torch's, on average."""
    both = zip(_by_torch(network, pictures), _by_file(path, pictures), strict=True)
    return float(np.mean([(one * other).sum(axis=1).mean() for one, other in both]))


def _by_torch(network: Network, pictures: Pixels) -> list[Floats]:
    pixels = torch.from_numpy(pictures.transpose(0, 3, 1, 2).copy()).float()
    with torch.no_grad():
        return [one.numpy() for one in network(pixels)]


def _by_file(path: Path, pictures: Pixels) -> list[Floats]:
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return list(session.run(list(WINDOW), given(pictures)))
