"""Importing marks into an index: pictures -> views -> features -> entry."""

from __future__ import annotations

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass, replace
from pathlib import Path
from typing import Literal, Never

from detector.channels.base import ChannelSpec
from detector.channels.registry import CHANNELS, build_channels, resolved
from detector.errors import DetectorError, IndexMissing, MarkError, UsageError
from detector.index.store import Entry, ReferenceIndex, upsert
from detector.marks.advice import advise
from detector.marks.mark_images import MarkReader, sound_pictures
from detector.marks.registry import MarkSource, Note
from detector.marks.views import derive_views
from detector.pipeline.faults import FAULTS
from detector.records import Mark, Pixels, View
from detector.settings import Settings
from detector.verification import edge_fields, pose_refinement

Action = Literal["described", "updated", "unchanged", "left_out"]

_MEND = "Mend the pictures that were reported, and import again."

OnProblem = Callable[[MarkError], None]

_LOG = logging.getLogger(__name__)


def raise_problem(problem: MarkError) -> Never:
    """Raise a problem: the first one ends the import."""
    raise problem


@dataclass(frozen=True, slots=True)
class Imported:
    """The result of an import, in numbers of marks.

    Attributes:
        described: new, or with changed pictures.
        updated: with a changed record, whose features were kept.
        unchanged: neither.
        left_out: without a sound picture, or impossible to describe; the index keeps what it had.

    """

    described: int = 0
    updated: int = 0
    unchanged: int = 0
    left_out: int = 0

    @property
    def marks(self) -> int:
        """All that are in the index now."""
        return self.described + self.updated + self.unchanged


def import_marks(
    folder: Path,
    sources: Sequence[MarkSource],
    settings: Settings | None = None,
    progress: Callable[[int, int], None] | None = None,
    channels: Sequence[ChannelSpec] = CHANNELS,
    *,
    on_problem: OnProblem = raise_problem,
    on_note: Callable[[Note], None] = lambda _: None,
) -> Imported:
    """Put marks into the index in `folder`, all at once.

    A mark whose picture files are those that the index was made from is not described again.

    `progress` gets the number of marks done and their total, `on_problem` an error for each picture
    that cannot be read or is blank, `on_note` what lets a mark be found better. A mark is imported
    with its sound pictures, or left out. By default the first problem is raised, and ends the
    import; so does an import without a sound mark. The index then stays as it was.
    """
    settings = resolved(settings or Settings())
    wanted, counts = stored_with(settings, channels), Counter[str]()

    def entries() -> Iterator[Entry | Mark]:
        # Consumed while the writer's lock is held, so the known index cannot change.
        with _reusable_index(folder, wanted) as known, MarkReader(settings.reader) as reader:

            def describe(source: MarkSource) -> Entry | None:
                pictures = _told_pictures(source, reader, on_problem, on_note)
                return _described(source, pictures, settings, channels, on_problem)

            for number, source in enumerate(sources, 1):
                yield from _taken_up(source, known, describe, counts)
                if progress is not None:
                    progress(number, len(sources))
        if counts["left_out"] == counts.total() > 0:
            raise MarkError("no mark has a sound picture", place=str(folder), remedy=_MEND)

    upsert(folder, entries(), wanted)
    _LOG.info("marks imported", extra={"index": str(folder), **counts})
    return Imported(**counts)


def _told_pictures(
    source: MarkSource, reader: MarkReader, on_problem: OnProblem, on_note: Callable[[Note], None]
) -> Mapping[Path, Pixels]:
    """The sound pictures of a mark; what there is to say of them is told."""
    pictures = sound_pictures(source, reader, on_problem)
    for note in advise(source, pictures):
        on_note(note)
    return pictures


def _taken_up(
    source: MarkSource,
    known: ReferenceIndex | None,
    describe: Callable[[MarkSource], Entry | None],
    counts: Counter[str],
) -> Iterator[Entry | Mark]:
    """Yield what the index must write for a mark, if anything; its fate is counted."""
    action, entry = _action(known, source), None
    if action == "described":
        entry = describe(source)
        action = action if entry else "left_out"
    counts[action] += 1
    _LOG.debug("mark taken up", extra={"mark": source.mark.id, "fate": action})
    if entry is not None:
        yield entry
    elif action == "updated":
        yield source.mark


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


def _action(known: ReferenceIndex | None, source: MarkSource) -> Action:
    """What to do with a mark. One whose pictures can't be read is described, which says so."""
    try:
        origin = origin_of(source.pictures)
    except MarkError:
        return "described"
    mark = source.mark
    if known is None or known.origin(mark.id) != origin:
        return "described"
    return "unchanged" if astuple(known.mark(mark.id)) == astuple(mark) else "updated"


def origin_of(pictures: Iterable[Path]) -> bytes:
    """SHA-256 of the names and the bytes of a mark's picture files, in order.

    Raises `MarkError` when one cannot be read.
    """
    digest = hashlib.sha256()
    for path in pictures:
        try:
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            message = f"cannot be read: {error.strerror}"
            raise MarkError(message, place=str(path), remedy="Replace the picture.") from error
        digest.update(json.dumps([path.name, content]).encode())
    return digest.digest()


def _described(
    source: MarkSource,
    pictures: Mapping[Path, Pixels],
    settings: Settings,
    channels: Sequence[ChannelSpec],
    on_problem: OnProblem,
) -> Entry | None:
    """The entry of a mark from its sound pictures; None without any.

    Its origin is that of the sound ones, so that the others are tried, and told, on every import.
    """
    if not pictures:
        return None
    try:
        entry = describe_mark(source.mark, pictures, settings, channels)
    except DetectorError:
        raise
    except FAULTS as error:
        _LOG.warning("mark %s cannot be described", source.mark.id, exc_info=error)
        message = f"cannot be described ({type(error).__name__}: {error})"
        remedy = "Please report it with the pictures."
        on_problem(MarkError(message, place=source.place, remedy=remedy))
        return None
    return replace(entry, origin=origin_of(pictures))


def describe_mark(
    mark: Mark,
    pictures: Mapping[Path, Pixels],
    settings: Settings,
    channels: Sequence[ChannelSpec] = CHANNELS,
) -> Entry:
    """Derive all views of a mark from its pictures, and describe them in every channel."""
    views = tuple(
        view
        for path, pixels in pictures.items()
        for view in derive_views(mark.id, path.name, pixels, settings.views)
    )
    return describe_views(mark, views, settings, channels)


def describe_views(
    mark: Mark,
    views: tuple[View, ...],
    settings: Settings,
    channels: Sequence[ChannelSpec] = CHANNELS,
) -> Entry:
    """Describe views of a mark in every channel."""
    by_name = build_channels(channels, settings)
    features = tuple(
        {name: channel.describe_view(view) for name, channel in by_name.items()}
        | {pose_refinement.NAME: edge_fields.describe_view(view, settings.alignment)}
        for view in views
    )
    return Entry(mark, views, features)


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
            remedy="Describe its views again: detector index upgrade.",
        )


def _may_differ(index: ReferenceIndex, settings: Settings, channels: Sequence[ChannelSpec]) -> bool:
    """Whether words are read now and were not then, or the reverse: then no two models meet."""
    unread = replace(settings, words=replace(settings.words, read=False))
    digest = stored_with(unread, channels)["words"]
    return index.settings.get("words") == digest or not settings.words.read


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
