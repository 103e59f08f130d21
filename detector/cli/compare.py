"""`detector compare`: one mark and one photo, with all measures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from detector.cli.exit_status import FAILED, FOUND, NOTHING
from detector.cli.options import FILE, report_option, words_option
from detector.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.table import Table

    from detector.marks.registry import MarkSource
    from detector.pipeline.detector import Detector
    from detector.records import Evidence, Finding, Listing


@click.command()
@click.argument("mark", type=FILE)
@click.argument("photo", type=FILE)
@report_option
@words_option
def compare(mark: Path, photo: Path, report: Path | None, words: bool | None) -> int:
    """Compare one mark with one photo in depth, whatever the score. No index is needed.

    MARK is a mark folder or a picture. Exit status: 0 when the score is below the default
    threshold, 1 from there on, 2 when something could not be examined.
    """
    from detector.cli.exports import Exports
    from detector.pictures.worker import ReadWorker
    from detector.pipeline.compare import open_temporary_detector
    from detector.settings import settings_for_words

    exports = Exports(report)
    exports.prepare()
    with (
        open_temporary_detector(_only_mark(mark), settings_for_words(words)) as detector,
        ReadWorker() as reader,
    ):
        listing = detector.inspect(reader.read(photo))
        _print(listing, detector)
        exports.write([listing], detector)
    if listing.status != "ok":
        return FAILED
    return NOTHING if listing.decision == "pass" else FOUND


def _only_mark(path: Path) -> MarkSource:
    """The one mark of a source. Raises `MarkError`, or `UsageError` where there are several."""
    from detector.marks.registry import load_marks

    marks = load_marks([path])
    if len(marks) > 1:
        remedy = "Name the folder of one mark, or one picture."
        raise UsageError(f"there are {len(marks)} marks in it", place=str(path), remedy=remedy)
    return marks[0]


def _print(listing: Listing, detector: Detector) -> None:
    from detector.cli.printing import show
    from detector.report.tables import printable
    from detector.report.wording import not_examined

    if listing.status != "ok":
        click.echo(printable(not_examined(listing)))
    for finding in listing.findings:
        show(measures(finding.evidence))
        for line in _finding_lines(finding, listing, detector.policy.review):
            click.echo(printable(line))
    if listing.status == "ok" and not listing.findings:
        click.echo("There is no place in the photo where the mark could be.")


def measures(evidence: tuple[Evidence, ...]) -> Table:
    """A table of all measures: a row each, a column for each channel."""
    from dataclasses import fields

    from rich.table import Table

    from detector.records import Measures
    from detector.report.measure_words import MEASURE_WORDS

    table = Table("measure", show_edge=False, pad_edge=False, header_style="bold")
    for piece in evidence:
        table.add_column(piece.channel, justify="right")
    table.add_column("what it says", style="dim")
    columns = [dict(piece.measures.items()) for piece in evidence]
    for name in (field.name for field in fields(Measures)):
        digits = 0 if name == "inliers" else 2
        cells = [f"{column[name]:.{digits}f}" if name in column else "" for column in columns]
        table.add_row(name, *cells, MEASURE_WORDS[name])
    return table


def _finding_lines(finding: Finding, listing: Listing, review: float) -> Iterator[str]:
    from detector.report.wording import (
        VERDICT_WORDS,
        alteration_words,
        finding_name,
        location_words,
    )

    found = finding.score >= review
    relation = "at or above" if found else "below"
    yield ""
    name, score = finding_name(finding), f"{finding.score:.2f}"
    yield f"{name}: score {score}, {relation} the threshold of {review:.2f}"
    verdict = VERDICT_WORDS[finding.verdict]
    yield f"verdict: {verdict if found else 'not found; below is the most similar place'}"
    if finding.alterations:
        yield f"altered: {', '.join(alteration_words(finding.alterations))}"
    yield f"where: {location_words(finding.box, listing.width, listing.height)}"
    yield from (f"reason: {reason}" for reason in finding.reasons)
