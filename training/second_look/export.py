"""The two networks as ONNX; refused where onnxruntime computes otherwise than torch."""

from __future__ import annotations

import copy
import hashlib
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from detector.records import Floats
from detector.verification.second_look import COMPARE, DESCRIBE, SIDE
from training.backbones import MIDDLE
from training.export import OPSET, padding_itself
from training.second_look.network import KEPT, Compare, Comparison, Describe
from training.second_look.pairs import Pairs

FAR = 2e-3  # by which log-odds may differ as exported, at most
PROBED = 8  # pairs that are compared
_CELLS = SIDE // 8


def export(comparison: Comparison, folder: Path, pairs: Pairs) -> dict[str, Any]:
    """Write both networks; their SHA-256. Raises `ValueError` where they give other answers."""
    comparison = copy.deepcopy(comparison).float().eval().to(memory_format=torch.contiguous_format)
    describe, compare = Describe(comparison).eval(), Compare(comparison).eval()
    cells = torch.zeros(1, KEPT, _CELLS, _CELLS)
    _write(describe, (torch.zeros(1, 3, SIDE, SIDE),), ["pixels"], folder / DESCRIBE)
    _write(compare, (cells, cells), ["photos", "marks"], folder / COMPARE)
    rows = np.linspace(0, len(pairs) - 1, PROBED).astype(int)
    photos, marks = (_planes(each) for each in (pairs.photos[rows], pairs.marks[pairs.mark[rows]]))
    with torch.no_grad():
        expected = compare(describe(photos), describe(marks)).numpy()
    found = _by_file(folder, photos.numpy(), marks.numpy())
    if np.abs(found - expected).max() > FAR:
        raise ValueError(f"{folder}: onnxruntime computes other answers than torch")
    return {"sha256": {name: _digest(folder / name) for name in (DESCRIBE, COMPARE)}}


def _write(network: nn.Module, given: tuple[Tensor, ...], names: list[str], path: Path) -> None:
    import onnx

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter without extra packages is an older one
        torch.onnx.export(
            network,
            given,
            str(path),
            input_names=names,
            output_names=["found"],
            dynamic_axes={name: {0: "pictures"} for name in (*names, "found")},
            opset_version=OPSET,
            dynamo=False,
        )
    onnx.save(padding_itself(onnx.load(path)), path)


def _by_file(folder: Path, photos: Floats, marks: Floats) -> Floats:
    import onnxruntime

    describe, compare = (
        onnxruntime.InferenceSession(str(folder / name), providers=["CPUExecutionProvider"])
        for name in (DESCRIBE, COMPARE)
    )
    kept = [describe.run(None, {"pixels": each})[0] for each in (photos, marks)]
    return np.asarray(compare.run(None, dict(zip(("photos", "marks"), kept, strict=True)))[0])


def _planes(pictures: Any) -> Tensor:
    return torch.from_numpy(pictures.transpose(0, 3, 1, 2).copy()).float() - MIDDLE


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
