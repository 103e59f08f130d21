"""Importing marks into an index: pictures -> views -> features -> entry."""

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
from detector.marks.mark_images import Reader, read_mark
from detector.marks.registry import MarkSource
from detector.marks.views import derive_views
from detector.pictures.reader import read_picture
from detector.pictures.worker import ReadWorker
from detector.records import Mark
from detector.settings import Settings
from detector.verification import edge_fields, pose_refinement

Action = Literal["described", "updated", "unchanged"]

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Imported:
    """The result of an import, in numbers of marks.

    Attributes:
        described: new, or with changed pictures.
        updated: with a changed record, whose features were kept.
        unchanged: neither.

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
    wanted, counts = stored_with(settings, channels), Counter[str]()

    def entries() -> Iterator[Entry | Mark]:
        # Consumed while the writer's lock is held, so the known index cannot change.
        with (
            _reusable_index(folder, wanted) as known,
            ReadWorker(settings.reader) as worker,
        ):
            for number, source in enumerate(sources, 1):
                origin = origin_of(source)
                action = _action(known, source.mark, origin)
                counts[action] += 1
                _LOG.debug("mark taken up", extra={"mark": source.mark.id, "fate": action})
                if action == "described":
                    entry = describe_mark(source, settings, channels, worker.read)
                    yield replace(entry, origin=origin)
                elif action == "updated":
                    yield source.mark
                if progress is not None:
                    progress(number, len(sources))

    upsert(folder, entries(), wanted)
    _LOG.info("marks imported", extra={"index": str(folder), **counts})
    return Imported(**counts)


@contextmanager
def _reusable_index(folder: Path, wanted: Mapping[str, str]) -> Iterator[ReferenceIndex | None]:
    """The index in `folder` if its features were made with the wanted settings, else None."""
    try:
        index = ReferenceIndex.open(folder)
    except IndexMissing:
        yield None
        return
    with index:
        yield index if index.settings == wanted else None


def _action(known: ReferenceIndex | None, mark: Mark, origin: bytes) -> Action:
    """What to do with a mark whose pictures have this origin."""
    if known is None or known.origin(mark.id) != origin:
        return "described"
    return "unchanged" if astuple(known.mark(mark.id)) == astuple(mark) else "updated"


def origin_of(source: MarkSource) -> bytes:
    """SHA-256 of the names and the bytes of a mark's picture files, in order.

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
    source: MarkSource,
    settings: Settings,
    channels: Sequence[ChannelSpec] = CHANNELS,
    read: Reader = read_picture,
) -> Entry:
    """Derive all views of a mark and describe them in every channel. Raises `MarkError`."""
    by_name = build_channels(channels, settings)
    views = tuple(
        view
        for path in source.pictures
        for view in derive_views(source.mark.id, path.name, read_mark(path, read), settings.views)
    )
    features = tuple(
        {name: channel.describe_view(view) for name, channel in by_name.items()}
        | {pose_refinement.NAME: edge_fields.describe_view(view, settings.alignment)}
        for view in views
    )
    return Entry(source.mark, views, features)


def stored_with(settings: Settings, channels: Sequence[ChannelSpec] = CHANNELS) -> dict[str, str]:
    """Digests, for each channel and check, of everything that its stored features depend on."""
    views = asdict(settings.views)
    depends: dict[str, object] = {}
    for spec in channels:
        depends[spec.name] = spec.stored(spec.settings(settings))
    depends[pose_refinement.NAME] = edge_fields.stored(settings.alignment)
    return {name: _digest([views, data]) for name, data in depends.items()}


def check_settings(
    index: ReferenceIndex, settings: Settings, channels: Sequence[ChannelSpec] = CHANNELS
) -> None:
    """Raise `UsageError` unless an index was made with the settings by which photos are described.

    Whether words are read may differ: the words that marks are known by are always searched.
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
