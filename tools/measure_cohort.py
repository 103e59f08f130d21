"""Features of the cohort (drawing/cohort): `python tools/measure_cohort.py`.

Writes detector/channels/cohort.npz. It needs the fonts of drawing/fonts.txt, and must be run again
when the network of the channel `embedding`, the grids of the channel `shape`, or a drawing changes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from markdown_text import ROOT
from numpy.typing import NDArray

from detector.channels.cohort import COHORT, cells_key
from detector.channels.embedding import EmbeddingChannel
from detector.channels.hog_cells import GridSize, view_cells
from detector.channels.hog_templates import GRIDS
from detector.marks.views import derive_views
from detector.records import Pixels, View
from detector.settings import EdgeTemplateSettings, EmbeddingSettings, ViewSettings
from drawing.cohort.pictures import cohort_pictures

FILE = ROOT / "detector" / "channels" / COHORT
NEAR = 1.6  # ratio of the aspects of a graphic and a grid on which it is kept

WHOLE_ONLY = ViewSettings(parts=False, inverted=False, mirrored=False)
UPRIGHT = EmbeddingSettings(turns=(0.0,))


def main() -> None:
    """Describe and write."""
    views = whole_views(cohort_pictures())
    features = embedding_features(views) | cell_features(views)
    np.savez_compressed(FILE, allow_pickle=False, **features)
    print(f"{len(views)} graphics, {FILE.stat().st_size / 1e6:.2f} MB")


def whole_views(pictures: Sequence[Pixels]) -> list[View]:
    """Each picture's view, whole and upright."""
    return [derive_views("cohort", "", pixels, WHOLE_ONLY)[0] for pixels in pictures]


def embedding_features(views: Sequence[View]) -> dict[str, NDArray[np.generic]]:
    """Vectors (N, DIMENSIONS) and window shapes (N,), as `detector.channels.cohort` reads them."""
    channel = EmbeddingChannel(UPRIGHT)
    rows = [channel.describe_view(view) for view in views]
    return {
        "embedding": np.concatenate([row.descriptors for row in rows]).astype(np.float16),
        "embedding_shape": np.concatenate([row.labels for row in rows]).astype(np.uint8),
    }


def cell_features(views: Sequence[View]) -> dict[str, NDArray[np.generic]]:
    """Cells (M, D) of each grid as multiples of a step that fit 8 bits, and that step."""
    cells = {cells_key(grid): near_cells(views, grid) for grid in GRIDS}
    step = np.float32(max(float(table.max()) for table in cells.values()) / 255)
    quantised = {name: np.round(table / step).astype(np.uint8) for name, table in cells.items()}
    return {"cell_step": np.asarray(step), **quantised}


def near_cells(views: Sequence[View], grid: GridSize) -> NDArray[np.float32]:
    """Cells (M, D) of the views whose aspect is within `NEAR` of the grid's."""
    cell = EdgeTemplateSettings().cell
    kept = [view for view in views if abs(np.log(_aspect(view) * grid[1] / grid[0])) < np.log(NEAR)]
    return np.stack([view_cells(view.pixels, grid, cell).ravel() for view in kept])


def _aspect(view: View) -> float:
    height, width = view.pixels.shape[:2]
    return float(width / height)


if __name__ == "__main__":
    main()
