"""The learning: the front is computed once for every picture, the comparison learns from that."""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from detector.records import Pixels
from training.backbones import MIDDLE
from training.second_look.network import Comparison, Front
from training.second_look.pairs import Pairs

_LOG = logging.getLogger(__name__)

BATCH = 192
RATE = 1.5e-3
SMOOTHING = 0.02  # of the answers: some pairs are labelled wrongly
ALARMS = 0.01  # share of other signs at which recall is told
_CHUNK = 64


@dataclass(frozen=True, slots=True, eq=False)
class Lessons:
    """N pairs as the front leaves them: `photos`, `marks` (M, C, h, w) float16; `mark`, `same`."""

    photos: Tensor
    marks: Tensor
    mark: Tensor
    same: Tensor

    @classmethod
    def of(cls, pairs: Pairs, device: torch.device) -> Self:
        """Begin all pictures of some pairs."""
        front = Front().to(device)
        photos, marks = (_begun(each, front, device) for each in (pairs.photos, pairs.marks))
        return cls(photos, marks, torch.from_numpy(pairs.mark), torch.from_numpy(pairs.same))

    def batch(self, rows: Tensor, device: torch.device) -> tuple[Tensor, Tensor, Tensor]:
        """Photos, marks and answers of some rows."""
        photos = self.photos[rows].to(device, torch.float32)
        marks = self.marks[self.mark[rows]].to(device, torch.float32)
        return photos, marks, self.same[rows].to(device, torch.float32)


def learn(lessons: Lessons, epochs: int, seed: int, device: torch.device) -> Comparison:
    """Teach a comparison."""
    torch.manual_seed(seed)
    comparison = Comparison().to(device, memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(comparison.parameters(), RATE, weight_decay=1e-2)
    steps = epochs * (len(lessons.same) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _share(step / steps))
    for epoch in range(epochs):
        losses = [
            _step(comparison, lessons.batch(rows, device), optimiser, schedule)
            for rows in torch.randperm(len(lessons.same)).split(BATCH)
            if len(rows) == BATCH
        ]
        _LOG.info("epoch %d of %d: loss %.4f", epoch + 1, epochs, np.mean(losses))
    return comparison.eval()


def scores(comparison: Comparison, lessons: Lessons, device: torch.device) -> NDArray[np.float32]:
    """Log-odds (N,) of pairs."""
    found = []
    with torch.no_grad():
        for rows in torch.arange(len(lessons.same)).split(BATCH):
            photos, marks, _ = lessons.batch(rows, device)
            found.append(comparison(photos, marks).cpu().numpy())
    return np.concatenate(found)


def recall(log_odds: NDArray[np.float32], same: NDArray[np.bool_], alarms: float = ALARMS) -> float:
    """Share of the same signs above all but a share of the others."""
    bound = np.quantile(log_odds[~same], 1 - alarms)
    return float((log_odds[same] > bound).mean())


def _step(
    comparison: Comparison,
    batch: tuple[Tensor, Tensor, Tensor],
    optimiser: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LambdaLR,
) -> float:
    photos, marks, same = batch
    if torch.rand(()) < 0.5:  # both from left to right
        photos, marks = photos.flip(3), marks.flip(3)
    photos, marks = (x.contiguous(memory_format=torch.channels_last) for x in (photos, marks))
    target = same * (1 - 2 * SMOOTHING) + SMOOTHING
    loss = functional.binary_cross_entropy_with_logits(comparison(photos, marks), target)
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(comparison.parameters(), 2.0)
    optimiser.step()
    schedule.step()
    return float(loss.detach())


def _share(done: float) -> float:
    """Of the full rate: up, then down along a cosine."""
    return min(1.0, done / 0.05 + 0.01) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done)))


def _begun(pictures: Pixels, front: Front, device: torch.device) -> Tensor:
    parts = []
    with torch.no_grad():
        for start in range(0, len(pictures), _CHUNK):
            pixels = torch.from_numpy(pictures[start : start + _CHUNK]).to(device)
            planes = pixels.permute(0, 3, 1, 2).float() - MIDDLE
            parts.append(front(planes.contiguous(memory_format=torch.channels_last)).half().cpu())
    return torch.cat(parts).contiguous()
