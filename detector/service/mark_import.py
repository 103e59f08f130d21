"""Many marks at once: from all that `detector marks import` reads, and back to a folder."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path, PureWindowsPath

from detector.errors import MarkError
from detector.marks.mark_images import MarkReader
from detector.marks.registry import MarkSource, Note, read_sources
from detector.marks.table_text import columns_of, read_text, rows
from detector.marks.toml_source import MARK_FILE
from detector.records import Mark
from detector.service.keys import Caller
from detector.service.mark_catalogue import may_see, pictures_of, put_mark, stored
from detector.service.mark_pictures import NamedPicture, check_name, check_pictures
from detector.service.service import Service
from detector.service.storage.database import now_of
from detector.service.storage.marks import MarkRow

TABLES = (".csv", ".tsv")


@dataclass(frozen=True, slots=True)
class ImportedMarks:
    """The ids of what an import has stored, and all that is to say about its sources.

    `stored` were new or have changed, `unchanged` were there already; a mark with a problem is
    stored with its sound pictures, or left out.
    """

    stored: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    problems: list[MarkError] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def import_sources(service: Service, caller: Caller, sources: Iterable[Path]) -> ImportedMarks:
    """Store the marks of sources, as `detector marks import` reads them.

    Each mark is stored by itself, so that a service which is ended meanwhile has some of them. A
    rights holder's marks are its own, whatever the sources say.
    """
    found, done = read_sources(sources), ImportedMarks()
    done.problems.extend(found.problems)
    done.notes.extend(found.notes)
    with MarkReader(service.settings.detection.reader) as reader:
        for source in found.marks:
            try:
                _import(service, caller, source, reader, done)
            except MarkError as error:
                done.problems.append(error)
    return done


def import_upload(
    service: Service, caller: Caller, files: Sequence[NamedPicture], folder: Path
) -> ImportedMarks:
    """Store the marks of uploaded files: a CSV with pictures, mark folders, or plain pictures.

    `folder` is an empty one, where they are laid out by their names, which may begin with folders.
    Raises `MarkError` for a name, in a table or of a file, that leads out of the folder.
    """
    for file in files:
        path = folder.joinpath(*map(check_name, file.name.split("/")))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.data)
    tables = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in TABLES]
    for path in (*tables, *folder.rglob(MARK_FILE)):
        _check_inside(path, folder)
    done = import_sources(service, caller, tables or [folder])
    problems = [_inside(problem, folder) for problem in done.problems]
    notes = [replace(note, place=_short(note.place, folder)) for note in done.notes]
    return replace(done, problems=problems, notes=notes)


def own_mark(caller: Caller, mark: Mark) -> Mark:
    """The mark as the caller may declare it: a rights holder is the owner of all its marks."""
    if caller.role != "rights_holder":
        return mark
    return replace(mark, rights=replace(mark.rights, owner=caller.party))


def export_mark(service: Service, row: MarkRow, folder: Path) -> Path:
    """Write a mark as the mark folder `folder/ID`, with the pictures in use; return it.

    Importing it makes the same mark again. Of two pictures of one name the later gets a number.
    """
    target = folder / row.id
    target.mkdir(parents=True)
    names: dict[str, None] = {}
    for number, picture in enumerate(pictures_of(service, row)):
        name = picture.name if picture.name not in names else f"{number}-{picture.name}"
        names[name] = None
        (target / name).write_bytes(picture.data)
    lines = [*_toml_lines(row), f"views = {json.dumps([*names], ensure_ascii=False)}"]
    (target / MARK_FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return target


def _import(
    service: Service, caller: Caller, source: MarkSource, reader: MarkReader, done: ImportedMarks
) -> None:
    mark = own_mark(caller, source.mark)
    pictures = [NamedPicture(path.name, path.read_bytes()) for path in source.pictures]
    checked = check_pictures(mark, pictures, reader)
    done.problems.extend(_placed(problem, source) for problem in checked.problems)
    done.notes.extend(checked.notes)
    if not checked.sound:
        return
    kept = stored(service, checked.sound)
    with service.database.writing() as session:
        known = session.get(MarkRow, mark.id)
        if known is not None and not may_see(caller, known):
            raise _taken(source)
        revision = known.revision if known else 0
        row = put_mark(session, mark, kept, now_of(session))
        (done.unchanged if row.revision == revision else done.stored).append(row.id)


def _taken(source: MarkSource) -> MarkError:
    remedy = "Use another id."
    return MarkError(f"the id {source.mark.id} is taken", place=source.place, remedy=remedy)


def _placed(problem: MarkError, source: MarkSource) -> MarkError:
    """A problem with a picture, with the place where the source names it."""
    place = next(
        (source.place_of(path) for path in source.pictures if problem.place.startswith(path.name)),
        source.place,
    )
    return MarkError(problem.message, place=place, remedy=problem.remedy)


def _check_inside(table: Path, folder: Path) -> None:
    """Raise `MarkError` where a table names a file outside the folder.

    Before the table is read as a source, which would tell whether there is such a file.
    """
    names = list[str]()
    # What is broken ends the reader of sources at the same line, and it tells why.
    with suppress(MarkError, ValueError, RecursionError):
        names.extend(_names_in(table))  # keeps those before the error
    for name in names:
        parts = PureWindowsPath(name).parts  # splits at / and \\ alike
        if PureWindowsPath(name).anchor or ".." in parts or name.startswith("~"):
            raise MarkError(
                f"{name[:80]!r} leads out of the upload",
                place=_short(str(table), folder),
                remedy="Name a file of the upload, relative to the table.",
            )


def _names_in(table: Path) -> Iterator[str]:
    """The picture files that a CSV or a `mark.toml` names."""
    text = read_text(table)
    if table.name == MARK_FILE:
        views = tomllib.loads(text).get("views", [])
        yield from (name for name in views if isinstance(name, str))
        return
    lines = rows(text, table)
    _, header = next(lines, (1, []))
    places = [place for place, name in enumerate(columns_of(header)) if name == "image"]
    for _, cells in lines:
        yield from (cells[place].strip() for place in places if place < len(cells))


def _inside(problem: MarkError, folder: Path) -> MarkError:
    place, message = _short(problem.place, folder), _short(problem.message, folder)
    return MarkError(message, place=place, remedy=_short(problem.remedy, folder))


def _short(text: str, folder: Path) -> str:
    return text.replace(f"{folder}/", "").replace(str(folder), "the upload")


def _toml_lines(row: MarkRow) -> Iterator[str]:
    """The fields of a mark as lines of TOML, whose texts and lists are written as in JSON."""
    for name, value in row.record.items():
        text = value if name == "valid_until" else json.dumps(value, ensure_ascii=False)
        yield f"{name} = {text}"
