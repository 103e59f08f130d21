"""The network: a backbone, a neck, and a head for each window shape.

A head reads all cells of a window at once, so it knows the layout of a mark, and gives a unit
vector. The network is fully convolutional: all windows of a picture get theirs at once.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from training.backbones import BACKBONES
from training.scenes import AROUND, WINDOW

STRIDE = 16
WIDTH = 128  # numbers of a descriptor


class Network(nn.Module):
    """Pixels to unit vectors, one for every window of each shape."""

    def __init__(self, backbone: str) -> None:
        super().__init__()
        self.backbone = BACKBONES[backbone]()
        self.neck = nn.Conv2d(self.backbone.channels, WIDTH, 3, padding=1)
        self.heads = nn.ModuleDict({
            shape: nn.Conv2d(WIDTH, WIDTH, (high // STRIDE, wide // STRIDE))
            for shape, (high, wide) in WINDOW.items()
        })  # fmt: skip

    def middle(self, begun: Tensor, shape: str) -> Tensor:
        """(N, WIDTH) of the window in the middle of each crop, as the backbone's front left it."""
        rim = AROUND // STRIDE
        cells = functional.relu(self.neck(self.backbone.back(begun)))
        found = self.heads[shape](cells[:, :, rim:-rim, rim:-rim])
        return functional.normalize(found.flatten(1).float(), dim=1)

    def forward(self, pixels: Tensor) -> tuple[Tensor, ...]:
        """For each shape of `WINDOW` (N, WIDTH, h, w) of every window that lies whole inside."""
        cells = functional.relu(self.neck(self.backbone(pixels)))
        return tuple(functional.normalize(self.heads[shape](cells), dim=1) for shape in WINDOW)
