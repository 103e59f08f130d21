"""The learning: a photo's vector is drawn to its mark's and away from all others.

Contrastive (InfoNCE, van den Oord et al. 2018) with a slowly following encoder for the references
and a queue of the last of them (MoCo, He et al. 2020). A photo without its mark, or without any,
belongs to a class of its own whose likeness is learned.
"""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.network import WIDTH, Network
from training.pairs import Batch, begun

SLOWNESS = 0.996  # of the following encoder, a step
QUEUE = 8192  # references that are remembered, of each shape
MISSING = 0.1  # share of the photos whose mark is taken out of the references
TWINS = 0.92  # cosine of two references from which they are not called different marks
SHARPEST = 33.0  # the scale of the likenesses grows to, at most
_AWAY = -1e4


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast it learns: rates of backbone and heads, batches of warming up, batches in all."""

    back: float = 1e-3
    heads: float = 1e-3
    warming: int = 200
    batches: int = 10_000

    def share(self, number: int) -> float:
        """Of the full rates at a batch: up, then down along a cosine."""
        up = min(1.0, (number + 1) / self.warming)
        return up * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(1.0, number / self.batches))))


class Learner(nn.Module):
    """The network, its slow follower, queue, scale and the class of none."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.fast, self.slow = network, copy.deepcopy(network)
        self.slow.requires_grad_(False)
        self.log_scale = nn.Parameter(torch.tensor(math.log(14.0)))
        self.none = nn.Parameter(torch.tensor(0.4))
        for shape in network.heads:
            self.register_buffer(f"{shape}_queue", torch.zeros(QUEUE, WIDTH))
            self.register_buffer(f"{shape}_groups", torch.full((QUEUE,), -1))

    def optimiser(self, pace: Pace) -> torch.optim.Optimizer:
        """AdamW with a rate for each part."""
        back = [*self.fast.backbone.back.parameters()]
        heads = [*self.fast.neck.parameters(), *self.fast.heads.parameters()]
        return torch.optim.AdamW([
            {"params": back, "full_rate": pace.back, "weight_decay": 1e-4},
            {"params": heads, "full_rate": pace.heads, "weight_decay": 1e-4},
            {"params": [self.none, self.log_scale], "full_rate": 2e-3, "weight_decay": 0.0},
        ])  # fmt: skip

    def loss(self, batch: Batch, device: torch.device) -> tuple[Tensor, Tensor]:
        """The loss, and the references' vectors (pairs, WIDTH); remembers them in the queue."""
        shape, groups = batch.shape, torch.from_numpy(batch.groups).to(device)
        with torch.autocast(device.type, torch.bfloat16):
            seen = self.fast.middle(on(device, batch.photos), shape)
            with torch.no_grad():
                known = self.slow.middle(on(device, batch.references), shape)
        loss = self._photos_to_marks(seen, known, groups, shape)
        loss = loss + self._marks_to_photos(seen, known, groups)
        self._remember(known, groups, shape)
        return loss, known

    def follow(self) -> None:
        """Let the slow encoder come a little nearer."""
        with torch.no_grad():
            for slow, fast in zip(self.slow.parameters(), self.fast.parameters(), strict=True):
                slow.lerp_(fast, 1 - SLOWNESS)

    def _scale(self) -> Tensor:
        return self.log_scale.clamp(max=math.log(SHARPEST)).exp()

    def _photos_to_marks(self, seen: Tensor, known: Tensor, groups: Tensor, shape: str) -> Tensor:
        """Each photo among all references, in the batch and remembered, and none."""
        pairs, own = len(known), torch.arange(len(known), device=seen.device)
        every = torch.cat([known, getattr(self, f"{shape}_queue")])
        every_group = torch.cat([groups, getattr(self, f"{shape}_groups")])
        likeness = seen @ every.T
        kin = (groups[:, None] == every_group[None]) | (known @ every.T > TWINS)
        kin[own, own] = False
        likeness[:pairs] = likeness[:pairs].masked_fill(kin, -10.0)
        likeness = likeness.masked_fill(every_group[None] < 0, -10.0)
        target = torch.full((len(seen),), likeness.shape[1], device=seen.device)
        target[:pairs] = own
        missing = own[torch.rand(pairs).to(seen.device) < MISSING]
        likeness[missing, missing] = -10.0
        target[missing] = likeness.shape[1]
        none = self.none.expand(len(seen), 1)
        return functional.cross_entropy(self._scale() * torch.cat([likeness, none], 1), target)

    def _marks_to_photos(self, seen: Tensor, known: Tensor, groups: Tensor) -> Tensor:
        """Each reference among all photos of the batch."""
        own = torch.arange(len(known), device=seen.device)
        likeness = known @ seen.T
        kin = (groups[:, None] == groups[None]) | (known @ known.T > TWINS)
        kin[own, own] = False
        likeness[:, : len(known)] = likeness[:, : len(known)].masked_fill(kin, -10.0)
        return functional.cross_entropy(self._scale() * likeness, own)

    def _remember(self, known: Tensor, groups: Tensor, shape: str) -> None:
        for name, new in (("queue", known), ("groups", groups)):
            kept = getattr(self, f"{shape}_{name}")
            kept.copy_(torch.cat([new.detach().to(kept.dtype), kept])[: len(kept)])


def on(device: torch.device, begun: Tensor) -> Tensor:
    """What a front has begun, where and as the rest of the network takes it."""
    return begun.to(device, torch.bfloat16, memory_format=torch.channels_last)


class Lessons:
    """One batch after the other. Lifetime: one training."""

    def __init__(
        self,
        learner: Learner,
        optimiser: torch.optim.Optimizer,
        pace: Pace,
        device: torch.device,
    ) -> None:
        self._learner, self._optimiser, self._pace, self._device = learner, optimiser, pace, device

    def begun(self, batch: Batch) -> Batch:
        """The batch as the front leaves it."""
        return begun(batch, self._learner.fast.backbone, self._device)

    def learn(self, batch: Batch, number: int) -> tuple[float, Tensor]:
        """Learn from a batch; its loss, and its references' vectors (pairs, WIDTH)."""
        share = self._pace.share(number)
        for group in self._optimiser.param_groups:
            group["lr"] = group["full_rate"] * share
        loss, known = self._learner.loss(batch, self._device)
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self._learner.fast.parameters(), 2.0)
        self._optimiser.step()
        self._learner.follow()
        return float(loss.detach()), known
