"""Reads the marks to protect from all their sources. To add a kind: a module, and an entry here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from detector.errors import MarkError
from detector.marks import csv_source, folder_source, toml_source
from detector.marks.mark_images import MarkReader, sound_pictures
from detector.marks.source import Item, MarkSource, Note, SourceReader, picture_problem

__all__ = [
    "READERS",
    "MarkSource",
    "Note",
    "SourceReader",
    "Sources",
    "load_marks",
    "read_sources",
    "validate_marks",
]

READERS: tuple[SourceReader, ...] = (
    toml_source.READER,
    folder_source.FOLDER_READER,
    csv_source.READER,
    folder_source.PICTURE_READER,
)
"""Every kind of source; the first that fits reads it."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What was read from sources: sound marks, all problems, and notes of what was left out."""

    marks: list[MarkSource] = field(default_factory=list)
    problems: list[MarkError] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def read_sources(sources: Iterable[Path], readers: Iterable[SourceReader] = READERS) -> Sources:
    """Read the marks of all sources, in order, with all that there is to say. Raises nothing.

    A source is a CSV file, a mark folder (with a `mark.toml`), a folder of mark folders and
    plain pictures, one picture, or whatever else one of `readers` reads. Pictures exist, and are
    named or begin like one; their content is read on import.
    """
    found = Sources()
    for item in _read_all(sources, readers):
        if isinstance(item, MarkSource):
            found.marks.append(item)
        elif isinstance(item, Note):
            found.notes.append(item)
        else:
            found.problems.append(item)
    return found


def load_marks(
    sources: Iterable[Path], readers: Iterable[SourceReader] = READERS
) -> list[MarkSource]:
    """Load the marks of all sources, as `read_sources` does. Raises the first `MarkError`."""
    found = read_sources(sources, readers)
    if found.problems:
        raise found.problems[0]
    return found.marks


def validate_marks(
    sources: Iterable[Path],
    *,
    pictures: bool = False,
    readers: Iterable[SourceReader] = READERS,
) -> list[MarkError]:
    """List all problems of the sources; empty where `load_marks` would raise nothing.

    With `pictures`, those that cannot be read or are blank are listed too, after the others. They
    are decoded in a child process, which a hostile file may crash without harm.
    """
    found = read_sources(sources, readers)
    if pictures:
        with MarkReader() as reader:
            for source in found.marks:
                sound_pictures(source, reader, found.problems.append)
    return found.problems


def _read_all(sources: Iterable[Path], readers: Iterable[SourceReader]) -> Iterator[Item]:
    """The items of all sources; an id that was given before is a problem."""
    places: dict[str, str] = {}
    for source in sources:
        for item in _read_or_complain(source, readers):
            if not isinstance(item, MarkSource):
                yield item
            elif item.mark.id in places:
                yield _duplicate_id(item, places[item.mark.id])
            else:
                places[item.mark.id] = item.place
                yield item


def _read_or_complain(source: Path, readers: Iterable[SourceReader]) -> Iterator[Item]:
    """The items of one source; a source without any is a problem."""
    empty = True
    try:
        for item in _read(source, readers):
            empty = empty and isinstance(item, Note)
            yield item
    except (OSError, ValueError) as error:  # folders without permission, impossible names
        message, remedy = f"cannot be read: {error}", "Check name and permissions."
        yield MarkError(message, place=str(source), remedy=remedy)
        return
    if empty:
        remedy = "Give a CSV with rows, a folder with mark folders or pictures, or a picture."
        yield MarkError("there are no marks in it", place=str(source), remedy=remedy)


def _read(source: Path, readers: Iterable[SourceReader]) -> Iterator[Item]:
    """The items of one source, from the first reader that fits."""
    if not source.exists():
        remedy = "Correct the path."
        yield MarkError("there is no such file or folder", place=str(source), remedy=remedy)
        return
    reader = next((reader for reader in readers if reader.fits(source)), None)
    if reader is not None:
        yield from reader.read(source)
    elif problem := picture_problem(source, str(source)):
        yield problem


def _duplicate_id(item: MarkSource, first: str) -> MarkError:
    return MarkError(
        f"the id {item.mark.id!r} was already given by {first}",
        place=item.place,
        remedy="Use another id, or give only one of the two; views of one mark belong together.",
    )
