"""One scan from the first photo to the report: what `detector scan` and `detector demo` share."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator, Sized
from contextlib import closing, nullcontext
from datetime import date
from pathlib import Path

import click

from detector.cli.exit_status import INTERRUPTED, NOTHING, status_of
from detector.cli.printing import printer
from detector.cli.progress import progress
from detector.jobs.journal import Journal
from detector.jobs.run_identity import run_identity
from detector.jobs.runner import scan
from detector.jobs.scan_config import ScanConfig
from detector.pipeline.detector import Detector
from detector.records import Listing, Submission
from detector.report.html import write_report
from detector.report.tables import printable
from detector.report.wording import frequent_alarm_words
from detector.serialise.tally import Tally


def run(
    photos: Iterable[Submission | Path],
    detector: Detector,
    config: ScanConfig,
    *,
    named: Collection[Path] = (),
    form: str = "table",
    jobs: int = 1,
    resume: Path | None = None,
    report: Path | None = None,
) -> int:
    """Examine photos as `config` says, print the results, write the report; the exit status.

    `named` are the paths that the user typed: they fill while `photos` is walked.
    """
    tally = Tally(review=config.policy.review, block=config.policy.block)
    shown, status = list[Listing](), NOTHING
    total = len(photos) if isinstance(photos, Sized) else None
    journal = Journal(resume, run_identity(config)) if resume else None
    try:
        with (
            printer(form, tally, config) as write,
            progress("scanning", shown=form == "table" or not sys.stdout.isatty()) as advance,
            journal or nullcontext(),
            closing(scan(photos, config, jobs=jobs, journal=journal)) as listings,
        ):
            for listing in listings:
                tally.add(listing)
                write(listing)
                status = max(status, status_of(listing, named=Path(listing.path) in named))
                if report:
                    shown.append(listing)
                advance(tally.images, total)
    except KeyboardInterrupt:
        click.echo(_how_to_resume(tally.images, resume), err=True)
        return INTERRUPTED
    click.echo("".join(f"note: {printable(note)}\n" for note in _notes(tally)), nl=False, err=True)
    if report:
        report_on(shown, detector, report)
    return status


def report_on(listings: Iterable[Listing], detector: Detector, folder: Path) -> None:
    """Write the page and say where it is. Raises `OSError`."""
    path = write_report(
        listings,
        detector.index.view_by_id,
        folder,
        title="Scan of product photos",
        threshold=detector.threshold,
        counted=detector.policy.review,
        block=detector.policy.block,
        index_name=detector.index.generation[:8],
        made=date.today().isoformat(),
    )
    click.echo(f"Report: {path}", err=True)


def _notes(tally: Tally) -> Iterator[str]:
    """Yield what is to be said at the end of a scan."""
    if not tally.images:
        yield "no pictures were found"
    for alarm in tally.frequent_alarms:
        yield frequent_alarm_words(alarm, tally.names.get(alarm.mark, alarm.mark))


def _how_to_resume(done: int, resume: Path | None) -> str:
    if resume:
        return f"interrupted after {done}. Run the same command again to go on."
    return f"interrupted after {done}. With --resume JOURNAL a scan can go on where it stopped."
