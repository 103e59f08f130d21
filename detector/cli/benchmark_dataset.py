"""The part of `detector benchmark` that opens labelled photos and says what is used of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from rich.table import Table
from rich.text import Text

from detector.cli.printing import show
from detector.report.tables import printable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from detector.cli.benchmark_options import Options
    from detector.evaluation.records import Dataset
    from detector.records import Mark


def open_photos(options: Options, place: Path, marks: Sequence[Mark]) -> Dataset:
    """Open a dataset and print the table of what is used of it, before anything is examined.

    Raises `DatasetError` where something is left out and the options forbid it.
    """
    from detector.evaluation.datasets.loader import open_dataset
    from detector.evaluation.datasets.names import names_of_marks
    from detector.evaluation.datasets.overview import check_complete, overview_of

    dataset = open_dataset(
        place,
        names_of_marks(marks),
        options.layout,
        options.negatives,
        unlabelled_clean=options.unlabelled_clean,
        join_numbered=options.join_numbered,
    )
    print_overview(
        dataset.name, overview_of(dataset, [mark.id for mark in marks if mark.protected])
    )
    if options.strict:
        check_complete(dataset)
    return dataset


def print_overview(name: str, overview: dict[str, Any]) -> None:
    """Print how many photos and labels of a dataset are used, and why others are not."""
    photos, labels = overview["photos"], overview["labels"]
    click.echo(
        f"{name}: {photos['read']} photos read, {photos['labelled']} labelled, "
        f"{photos['clean']} declared clean, {photos['left_out']} left out "
        f"({photos['duplicates']} duplicates)"
    )
    click.echo(
        f"labels: {labels['used']} used ({labels['without_place']} without a place), "
        f"{labels['not_counted']} not counted (crowd, ignore, difficult), "
        f"{labels['not_used']} labels or lines not used"
    )
    for note in overview["notes"]:
        click.echo(f"note: {note}")
    rows = [
        (what, row)
        for what, part in (("photos", "left_out"), ("labels", "not_used"))
        for row in overview[part]
    ]
    if rows:
        show(_reasons_table(rows))
    without = overview["marks_without_photos"]
    if without:
        more = f" and {len(without) - 10} more" if len(without) > 10 else ""
        click.echo(f"marks without photos ({len(without)}): {', '.join(without[:10])}{more}")
    click.echo("")


def _reasons_table(rows: list[tuple[str, dict[str, Any]]]) -> Table:
    table = Table("not used", show_edge=False, pad_edge=False, header_style="bold")
    table.add_column("count", justify="right")
    for name in ("for example", "reason", "remedy"):
        table.add_column(name, overflow="fold")
    for what, row in rows:
        places = ", ".join(example["place"] for example in row["examples"])
        reason = row["examples"][0]["reason"]
        cells = (places, reason, row["remedy"])
        table.add_row(what, str(row["count"]), *(Text(printable(cell)) for cell in cells))
    return table
