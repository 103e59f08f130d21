"""`detector explain`: why a mark was found in a photo, or what stopped it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from detector.cli.exit_status import FAILED, FOUND, NOTHING
from detector.cli.options import FILE, index_option, words_option

if TYPE_CHECKING:
    from rich.table import Table

    from detector.pipeline.explanation import Explanation, Rival
    from detector.records import Measures, Reading


@click.command()
@click.argument("photo", type=FILE)
@click.option("--mark", required=True, metavar="ID", help="The mark that is asked about.")
@index_option
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    help="The least score of a finding. [default: review of the built-in policy]",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
@words_option
def explain(
    *,
    photo: Path,
    mark: str,
    folder: Path,
    threshold: float | None,
    as_json: bool,
    words: bool | None,
) -> int:
    """Say why a mark is found in a photo or not: at which gate of the search it was stopped.

    The gates are: in the index, proposed by a channel, checked, not suppressed by another mark,
    score at or above the threshold. Exit status: 0 when the mark is not found, 1 when it is, 2 when
    the photo could not be fully examined.
    """
    from detector.pictures.worker import ReadWorker
    from detector.pipeline.detector import Detector
    from detector.pipeline.explanation import explain as explain_search
    from detector.settings import settings_for_words

    detector = Detector.open(folder, settings=settings_for_words(words), threshold=threshold)
    with ReadWorker(detector.settings.reader) as reader:
        reading = reader.read(photo)
    found = detector.search(detector.describe(reading.pictures))
    explanation = explain_search(detector, found, mark)
    _print(photo, reading, explanation, as_json=as_json)
    if reading.status != "ok":
        return FAILED
    return FOUND if explanation.gate == "found" else NOTHING


def _print(photo: Path, reading: Reading, explanation: Explanation, *, as_json: bool) -> None:
    from detector.cli.printing import show
    from detector.pipeline.explanation import explanation_value
    from detector.report.tables import printable

    if as_json:
        seen = {"path": str(photo), "status": reading.status, "message": reading.message}
        click.echo(json.dumps({**seen, **explanation_value(explanation)}, allow_nan=False))
        return
    if reading.status != "ok":
        click.echo(printable(f"{photo}: {reading.status}. {reading.message}"))
    for line in _lines(explanation):
        click.echo(printable(line))
    if explanation.channels:
        click.echo()
        show(_channel_table(explanation))
    if explanation.terms:
        click.echo()
        show(_term_table(explanation))


def _lines(explanation: Explanation) -> Iterator[str]:
    """The answer in words: the gate first, then what was seen."""
    yield f"{explanation.mark}: {explanation.gate}. {_reason(explanation)}"
    for rival in explanation.suppressed_by:
        yield f"Suppressed by {_rival(rival)}; the outlines overlap by {rival.overlap:.2f} (IoU)."
    if explanation.first and explanation.gate != "not in the index":
        relation = "above" if explanation.is_outscored else "below"
        yield f"The surest other mark, {relation} this one: {_rival(explanation.first)}."
    for error in explanation.errors:
        yield f"A candidate of it could not be verified: {error}"


def _reason(explanation: Explanation) -> str:
    match explanation.gate, explanation.cause:
        case "not in the index", _:
            return "List the marks with: detector marks list"
        case "not proposed", _:
            return "No channel proposes a place for it in this photo."
        case _, "budget":
            return "It is proposed, but other proposals took the candidate budget of every channel."
        case _, "implausible pose":
            return "It is proposed, but in no plausible pose."
        case _, "error":
            return "It is proposed, but verifying it raised an error."
    return (
        f"Its best place, proposed by {explanation.proposed_by}, has a score of "
        f"{explanation.score:.4f} (log-odds {explanation.log_odds:+.2f}); "
        f"the threshold is {explanation.threshold:.4f}."
    )


def _rival(rival: Rival) -> str:
    return f"{rival.mark}, score {rival.score:.4f} (log-odds {rival.log_odds:+.2f})"


def _channel_table(explanation: Explanation) -> Table:
    from rich.table import Table

    table = Table("channel", show_edge=False, pad_edge=False, header_style="bold")
    for name in ("proposals", "best rank", "plausible", "checked"):
        table.add_column(name, justify="right")
    table.add_column("measures of the best")
    for channel in explanation.channels:
        rank = "-" if channel.rank is None else f"{channel.rank} of {channel.ranked}"
        counts = channel.proposals, rank, channel.plausible, channel.checked
        measured = _measures(channel.measures)
        if measured and channel.rank is None:
            measured = f"not proposed; looked for alone: {measured}"
        table.add_row(channel.channel, *map(str, counts), measured)
    return table


def _measures(measures: Measures) -> str:
    return ", ".join(f"{name} {value:.2f}" for name, value in measures.items())


def _term_table(explanation: Explanation) -> Table:
    from rich.table import Table

    table = Table("score term", show_edge=False, pad_edge=False, header_style="bold")
    for name in ("value", "adds to the log-odds"):
        table.add_column(name, justify="right")
    for term in explanation.terms:
        table.add_row(term.name, f"{term.value:.2f}", f"{term.log_odds:+.2f}")
    return table
