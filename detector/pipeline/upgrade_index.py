"""Upgrading an index that an older version made, from the views that it keeps."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from detector.channels.base import ChannelSpec
from detector.channels.registry import CHANNELS, resolved
from detector.errors import IndexVersion, UsageError
from detector.index.store import Entry, ReferenceIndex, upgrade, upsert
from detector.pipeline.import_marks import describe_views, stored_with
from detector.settings import Settings


def upgrade_index(
    folder: Path, settings: Settings | None = None, channels: Sequence[ChannelSpec] = CHANNELS
) -> int:
    """Bring the index in `folder` to today's format and descriptions; return its number of marks.

    Where its features were made with other settings or models, all views are described again. The
    pictures of the marks are not needed: an index keeps its views.

    Raises:
        UsageError: it has that format and these descriptions already.
        IndexMissing: there is no index.
        IndexDamaged: a file of it fails its checksum; the index stays as it was.

    """
    settings = resolved(settings or Settings())
    wanted = stored_with(settings, channels)
    try:
        index = ReferenceIndex.open(folder)
    except IndexVersion:
        upgrade(folder, _unknown)
        index = ReferenceIndex.open(folder)
    with index:
        if index.settings == wanted:
            raise UsageError(
                "the index has today's format and descriptions already", place=str(folder)
            )
        return upsert(folder, _described(index, settings, channels), wanted)


def _described(
    index: ReferenceIndex, settings: Settings, channels: Sequence[ChannelSpec]
) -> Iterator[Entry]:
    """Every mark of an index with its views described again."""
    starts = np.searchsorted(index.view_table.marks, np.arange(len(index.marks) + 1)).tolist()
    for row, mark in enumerate(index.marks):
        views = tuple(index.view(view) for view in range(starts[row], starts[row + 1]))
        entry = describe_views(mark, views, settings, channels)
        yield replace(entry, origin=index.origin(mark.id))


def _unknown(settings: Mapping[str, str], _: Collection[str]) -> dict[str, str]:
    """The settings of an index of version 1, whose views are then described again."""
    return {"version 1": settings.get("settings", "")}
