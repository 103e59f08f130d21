"""How well marks that were held out are known again in synthetic photos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from training.learn import on
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
    shapes = sorted({one.shape for one in batches})
    return [_score(network, [b for b in batches if b.shape == one], device) for one in shapes]


def _score(network: Network, batches: Sequence[Batch], device: torch.device) -> Score:
    pairs = [_vectors(network, batch, device) for batch in batches]
    marks = torch.cat([known for _, known in pairs])
    photos = torch.cat([seen[: len(known)] for seen, known in pairs])
    empties = torch.cat([seen[len(known) :] for seen, known in pairs])
    likeness = photos @ marks.T
    groups = torch.cat([torch.from_numpy(batch.groups) for batch in batches])
    floor = (empties @ marks.T).amax(1).quantile(0.99)
    top = groups[likeness.argmax(1).cpu()] == groups
    recall = (likeness.diagonal() > floor).float().mean()
    return Score(batches[0].shape, len(groups), float(top.float().mean()), float(recall))


def _vectors(network: Network, batch: Batch, device: torch.device) -> tuple[Tensor, Tensor]:
    with torch.autocast(device.type, torch.bfloat16):
        seen = network.middle(on(device, batch.photos), batch.shape)
        return seen, network.middle(on(device, batch.references), batch.shape)
