"""The trained network as ONNX, for whoever has no torch; refused where it computes otherwise."""

from __future__ import annotations

import hashlib
import warnings
from pathlib import Path

import torch

from training.network import Network
from training.scenes import WINDOW

OPSET = 17
FAR = 2e-3  # by which a number of a unit vector may differ, at most


def export(network: Network, path: Path) -> str:
    """Write the network for pictures of any size; the SHA-256 of the file.

    Raises `ValueError` where onnxruntime gives other vectors than the network.
    """
    network = network.float().eval().to("cpu", memory_format=torch.contiguous_format)
    axes = {"pixels": {0: "pictures", 2: "height", 3: "width"}}
    axes |= {shape: {0: "pictures", 2: f"{shape}_rows", 3: f"{shape}_columns"} for shape in WINDOW}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter without extra packages is an older one
        torch.onnx.export(
            network,
            (torch.zeros(1, 3, 96, 160),),
            str(path),
            input_names=["pixels"],
            output_names=list(WINDOW),
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
        )
    _compare(network, path)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _compare(network: Network, path: Path) -> None:
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    for high, wide in ((96, 160), (480, 640), (112, 128)):
        pixels = torch.randint(0, 256, (2, 3, high, wide), dtype=torch.uint8).float()
        with torch.no_grad():
            ours = network(pixels)
        theirs = session.run(list(WINDOW), {"pixels": pixels.numpy()})
        for one, other in zip(ours, theirs, strict=True):
            if one.shape != other.shape or (one - torch.from_numpy(other)).abs().max() > FAR:
                raise ValueError(f"{path}: onnxruntime computes other vectors than torch")
