"""Looking up the features of some views."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from detector.errors import UsageError
from detector.records import Features, References, spans


class Rows:
    """The features of one view out of all, by view row."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._spans = {view: slice(a, b) for view, a, b in spans(references.view)}

    def get(self, view: int) -> Features | None:
        """The rows of a view, or None when it has none."""
        span = self._spans.get(view)
        if span is None:
            return None
        f = self._references.features
        return Features(f.frames[span], f.descriptors[span], f.labels[span])

    def of(self, views: Iterable[int]) -> References:
        """The rows of some views, given in rising order; those without any are left out."""
        spans_ = [(view, self._spans[view]) for view in views if view in self._spans]
        rows = [np.arange(span.start, span.stop) for _, span in spans_]
        at = np.concatenate(rows) if rows else np.zeros(0, np.intp)
        f = self._references.features
        return References(
            self._references.view[at], Features(f.frames[at], f.descriptors[at], f.labels[at])
        )

    def __getitem__(self, view: int) -> Features:
        found = self.get(view)
        if found is None:
            raise UsageError(f"view {view} has no features")
        return found
