"""`detector marks import`, `validate` and `cut`: sources of marks, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from detector.cli.exit_status import FAILED, NOTHING
from detector.cli.options import FILE, index_option, words_option

if TYPE_CHECKING:
    from detector.errors import MarkError
    from detector.marks.registry import Note

NAMED = 5  # files left out that a line names

sources_argument = click.argument("sources", nargs=-1, required=True, type=FILE)


@click.command("import")
@sources_argument
@index_option
@words_option
@click.option("--strict", is_flag=True, help="Import all or nothing: stop at the first problem.")
def import_(sources: tuple[Path, ...], folder: Path, words: bool | None, strict: bool) -> int:
    """Add marks to the index; a mark of the same id is replaced.

    What is sound is imported. Each problem is reported with file, line and remedy, and then the
    exit status is 2. Pictures that have not changed since are not described again.
    """
    from detector.cli.progress import progress
    from detector.marks.registry import read_sources
    from detector.pipeline.import_marks import import_marks, raise_problem
    from detector.settings import settings_for_words

    found, complaints = read_sources(sources), Complaints()
    complaints.tell_left_out(found.notes)
    for problem in found.problems:
        complaints.tell(problem)
    if not found.marks or (strict and found.problems):
        return complaints.end("; nothing is imported")
    settings, tell = settings_for_words(words), raise_problem if strict else complaints.tell
    with progress("importing") as advance:
        imported = import_marks(
            folder, found.marks, settings, advance, on_problem=tell, on_note=complaints.note
        )
    counts = ", ".join(f"{n} {fate.replace('_', ' ')}" for fate, n in asdict(imported).items() if n)
    pictures = sum(len(source.pictures) for source in found.marks)
    click.echo(f"{imported.marks} marks imported into {folder} from {pictures} pictures: {counts}.")
    return complaints.end("; the rest is imported")


@click.command()
@sources_argument
@click.option(
    "--draw",
    "folder",
    type=FILE,
    metavar="DIR",
    help="Write the views as an index keeps them into DIR, on one page to look over.",
)
def validate(sources: tuple[Path, ...], folder: Path | None) -> int:
    """Check sources and their pictures, change nothing; exit status 2 when something is wrong."""
    from detector.marks.advice import advise
    from detector.marks.mark_images import MarkReader, sound_pictures
    from detector.marks.registry import read_sources
    from detector.report.marks_page import draw_views, write_marks_page

    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)  # fails before the work, not after it
    found, complaints, drawn = read_sources(sources), Complaints(err=False), []
    complaints.tell_left_out(found.notes)
    for problem in found.problems:
        complaints.tell(problem)
    with MarkReader() as reader:
        for number, source in enumerate(found.marks, 1):
            pictures = sound_pictures(source, reader, complaints.tell)
            notes = [*advise(source, pictures)]
            for note in notes:
                complaints.note(note)
            if folder is not None and pictures:
                drawn.append(draw_views(source, pictures, notes, folder, number))
    if not complaints.told:
        click.echo(f"{len(found.marks)} marks, nothing wrong.")
    if folder is not None:
        click.echo(f"Views: {write_marks_page(drawn, complaints.told, folder)}")
    return complaints.end()


@click.command()
@click.argument("picture", type=FILE)
@click.option(
    "--out", "folder", type=FILE, required=True, metavar="DIR", help="Where the views are written."
)
def cut(picture: Path, folder: Path) -> int:
    """Cut a sheet that shows one sign several times into views of one mark, as PNG.

    The views are named so that a folder of them is one mark. Exit status 2 where there is one sign
    alone, or the picture cannot be read.
    """
    from PIL import Image

    from detector.errors import MarkError
    from detector.marks.mark_images import MarkReader
    from detector.marks.sheets import copies

    with MarkReader() as reader:
        pixels = reader.read(picture)
    boxes = copies(pixels)
    if not boxes:
        remedy = "Cut it by hand if it shows more than one."
        raise MarkError("this picture shows one sign", place=str(picture), remedy=remedy)
    folder.mkdir(parents=True, exist_ok=True)
    for number, (x0, y0, x1, y1) in enumerate(boxes, 1):
        Image.fromarray(pixels[y0:y1, x0:x1]).save(folder / f"{picture.stem}__{number}.png")
    click.echo(f"{len(boxes)} views of one mark written to {folder}.")
    return NOTHING


class Complaints:
    """Problems and notes as they are printed, each on one line. Lifetime: a command."""

    def __init__(self, *, err: bool = True) -> None:
        self.told, self._err = list[str](), err

    def tell(self, problem: MarkError) -> None:
        """Print a problem, and keep it."""
        self.told.append(str(problem))
        self._print(str(problem))

    def note(self, note: Note) -> None:
        """Print what is no problem, and let it not count as one."""
        self._print(f"note: {note}")

    def tell_left_out(self, notes: Iterable[Note]) -> None:
        """Print which files are left out, a line for each reason."""
        places = dict[str, list[str]]()
        for note in notes:
            places.setdefault(note.message, []).append(note.place)
        for reason, named in places.items():
            more = f" and {len(named) - NAMED} more" if len(named) > NAMED else ""
            self._print(f"left out ({reason}): {', '.join(named[:NAMED])}{more}")

    def end(self, outcome: str = "") -> int:
        """Print how many problems there were and what came of it; return the exit status."""
        if not self.told:
            return NOTHING
        click.echo(f"{len(self.told)} problems{outcome}.", err=True)
        return FAILED

    def _print(self, line: str) -> None:
        from detector.report.tables import printable

        click.echo(printable(" ".join(line.split())), err=self._err)
