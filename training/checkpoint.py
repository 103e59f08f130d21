"""What a killed training goes on from; the pairs it would have seen again are drawn anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from training.learn import Learner

NAME = "checkpoint.pt"


class Checkpoint:
    """Everything that was learned, in one file. Lifetime: one training."""

    def __init__(self, out: Path, learner: Learner, optimiser: torch.optim.Optimizer) -> None:
        self._path, self._learner, self._optimiser = out / NAME, learner, optimiser

    def save(self, done: int) -> None:
        """Write the state after so many batches, whole or not at all."""
        whole = {
            "done": done,
            "learner": self._learner.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "random": torch.get_rng_state(),
        }
        fresh = self._path.with_suffix(".new")
        torch.save(whole, fresh)
        fresh.replace(self._path)

    def restore(self, device: torch.device) -> int:
        """Go back to the last state where there is one; the batches done by then."""
        if not self._path.is_file():
            return 0
        whole: dict[str, Any] = torch.load(self._path, map_location=device, weights_only=True)
        self._learner.load_state_dict(whole["learner"])
        self._optimiser.load_state_dict(whole["optimiser"])
        torch.set_rng_state(whole["random"].cpu())
        return int(whole["done"])
