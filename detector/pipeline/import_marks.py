"""The way of a mark into the index: pictures -> views -> features -> entry."""

from __future__ import annotations

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass, replace
from pathlib import Path
from typing import Literal

from detector.channels.base import ChannelSpec
from detector.channels.registry import CHANNELS, build_channels, resolved
from detector.errors import IndexMissing, MarkError, UsageError
from detector.index.store import Entry, ReferenceIndex, upsert
from detector.marks.pictures import read_mark
from detector.marks.registry import MarkSource
from detector.marks.views import derive_views
from detector.records import Mark
from detector.settings import Settings
from detector.verification import edge_fields, pose_refinement

Fate = Literal["described", "updated", "unchanged"]

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of the marks of an import.

    Attributes:
        described: marks whose pictures were described, being new or changed.
        updated: marks whose record changed and whose features stay.
        unchanged: marks that are as they were.

    """

    described: int = 0
    updated: int = 0
    unchanged: int = 0

    @property
    def marks(self) -> int:
        """All of them."""
        return self.described + self.updated + self.unchanged


def import_marks(
    folder: Path,
    sources: Sequence[MarkSource],
    settings: Settings | None = None,
    progress: Callable[[int, int], None] | None = None,
    channels: Sequence[ChannelSpec] = CHANNELS,
) -> Imported:
    """Put marks into the index in `folder`, all at once.

    A mark whose picture files are those that the index was made from is not described again.
    Raises `MarkError` when a picture cannot be read or is blank; then the index stays as it was.
    """
    settings = resolved(settings or Settings())
    wanted, fates = stored_with(settings, channels), Counter[str]()

    def entries() -> Iterator[Entry | Mark]:
        # Taken while the writer's lock is held, so what is known here stays true.
        with _described_alike(folder, wanted) as known:
            for number, source in enumerate(sources, 1):
                origin = origin_of(source)
                fate = _fate(known, source.mark, origin)
                fates[fate] += 1
                _LOG.debug("mark taken up", extra={"mark": source.mark.id, "fate": fate})
                if fate == "described":
                    yield replace(describe_mark(source, settings, channels), origin=origin)
                elif fate == "updated":
                    yield source.mark
                if progress is not None:
                    progress(number, len(sources))

    upsert(folder, entries(), wanted)
    _LOG.info("marks imported", extra={"index": str(folder), **fates})
    return Imported(**fates)


@contextmanager
def _described_alike(folder: Path, wanted: Mapping[str, str]) -> Iterator[ReferenceIndex | None]:
    """The index in `folder`, if there is one and its features depend on what is wanted."""
    try:
        index = ReferenceIndex.open(folder)
    except IndexMissing:
        yield None
        return
    with index:
        yield index if index.settings == wanted else None


def _fate(known: ReferenceIndex | None, mark: Mark, origin: bytes) -> Fate:
    """What is to be done with a mark that is made from pictures of this origin."""
    if known is None or known.origin(mark.id) != origin:
        return "described"
    return "unchanged" if astuple(known.mark(mark.id)) == astuple(mark) else "updated"


def origin_of(source: MarkSource) -> bytes:
    """SHA-256 of the names and the bytes of a mark's picture files, in their order.

    Raises `MarkError` when one cannot be read.
    """
    digest = hashlib.sha256()
    for path in source.pictures:
        try:
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            message = f"cannot be read: {error.strerror}"
            raise MarkError(message, place=str(path), remedy="Replace the picture.") from error
        digest.update(json.dumps([path.name, content]).encode())
    return digest.digest()


def describe_mark(
    source: MarkSource, settings: Settings, channels: Sequence[ChannelSpec] = CHANNELS
) -> Entry:
    """All views of a mark and their features in every channel. Raises `MarkError`."""
    every = build_channels(channels, settings)
    views = tuple(
        view
        for path in source.pictures
        for view in derive_views(
            source.mark.id, path.name, read_mark(path, settings.reader), settings.views
        )
    )
    features = tuple(
        {name: channel.describe_view(view) for name, channel in every.items()}
        | {pose_refinement.NAME: edge_fields.describe_view(view, settings.alignment)}
        for view in views
    )
    return Entry(source.mark, views, features)


def stored_with(settings: Settings, channels: Sequence[ChannelSpec] = CHANNELS) -> dict[str, str]:
    """What stored features depend on, as a short hex digest for each channel and check."""
    views = asdict(settings.views)
    depends: dict[str, object] = {}
    for spec in channels:
        depends[spec.name] = spec.stored(spec.settings(settings))
    depends[pose_refinement.NAME] = edge_fields.stored(settings.alignment)
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
