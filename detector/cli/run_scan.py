"""One scan from the first photo to the report: what `detector scan` and `detector demo` share."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sized
from contextlib import closing, nullcontext
from pathlib import Path

import click

from detector.cli.exit_status import INTERRUPTED, NOTHING, status_of
from detector.cli.exports import Exports
from detector.cli.printing import printer
from detector.cli.progress import progress
from detector.cli.scan_sources import Item, Sources
from detector.jobs.journal import Journal
from detector.jobs.run_identity import run_identity
from detector.jobs.runner import scan
from detector.jobs.scan_config import ScanConfig
from detector.pipeline.detector import Detector
from detector.records import Listing
from detector.report.tables import printable
from detector.report.wording import frequent_alarm_words, left_out_words
from detector.serialise.tally import Tally

NOTHING_MORE = Exports()


def run(
    photos: Iterable[Item],
    detector: Detector,
    config: ScanConfig,
    sources: Sources,
    *,
    form: str = "table",
    jobs: int = 1,
    resume: Path | None = None,
    exports: Exports = NOTHING_MORE,
    verbose: bool = False,
) -> int:
    """Examine photos, print the results and write the exports; the exit status.

    `sources` fill while `photos` is walked; `verbose` gives all reasons in a table.
    """
    tally, named = Tally(review=config.policy.review, block=config.policy.block), sources.named
    shown, status = list[Listing](), NOTHING
    total = len(photos) if isinstance(photos, Sized) else None
    journal = Journal(resume, run_identity(config)) if resume else None
    try:
        with (
            printer(form, tally, config, verbose=verbose) as write,
            progress("scanning", shown=form == "table" or not sys.stdout.isatty()) as advance,
            journal or nullcontext(),
            closing(scan(photos, config, jobs=jobs, journal=journal)) as listings,
        ):
            for listing in listings:
                tally.add(listing)
                write(listing)
                status = max(status, status_of(listing, named=Path(listing.path) in named))
                if exports:
                    shown.append(listing)
                advance(tally.images, total)
    except KeyboardInterrupt:
        click.echo(_how_to_resume(tally.images, resume), err=True)
        return INTERRUPTED
    _print_notes(tally, sources)
    exports.write(shown, detector)
    return status


def _print_notes(tally: Tally, sources: Sources) -> None:
    for note in _notes(tally, sources):
        click.echo(f"note: {printable(note)}", err=True)


def _notes(tally: Tally, sources: Sources) -> Iterator[str]:
    """Yield what is to be said at the end of a scan."""
    if not tally.images:
        yield "no pictures were found"
    yield from left_out_words(sources.left_out)
    for alarm in tally.frequent_alarms:
        yield frequent_alarm_words(alarm, tally.names.get(alarm.mark, alarm.mark))


def _how_to_resume(done: int, resume: Path | None) -> str:
    if resume:
        return f"interrupted after {done}. Run the same command again to go on."
    return f"interrupted after {done}. With --resume JOURNAL a scan can go on where it stopped."
