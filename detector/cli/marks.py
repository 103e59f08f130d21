"""`detector marks`: the protected marks, in an index and before their import."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from detector.cli.exit_status import NOTHING
from detector.cli.mark_sources import cut, import_, validate
from detector.cli.options import index_option
from detector.errors import UsageError

if TYPE_CHECKING:
    from detector.index.store import ReferenceIndex
    from detector.pipeline.distinctiveness import Distinctiveness
    from detector.records import Mark, View


@click.group()
def marks() -> None:
    """Import, list, show, remove and check marks.

    A SOURCE is a CSV file, a folder of mark folders or pictures, or a picture: see docs/marks.md.
    """


@marks.command("list")
@index_option
def list_(folder: Path) -> int:
    """List the marks of an index."""
    from rich.table import Table
    from rich.text import Text

    from detector.cli.printing import show
    from detector.index.store import ReferenceIndex
    from detector.report.tables import printable

    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for name in ("id", "name", "kind", "owner", "views"):
        table.add_column(name, overflow="fold", justify="right" if name == "views" else "left")
    with ReferenceIndex.open(folder) as index:
        views = Counter(index.view_table.marks.tolist())
        for row, mark in enumerate(index.marks):
            words = (mark.id, mark.name, mark.kind, mark.rights.owner, str(views[row]))
            table.add_row(*(Text(printable(word)) for word in words))
    show(table)
    return NOTHING


@marks.command()
@click.argument("mark_id", metavar="ID")
@index_option
def show(mark_id: str, folder: Path) -> int:
    """Show all that an index knows about one mark, and its views."""
    from detector.index.store import ReferenceIndex
    from detector.pipeline.distinctiveness import distinctiveness
    from detector.report.tables import printable

    with ReferenceIndex.open(folder) as index:
        _check_known(index, (mark_id,), folder)
        row = [mark.id for mark in index.marks].index(mark_id)
        owners = index.view_table.marks.tolist()
        views = [index.view(view) for view, mark in enumerate(owners) if mark == row]
        for line in (*_field_lines(index.mark(mark_id)), *map(_view_line, views)):
            click.echo(printable(line))
        click.echo(_distinctiveness_line(distinctiveness(index), row))
    return NOTHING


@marks.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@index_option
def remove(ids: tuple[str, ...], folder: Path) -> int:
    """Remove marks from an index; when one of them is not there, none is removed."""
    from detector.index.store import ReferenceIndex
    from detector.index.store import remove as remove_marks

    with ReferenceIndex.open(folder) as index:
        _check_known(index, ids, folder)
    click.echo(f"{remove_marks(folder, ids)} marks removed from {folder}.")
    return NOTHING


for command in (import_, validate, cut):
    marks.add_command(command)


def _check_known(index: ReferenceIndex, ids: Sequence[str], folder: Path) -> None:
    """Raise `UsageError` for the ids that the index does not have."""
    known = {mark.id for mark in index.marks}
    missing = [mark_id for mark_id in ids if mark_id not in known]
    if missing:
        raise UsageError(
            f"there is no mark {', '.join(missing)}",
            place=str(folder),
            remedy="List the marks with: detector marks list",
        )


def _field_lines(mark: Mark) -> Iterator[str]:
    """A line for each field of a mark, and of the rights in it, that is not empty."""
    values = asdict(mark)
    values |= values.pop("rights")
    for name, value in values.items():
        words = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value or "")
        if words:
            yield f"{name.replace('_', ' ')}: {words}"


def _distinctiveness_line(found: Distinctiveness, row: int) -> str:
    """Say how distinctive a mark is."""
    cosine, sigmas = found.cosines[row], found.sigmas[row]
    nearest = f"nearest common graphic: cosine {cosine:.2f}, {sigmas:.0f} sigmas"
    if found.is_common(row):
        return f"{nearest}; as simple as a letter: only found with its surroundings clear"
    return nearest


def _view_line(view: View) -> str:
    height, width = view.content.shape
    turns = [word for word in ("inverted", "mirrored") if getattr(view, word)]
    return f"view: {', '.join([view.source, view.part, *turns, f'{width} x {height}'])}"
