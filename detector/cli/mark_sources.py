"""`detector marks import` and `validate`: sources of marks, and what is wrong with them."""

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
        imported = import_marks(folder, found.marks, settings, advance, on_problem=tell)
    counts = ", ".join(f"{n} {fate.replace('_', ' ')}" for fate, n in asdict(imported).items() if n)
    pictures = sum(len(source.pictures) for source in found.marks)
    click.echo(f"{imported.marks} marks imported into {folder} from {pictures} pictures: {counts}.")
    return complaints.end("; the rest is imported")


@click.command()
@sources_argument
def validate(sources: tuple[Path, ...]) -> int:
    """Check sources and their pictures, change nothing; exit status 2 when something is wrong."""
    from detector.marks.mark_images import MarkReader, sound_pictures
    from detector.marks.registry import read_sources

    found, complaints = read_sources(sources), Complaints(err=False)
    complaints.tell_left_out(found.notes)
    for problem in found.problems:
        complaints.tell(problem)
    with MarkReader() as reader:
        for source in found.marks:
            sound_pictures(source, reader, complaints.tell)
    if not complaints.count:
        click.echo(f"{len(found.marks)} marks, nothing wrong.")
    return complaints.end()


class Complaints:
    """Problems and notes as they are printed, each on one line. Lifetime: a command."""

    def __init__(self, *, err: bool = True) -> None:
        self.count, self._err = 0, err

    def tell(self, problem: MarkError) -> None:
        """Print a problem and count it."""
        self.count += 1
        self._print(str(problem))

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
        if not self.count:
            return NOTHING
        click.echo(f"{self.count} problems{outcome}.", err=True)
        return FAILED

    def _print(self, line: str) -> None:
        from detector.report.tables import printable

        click.echo(printable(" ".join(line.split())), err=self._err)
