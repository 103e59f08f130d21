"""The trained network as ONNX, for whoever has no torch; refused where it computes otherwise."""

from __future__ import annotations

import copy
import hashlib
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from training.backbones import MIDDLE, SPREAD
from training.network import Network
from training.scenes import WINDOW

OPSET = 17
FAR = 2e-3  # by which a number of a unit vector may differ, at most


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


def export(network: Network, path: Path, probe: Path) -> str:
    """Write the network for pictures of any size; the SHA-256 of the file.

    `probe` gets a picture and the vectors that the network has for it, to be tested against later.
    Raises `ValueError` where onnxruntime gives other vectors than the network.
    """
    import onnx

    network = network.float().eval().to("cpu", memory_format=torch.contiguous_format)
    axes = {"pixels": {0: "pictures", 2: "height", 3: "width"}}
    axes |= {shape: {0: "pictures", 2: f"{shape}_rows", 3: f"{shape}_columns"} for shape in WINDOW}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter without extra packages is an older one
        torch.onnx.export(
            _Deployed(network),
            (torch.zeros(1, 3, 96, 160),),
            str(path),
            input_names=["pixels"],
            output_names=list(WINDOW),
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
        )
    onnx.save(_padding_itself(onnx.load(path)), path)
    pictures = [_compared(network, path, size) for size in ((480, 640), (112, 128), (96, 160))]
    np.savez_compressed(probe, **pictures[-1])
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _padding_itself(model: Any) -> Any:
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


def _compared(network: Network, path: Path, size: tuple[int, int]) -> dict[str, Any]:
    """A picture of noise and its vectors by torch, as onnxruntime must have them too."""
    import onnxruntime

    random = np.random.default_rng(size[0])
    coarse = random.integers(0, 256, (1, size[0] // 8, size[1] // 8, 3), np.uint8)
    pixels = coarse.repeat(8, axis=1).repeat(8, axis=2)
    tensor = torch.from_numpy(pixels).permute(0, 3, 1, 2).float()
    with torch.no_grad():
        ours = [one.numpy() for one in network(tensor)]
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    theirs = session.run(list(WINDOW), {"pixels": (tensor - MIDDLE).numpy()})
    for one, other in zip(ours, theirs, strict=True):
        if one.shape != other.shape or np.abs(one - other).max() > FAR:
            raise ValueError(f"{path}: onnxruntime computes other vectors than torch")
    return {"pixels": pixels} | dict(zip(WINDOW, ours, strict=True))
