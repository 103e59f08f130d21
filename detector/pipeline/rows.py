"""Looking up the features of one view."""

from __future__ import annotations

import numpy as np

from detector.errors import UsageError
from detector.records import Features, References


class Rows:
    """The features of one view out of all, by view row."""

    def __init__(self, references: References) -> None:
        self._references = references
        starts = np.flatnonzero(np.diff(references.view, prepend=-1))
        stops = np.append(starts[1:], len(references.view))
        self._spans = dict(
            zip(references.view[starts].tolist(), zip(starts.tolist(), stops.tolist(), strict=True),
                strict=True)
        )  # fmt: skip

    def get(self, view: int) -> Features | None:
        """The rows of a view, or None when it has none."""
        span = self._spans.get(view)
        if span is None:
            return None
        f = self._references.features
        rows = slice(*span)
        return Features(f.frames[rows], f.descriptors[rows], f.labels[rows])

    def __getitem__(self, view: int) -> Features:
        found = self.get(view)
        if found is None:
            raise UsageError(f"view {view} has no features")
        return found
