"""The way of a mark into the index: pictures -> views -> features -> entry."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple
from pathlib import Path

from detector.channels import embedding_model
from detector.channels.registry import channels
from detector.errors import MarkError, UsageError
from detector.index.store import Entry, ReferenceIndex, upsert
from detector.marks.registry import MarkSource
from detector.marks.views import derive_views
from detector.pictures.reader import read_picture
from detector.pictures.vector import rasterise
from detector.records import Pixels
from detector.settings import Settings
from detector.verification import pose_refinement as alignment

SVG_SIDE = 1024


def import_marks(
    folder: Path,
    sources: Sequence[MarkSource],
    settings: Settings | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Describe marks and put them into the index in `folder`, all at once; count them.

    Raises `MarkError` when a picture cannot be read; then the index stays as it was.
    """
    settings = settings or Settings()
    return upsert(folder, _entries(sources, settings, progress), {"settings": digest(settings)})


def _entries(
    sources: Sequence[MarkSource],
    settings: Settings,
    progress: Callable[[int, int], None] | None,
) -> Iterator[Entry]:
    for number, source in enumerate(sources, 1):
        yield describe_mark(source, settings)
        if progress is not None:
            progress(number, len(sources))


def describe_mark(source: MarkSource, settings: Settings) -> Entry:
    """All views of a mark and their features in every channel. Raises `MarkError`."""
    every = channels(settings)
    views = tuple(
        view
        for path in source.pictures
        for view in derive_views(source.mark.id, path.name, _pixels(path, settings), settings.views)
    )
    features = tuple(
        {one.name: one.describe_view(view) for one in every}
        | {alignment.NAME: alignment.describe_view(view, settings.alignment)}
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


def digest(settings: Settings) -> str:
    """What an index was described with, as a short hex text."""
    parts = [astuple(part) for part in (
        settings.views, settings.shape, settings.sift, settings.orb, settings.embedding,
        settings.alignment,
    )]  # fmt: skip
    return hashlib.sha256(repr([*parts, embedding_model.SHA256]).encode()).hexdigest()[:16]


def check_settings(index: ReferenceIndex, settings: Settings) -> None:
    """Raise `UsageError` when an index was described with other settings or another model."""
    if index.settings.get("settings", digest(settings)) != digest(settings):
        raise UsageError(
            "the index was made with other settings or another model",
            remedy="Import the marks into a new index.",
        )
