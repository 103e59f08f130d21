"""Listings on stdout: as they come (jsonl, csv), or ranked at the end (table)."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import click
from rich.console import Console
from rich.table import Table

from detector.jobs.scan_config import ScanConfig
from detector.records import Listing
from detector.report.tables import ranked_table
from detector.serialise.csv_rows import CSV_HEADER, csv_rows
from detector.serialise.jsonl import listing_to_json, summary_to_json
from detector.serialise.tally import Tally

WIDTH = 120
"""Of a table that goes into a file, unless the variable COLUMNS says another."""

Print = Callable[[Listing], None]


def printer(
    form: str, tally: Tally, config: ScanConfig, *, verbose: bool = False
) -> AbstractContextManager[Print]:
    """Give what prints a listing in the form `jsonl`, `csv` or `table`; the end comes after it.

    The end is made of `tally`; `verbose` gives all reasons in a table. A scan that was interrupted
    ends with what there is: jsonl with a summary that is not complete, the table with the photos so
    far.
    """
    if form == "jsonl":
        return _jsonl(tally, config)
    return _csv() if form == "csv" else _table(tally, config, verbose=verbose)


@contextmanager
def _jsonl(tally: Tally, config: ScanConfig) -> Iterator[Print]:
    complete = False
    try:
        yield lambda listing: click.echo(listing_to_json(listing))
        complete = True
    finally:
        click.echo(
            summary_to_json(
                tally,
                index=config.generation,
                threshold=config.threshold,
                words=config.words,
                complete=complete,
            )
        )


@contextmanager
def _csv() -> Iterator[Print]:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(CSV_HEADER)

    def write(listing: Listing) -> None:
        writer.writerows(csv_rows(listing))
        sys.stdout.flush()

    yield write


@contextmanager
def _table(tally: Tally, config: ScanConfig, *, verbose: bool) -> Iterator[Print]:
    listings: list[Listing] = []
    try:
        yield listings.append
    finally:
        least = min(config.threshold, config.policy.review)
        show(ranked_table(listings, least, verbose=verbose))
        click.echo(f"\n{_totals(tally)}")


def show(table: Table) -> None:
    """Print a table as wide as the terminal, or `WIDTH` characters wide."""
    fixed = None if sys.stdout.isatty() or "COLUMNS" in os.environ else WIDTH
    Console(width=fixed).print(table)


def _totals(tally: Tally) -> str:
    several = f" of {tally.listings} listings" if tally.listings < tally.images else ""
    return (
        f"{tally.images} photos{several}, {tally.found} with findings ({tally.findings} in all), "
        f"{tally.unexamined} not fully examined. To do: {tally.decisions['block']} block, "
        f"{tally.decisions['review']} review, {tally.decisions['pass']} pass."
    )
