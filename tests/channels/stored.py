"""What an index would hold of some views, without an index."""

from __future__ import annotations

import numpy as np

from detector.channels.base import StoredFeatures
from detector.index.import_entry import PARTS, VIEW_ROW
from detector.index.permanent_ids import base_rows
from detector.index.view_table import ViewTable
from detector.records import Features, Mark, References


def view_table(views) -> ViewTable:
    """The table of views that stand in the order of their marks."""
    rows = []
    for number, mark in enumerate(dict.fromkeys(view.mark for view in views)):
        mine, first = [view for view in views if view.mark == mark], len(rows)
        for view, base in zip(mine, base_rows(mine), strict=True):
            height, width = view.content.shape
            part = PARTS.index(view.part)
            turned = view.inverted, view.mirrored
            rows.append((len(rows), number, first + base, 0, width, height, part, *turned))
    return ViewTable.of(np.array(rows, VIEW_ROW))


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
    """The channel's searcher of some views of marks that are known by no word."""
    marks = [Mark(name, name, "design") for name in dict.fromkeys(view.mark for view in views)]
    return channel.prepare(StoredFeatures(references(channel, views), view_table(views), marks))
