"""The interface of nearest-descriptor search; `exact` is its first back end."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Nearest = tuple[NDArray[np.int32], NDArray[np.float32]]


class NearestSearch(Protocol):
    """Finds the reference descriptors nearest to each query descriptor."""

    def nearest(self, queries: NDArray[Any], k: int) -> Nearest:
        """Find the `k` nearest references of each query, nearest first.

        `queries` (Q, D) are of the dtype and width that the search was made with. Returns rows
        (Q, k) int32 and distances (Q, k) float32, both ascending by distance, then by row. Where
        there are fewer than `k` references, the rest is row -1 at distance inf. Raises ValueError
        for queries of another width or k < 1.
        """
        ...
