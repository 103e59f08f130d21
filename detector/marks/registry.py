"""Reads the marks to protect from CSV files, mark folders and plain pictures, and checks them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from detector.errors import MarkError
from detector.marks.csv_source import read_csv
from detector.marks.folder_source import read_folder, read_pictures
from detector.marks.pictures import picture_problems
from detector.marks.source import Item, MarkSource, picture_problem
from detector.marks.toml_source import MARK_FILE, read_mark_folder

__all__ = ["MarkSource", "load_marks", "validate_marks"]


def load_marks(sources: Iterable[Path]) -> list[MarkSource]:
    """The marks of all sources, in order; raises the first `MarkError`.

    A source is a CSV file, a mark folder (with a `mark.toml`), a folder of mark folders and
    plain pictures, or one picture. Pictures exist and have a known suffix; their content is
    read on import.
    """
    marks = []
    for item in _read_all(sources):
        if isinstance(item, MarkError):
            raise item
        marks.append(item)
    return marks


def validate_marks(sources: Iterable[Path], *, pictures: bool = False) -> list[MarkError]:
    """Everything that is wrong with the sources, in order; empty when `load_marks` would pass.

    With `pictures` they are read too, and those are named that cannot be read or show nothing.
    """
    wrong: list[MarkError] = []
    for item in _read_all(sources):
        if isinstance(item, MarkError):
            wrong.append(item)
        elif pictures:
            wrong += picture_problems(item)
    return wrong


def _read_all(sources: Iterable[Path]) -> Iterator[Item]:
    """The items of all sources; an id that was seen before is a problem."""
    places: dict[str, str] = {}
    for source in sources:
        for item in _read_or_complain(source):
            if isinstance(item, MarkError):
                yield item
            elif item.mark.id in places:
                yield _twice(item, places[item.mark.id])
            else:
                places[item.mark.id] = item.place
                yield item


def _read_or_complain(source: Path) -> Iterator[Item]:
    """The items of one source; a source without any is a problem."""
    empty = True
    for item in _read(source):
        empty = False
        yield item
    if empty:
        remedy = "Give a CSV with rows, a folder with mark folders or pictures, or a picture."
        yield MarkError("there are no marks in it", place=str(source), remedy=remedy)


def _read(source: Path) -> Iterator[Item]:
    """The items of one source, whatever it is."""
    try:
        if source.is_dir():
            yield from read_folder(source)
        elif not source.exists():
            remedy = "Correct the path."
            yield MarkError("there is no such file or folder", place=str(source), remedy=remedy)
        elif source.name == MARK_FILE:
            yield from read_mark_folder(source.parent)
        elif source.suffix.lower() in (".csv", ".tsv"):
            yield from read_csv(source)
        elif problem := picture_problem(source, str(source)):
            yield problem
        else:
            yield from read_pictures([source])
    except (OSError, ValueError) as error:  # folders without permission, impossible names
        message, remedy = f"cannot be read: {error}", "Check name and permissions."
        yield MarkError(message, place=str(source), remedy=remedy)


def _twice(item: MarkSource, first: str) -> MarkError:
    return MarkError(
        f"the id {item.mark.id!r} was already given by {first}",
        place=item.place,
        remedy="Use another id, or give only one of the two; views of one mark belong together.",
    )
