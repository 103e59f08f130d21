"""The network of the second look: what it keeps of a picture, and how it compares two of them.

The first blocks of EfficientNet-Lite0 stay as ImageNet made them. Photo and mark go through the
same layer after them; a small network sees both maps, their difference and their product, cell by
cell, so that it knows where two pictures differ.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.backbones import SPREAD, Dense, lite0

FRONT = 5  # blocks of the backbone, to a stride of 8
FRONT_WIDTH = 40  # channels after them
KEPT = 48  # channels that are kept of a picture
WIDTH = 96  # of the maps in which two pictures are compared


class Front(nn.Module):
    """The blocks that do not learn: (N, 3, H, W), 0..255 less `MIDDLE`, to (N, 40, h, w)."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks = nn.Sequential(*lite0(FRONT))
        self.requires_grad_(False)

    def forward(self, pixels: Tensor) -> Tensor:
        """Maps (N, 40, H / 8, W / 8) of pixels (N, 3, H, W)."""
        return self.blocks(pixels / SPREAD)


class Comparison(nn.Module):
    """The part that learns."""

    def __init__(self) -> None:
        super().__init__()
        self.keep = nn.Conv2d(FRONT_WIDTH, KEPT, 3, padding=1)
        self.mix = nn.Conv2d(4 * KEPT, WIDTH // 2, 1)
        self.halve = nn.Conv2d(WIDTH // 2, WIDTH, 3, 2, padding=1)
        self.blocks = nn.Sequential(Dense(WIDTH), Dense(WIDTH))
        self.answer = nn.Linear(2 * WIDTH, 1)

    def described(self, front: Tensor) -> Tensor:
        """What is kept (N, KEPT, h, w) of what the front gives."""
        return functional.relu(self.keep(front))

    def compared(self, photos: Tensor, marks: Tensor) -> Tensor:
        """Log-odds (N,) that photos and marks show the same sign."""
        both = torch.cat([photos, marks, (photos - marks).abs(), photos * marks], 1)
        cells = functional.relu(self.mix(both))
        cells = self.blocks(functional.relu(self.halve(cells)))
        return self.answer(torch.cat([cells.mean((2, 3)), cells.amax((2, 3))], 1))[:, 0]

    def forward(self, photos: Tensor, marks: Tensor) -> Tensor:
        """Log-odds (N,) of what the front gives of photos and marks."""
        return self.compared(self.described(photos), self.described(marks))


class Describe(nn.Module):
    """Pixels to what is kept of them."""

    def __init__(self, comparison: Comparison) -> None:
        super().__init__()
        self.front, self.comparison = Front(), comparison

    def forward(self, pixels: Tensor) -> Tensor:
        """What is kept (N, KEPT, h, w) of pixels (N, 3, H, W)."""
        return self.comparison.described(self.front(pixels))


class Compare(nn.Module):
    """What is kept of photos and marks to log-odds."""

    def __init__(self, comparison: Comparison) -> None:
        super().__init__()
        self.comparison = comparison

    def forward(self, photos: Tensor, marks: Tensor) -> Tensor:
        """Log-odds (N,) of what is kept of photos and marks."""
        return self.comparison.compared(photos, marks)
