"""What photos without a mark are like: `python tools/measure_background.py --data DIR`.

Writes detector/channels/shape_statistics.npz and embedding_background.npz from reserved photos of
the development data, which no benchmark ever measures; the latter from photos that the network was
not trained on either. Only means and covariances enter the project, never a photo.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from development_photos import data_folder, reserved, untrained
from markdown_text import ROOT
from numpy.typing import NDArray

from detector.channels.embedding import EmbeddingChannel
from detector.channels.embedding_background import BACKGROUND
from detector.channels.embedding_model import SHAPES
from detector.channels.hog_cells import BINS, cell_pyramid
from detector.channels.hog_templates import GRIDS
from detector.pictures.reader import read_picture
from detector.settings import EdgeTemplateSettings

STATISTICS = ROOT / "detector" / "channels" / "shape_statistics.npz"
EMBEDDING = STATISTICS.with_name(BACKGROUND)
REACH = max(max(grid) for grid in GRIDS) - 1  # cells apart in a template, at most

Grid = NDArray[np.float64]


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    data = data_folder(parser.parse_args().data)
    paths = reserved(data)[4::5]
    grids = [grid for path in paths for grid in cell_grids(path)]
    mean = sum(grid.sum(axis=(0, 1)) for grid in grids) / sum(grid[..., 0].size for grid in grids)
    auto = autocovariance([grid - mean for grid in grids])
    np.savez_compressed(STATISTICS, mean=np.float32(mean), autocovariance=np.float32(auto))
    print(f"{len(paths)} photos, {len(grids)} grids, mean {np.round(mean, 3)}")
    np.savez_compressed(EMBEDDING, allow_pickle=False, **embedding_moments(untrained(data)))


def cell_grids(path: Path) -> Iterator[Grid]:
    """The cells of every pyramid level of a photo."""
    for picture in read_picture(path).pictures:
        for _, grid in cell_pyramid(picture, EdgeTemplateSettings()):
            yield grid.astype(np.float64)


def embedding_moments(paths: Sequence[Path]) -> dict[str, NDArray[np.float32]]:
    """Mean (WIDTH,) and covariance (WIDTH, WIDTH) of the vectors of each shape's windows."""
    channel, found = EmbeddingChannel(), dict[str, NDArray[np.float32]]()
    described = [
        channel.describe(picture) for path in paths for picture in read_picture(path).pictures
    ]
    for number, shape in enumerate(SHAPES):
        vectors = np.concatenate(
            [windows.descriptors[windows.labels == number] for windows in described]
        )
        found[f"{shape.name}_mean"] = vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
        found[f"{shape.name}_covariance"] = np.cov(vectors.T.astype(float)).astype(np.float32)
    return found


def autocovariance(grids: Sequence[Grid]) -> Grid:
    """(dy, dx, BINS, BINS) mean products of cells that stand dy below and dx - REACH beside."""
    table = np.zeros((REACH + 1, 2 * REACH + 1, BINS, BINS))
    for down in range(REACH + 1):
        for aside in range(-REACH, REACH + 1):
            table[down, aside + REACH] = _mean_product(grids, down, aside)
    return table


def _mean_product(grids: Sequence[Grid], down: int, aside: int) -> Grid:
    total, count = np.zeros((BINS, BINS)), 0
    for grid in grids:
        rows, columns = grid.shape[0] - down, grid.shape[1] - abs(aside)
        if rows <= 0 or columns <= 0:
            continue
        here = grid[:rows, max(0, -aside) :][:, :columns].reshape(-1, BINS)
        there = grid[down:, max(0, aside) :][:, :columns].reshape(-1, BINS)
        total += here.T @ there
        count += len(here)
    return total / max(count, 1)


if __name__ == "__main__":
    main()
