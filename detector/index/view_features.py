"""Lookup of features by view."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from detector.errors import UsageError
from detector.records import Features, References, spans


class ViewFeatures:
    """The features of an index in one channel, by view row. Lifetime: as the index's."""

    def __init__(self, references: References) -> None:
        self.references = references
        self._spans = {view: slice(start, stop) for view, start, stop in spans(references.view)}

    def get(self, view: int) -> Features | None:
        """The features of a view, or None when it has none."""
        span = self._spans.get(view)
        if span is None:
            return None
        features = self.references.features
        return Features(features.frames[span], features.descriptors[span], features.labels[span])

    def __getitem__(self, view: int) -> Features:
        features = self.get(view)
        if features is None:
            raise UsageError(f"view {view} has no features")
        return features

    def subset(self, views: Iterable[int] | None) -> References:
        """The features of some views, given in ascending order; None means all."""
        if views is None:
            return self.references
        spans = [self._spans[view] for view in views if view in self._spans]
        ranges = [np.arange(span.start, span.stop) for span in spans]
        rows = np.concatenate(ranges) if ranges else np.zeros(0, np.intp)
        features = self.references.features
        subset = Features(features.frames[rows], features.descriptors[rows], features.labels[rows])
        return References(self.references.view[rows], subset)
