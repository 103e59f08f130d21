from __future__ import annotations

import numpy as np

from detector.index.search.exact import ExactBits
from detector.index.search.nearest import NearestSearch

from .contract import BitsContract


class TestExactBits(BitsContract):
    def search(self, descriptors: np.ndarray) -> NearestSearch:
        return ExactBits(descriptors)
