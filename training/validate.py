"""How well marks that were held out are known again in synthetic photos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from training.learn import as_input
from training.network import Network
from training.pairs import Batch


@dataclass(frozen=True, slots=True)
class Score:
    """Of one shape: photos whose nearest reference is their own; recall at 1 % of the empties."""

    shape: str
    pairs: int
    top_1: float
    recall: float


@torch.no_grad()
def score(network: Network, batches: Sequence[Batch], device: torch.device) -> list[Score]:
    """The scores of all batches of each shape together."""
    return [
        _score(network, [one for one in batches if one.order.shape == shape], shape, device)
        for shape in sorted({one.order.shape for one in batches})
    ]


def _score(network: Network, batches: Sequence[Batch], shape: str, device: torch.device) -> Score:
    seen, known, empty = ([] for _ in range(3))
    for batch in batches:
        photos = _vectors(network, batch.photos, shape, device)
        known.append(_vectors(network, batch.references, shape, device))
        seen.append(photos[: len(batch.groups)])
        empty.append(photos[len(batch.groups) :])
    marks = torch.cat(known)
    likeness = torch.cat(seen) @ marks.T
    groups = torch.cat([torch.from_numpy(batch.groups) for batch in batches])
    own = likeness.diagonal()
    floor = (torch.cat(empty) @ marks.T).amax(1).quantile(0.99)
    top = groups[likeness.argmax(1).cpu()] == groups
    return Score(shape, len(groups), float(top.float().mean()), float((own > floor).float().mean()))


def _vectors(network: Network, pictures: object, shape: str, device: torch.device) -> Tensor:
    with torch.autocast(device.type, torch.bfloat16):
        return network.middle(as_input(pictures, device), shape)
