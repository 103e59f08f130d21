"""How much a mark resembles simple graphics: its scores on a cohort of them (cohort normalisation).

The cohort is some 500 drawn graphics that simple marks resemble: letters and words in many faces,
rings, stars, arrows, shields, signs of care labels, plain logos. Only their features are shipped;
`tools/measure_cohort.py` writes them. A mark that scores as high on the cohort as in a photo is not
distinctive there. Source: R. Auckenthaler et al., "Score normalization for text-independent speaker
verification systems" (T-norm, Z-norm), Digital Signal Processing 2000.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detector.channels.embedding_model import SHAPES
from detector.channels.hog_cells import Grid, GridSize
from detector.channels.hog_templates import GRIDS
from detector.records import Floats

COHORT = "cohort.npz"


class Cohort(NamedTuple):
    """Features of the cohort.

    `vectors` has for each window shape the unit vectors (M, DIMENSIONS) of the graphics that belong
    in it; `cells` has for each grid (columns, rows) the HOG cells (M, rows * columns * BINS) of
    those whose aspect is near its own. All float32.
    """

    vectors: tuple[Floats, ...]
    cells: Mapping[GridSize, Floats]


class CohortScores(NamedTuple):
    """Of N views, the mean, standard deviation and highest of the scores on the cohort; (N,)."""

    mean: Floats
    deviation: Floats
    highest: Floats


def embedding_cohort(vectors: Floats, shapes: NDArray[np.integer[Any]]) -> CohortScores:
    """Cosines of views' unit vectors (N, DIMENSIONS) with those of the cohort.

    A view is compared with the graphics of its own window shape; `shapes` (N,) are numbers of
    `SHAPES`.
    """
    scores = CohortScores(*np.zeros((3, len(vectors)), np.float32))
    for number, cohort_vectors in enumerate(cohort().vectors):
        rows = np.flatnonzero(shapes == number)
        cosines = vectors[rows].astype(np.float32) @ cohort_vectors.T
        for column, values in zip(scores, _summary(cosines), strict=True):
            column[rows] = values
    return scores


def template_cohort(grid: GridSize, weights: Grid, offsets: Floats) -> CohortScores:
    """Scores, in background sigmas, of N templates on the cohort's cells of their grid.

    `grid` is one of `GRIDS` (columns, rows), `weights` (N, rows, columns, BINS), `offsets` (N,).
    """
    cells = cohort().cells[grid]
    return _summary(weights.reshape(len(weights), -1) @ cells.T - offsets[:, None])


def _summary(scores: Floats) -> CohortScores:
    """Of scores (N, M)."""
    return CohortScores(scores.mean(axis=1), scores.std(axis=1), scores.max(axis=1))


@lru_cache(maxsize=1)
def cohort() -> Cohort:
    """The shipped features."""
    with files("detector.channels").joinpath(COHORT).open("rb") as stream:
        table = np.load(stream, allow_pickle=False)
        vectors, shapes = table["embedding"].astype(np.float32), table["embedding_shape"]
        step = table["cell_step"]
        cells = {grid: table[cells_key(grid)].astype(np.float32) * step for grid in GRIDS}
    return Cohort(tuple(vectors[shapes == number] for number in range(len(SHAPES))), cells)


def cells_key(grid: GridSize) -> str:
    """The name of a grid's cells in the file: multiples of `cell_step` (M, D) uint8."""
    return f"cells_{grid[0]}x{grid[1]}"
