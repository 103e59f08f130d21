"""What an index would hold of some views, without an index."""

from __future__ import annotations

import numpy as np

from detector.channels.base import StoredFeatures
from detector.index.entry import PARTS, VIEW_INFO
from detector.index.view_table import ViewTable
from detector.records import Features, References


def view_table(views) -> ViewTable:
    """The table of views that stand in the order of their marks."""
    marks = list(dict.fromkeys(view.mark for view in views))
    rows = [
        (
            marks.index(view.mark),
            PARTS.index(view.part),
            view.inverted,
            view.mirrored,
            view.pixels.shape[1],
            view.pixels.shape[0],
        )
        for view in views
    ]
    info = np.array(rows, VIEW_INFO)
    return ViewTable.of(info, np.arange(len(rows), dtype=np.int64))


def references(channel, views) -> References:
    """The features of views in a channel."""
    described = [channel.describe_view(view) for view in views]
    counts = [len(features) for features in described]
    return References(
        np.repeat(np.arange(len(views), dtype=np.int32), counts),
        Features(
            np.concatenate([features.frames for features in described]),
            np.concatenate([features.descriptors for features in described]),
            np.concatenate([features.labels for features in described]),
        ),
    )


def searcher(channel, views):
    """The channel's searcher of some views."""
    return channel.prepare(StoredFeatures(references(channel, views), view_table(views), ()))
