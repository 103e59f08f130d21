"""`detector index`: the state of a reference index."""

from __future__ import annotations

from pathlib import Path

import click

from detector.cli.exit_status import FAILED, NOTHING
from detector.cli.options import index_option


@click.group()
def index() -> None:
    """Describe, check or upgrade a reference index."""


@index.command()
@index_option
def info(folder: Path) -> int:
    """Say what an index holds and in what state it is."""
    from detector.index.store import ReferenceIndex

    with ReferenceIndex.open(folder) as opened:
        rows = {name: len(opened.references(name).view) for name in opened.channels}
        click.echo(f"folder: {folder}")
        click.echo(f"state: {opened.generation}")
        click.echo(f"marks: {len(opened.marks)}")
        click.echo(f"views: {len(opened.views)}")
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    click.echo(f"size: {size / 1e6:.1f} MB")
    for name, count in rows.items():
        click.echo(f"channel {name}: {count} features")
    return NOTHING


@index.command()
@index_option
def verify(folder: Path) -> int:
    """Read every byte of an index and say what is wrong; exit status 2 when anything is."""
    from detector.index.store import leftovers
    from detector.index.store import verify as find_problems

    problems = find_problems(folder)
    for problem in problems:
        click.echo(problem)
    if problems:
        return FAILED
    click.echo(f"{folder} is sound.")
    if left := leftovers(folder):
        click.echo(f"{len(left)} leftovers of a broken import; the next import clears them.")
    return NOTHING


@index.command()
@index_option
def upgrade(folder: Path) -> int:
    """Bring an index that an older version made to today's format and descriptions."""
    from detector.pipeline.upgrade_index import upgrade_index

    click.echo(f"{upgrade_index(folder)} marks upgraded in {folder}.")
    return NOTHING
