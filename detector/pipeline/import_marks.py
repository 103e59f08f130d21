"""The way of a mark into the index: pictures -> views -> features -> entry."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from detector.channels.base import ChannelSpec
from detector.channels.registry import CHANNELS, made, resolved
from detector.errors import MarkError, UsageError
from detector.index.store import Entry, ReferenceIndex, upsert
from detector.marks.registry import MarkSource
from detector.marks.views import derive_views
from detector.pictures.reader import read_picture
from detector.pictures.vector import rasterise
from detector.records import Pixels
from detector.settings import Settings
from detector.verification import pose_refinement

SVG_SIDE = 1024

_LOG = logging.getLogger(__name__)


def import_marks(
    folder: Path,
    sources: Sequence[MarkSource],
    settings: Settings | None = None,
    progress: Callable[[int, int], None] | None = None,
    channels: Sequence[ChannelSpec] = CHANNELS,
) -> int:
    """Describe marks and put them into the index in `folder`, all at once; count them.

    Raises `MarkError` when a picture cannot be read; then the index stays as it was.
    """
    settings = resolved(settings or Settings())
    entries = _entries(sources, settings, channels, progress)
    count = upsert(folder, entries, stored_with(settings, channels))
    _LOG.info("marks imported", extra={"index": str(folder), "marks": count})
    return count


def _entries(
    sources: Sequence[MarkSource],
    settings: Settings,
    channels: Sequence[ChannelSpec],
    progress: Callable[[int, int], None] | None,
) -> Iterator[Entry]:
    for number, source in enumerate(sources, 1):
        entry = describe_mark(source, settings, channels)
        _LOG.debug("mark described", extra={"mark": entry.mark.id, "views": len(entry.views)})
        yield entry
        if progress is not None:
            progress(number, len(sources))


def describe_mark(
    source: MarkSource, settings: Settings, channels: Sequence[ChannelSpec] = CHANNELS
) -> Entry:
    """All views of a mark and their features in every channel. Raises `MarkError`."""
    every = made(channels, settings)
    views = tuple(
        view
        for path in source.pictures
        for view in derive_views(source.mark.id, path.name, _pixels(path, settings), settings.views)
    )
    features = tuple(
        {name: channel.describe_view(view) for name, channel in every.items()}
        | {pose_refinement.NAME: pose_refinement.describe_view(view, settings.alignment)}
        for view in views
    )
    return Entry(source.mark, views, features)


def _pixels(path: Path, settings: Settings) -> Pixels:
    """A mark's picture; where it is transparent, on the ground it stands out from."""
    if path.suffix.lower() == ".svg":
        return rasterise(path.read_bytes(), SVG_SIDE, str(path))
    reading = read_picture(path, settings.reader)
    if reading.status != "ok":
        raise MarkError(reading.message, place=str(path), remedy="Replace the picture.")
    by_ground = {picture.ground: picture for picture in reversed(reading.pictures)}
    return (by_ground.get("contrast") or reading.pictures[0]).pixels


def stored_with(settings: Settings, channels: Sequence[ChannelSpec] = CHANNELS) -> dict[str, str]:
    """What stored features depend on, as a short hex digest for each channel and check."""
    views = asdict(settings.views)
    depends: dict[str, object] = {}
    for spec in channels:
        depends[spec.name] = spec.stored(spec.settings(settings))
    depends[pose_refinement.NAME] = pose_refinement.stored(settings.alignment)
    return {name: _digest([views, told]) for name, told in depends.items()}


def check_settings(
    index: ReferenceIndex, settings: Settings, channels: Sequence[ChannelSpec] = CHANNELS
) -> None:
    """Raise `UsageError` where an index was described otherwise than a photo would be, or not.

    An index whose pictures were not read for words can still be searched for the words that marks
    are known by.
    """
    wanted = stored_with(settings, channels)
    other = [name for name, digest in wanted.items() if index.settings.get(name) != digest]
    if "words" in other and _may_differ(index, settings, channels):
        _LOG.info("words were not read alike when the marks were imported")
        other.remove("words")
    if other:
        raise UsageError(
            f"the index was made with other settings or another model ({', '.join(other)})",
            remedy="Import the marks into a new index.",
        )


def _may_differ(index: ReferenceIndex, settings: Settings, channels: Sequence[ChannelSpec]) -> bool:
    """Whether words are read now and were not then, or the reverse: then no two models meet."""
    unread = replace(settings, words=replace(settings.words, read=False))
    digest = stored_with(unread, channels)["words"]
    return index.settings.get("words") == digest or not settings.words.read


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
