"""`detector check`: one photo, before a seller puts it online."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from detector.cli.exit_status import status_of
from detector.cli.options import FILE, index_option, seller_option, words_option


@click.command()
@click.argument("photo", type=FILE)
@index_option
@click.option("--title", default="", metavar="TEXT", help="The title it is to have.")
@click.option("--description", default="", metavar="TEXT", help="Its description.")
@click.option(
    "--classes",
    default="",
    metavar="N,N",
    help="Nice classes of the goods, such as 9,25: there ordinary words may be marks.",
)
@seller_option
@words_option
def check(
    *,
    photo: Path,
    folder: Path,
    title: str,
    description: str,
    classes: str,
    seller: str,
    words: bool | None,
) -> int:
    """Say in plain words what a photo and its texts resemble, where, and what to do about it.

    For sellers, before a photo goes online. It is not legal advice. Exit status as of scan.
    """
    from detector.cli.seller_advice import advise
    from detector.jobs.runner import scan
    from detector.jobs.scan_config import ScanConfig
    from detector.jobs.submission import require_words_extra
    from detector.pipeline.detector import Detector
    from detector.pipeline.listing_text import classes_of
    from detector.records import Submission
    from detector.report.tables import printable
    from detector.settings import settings_for_words

    submission = Submission(photo, title, description, classes=classes_of(classes, "--classes"))
    require_words_extra(submission)
    detector = Detector.open(folder, settings=settings_for_words(words), seller=seller)
    config = ScanConfig.of(detector, folder)
    with closing(scan([submission], config)) as listings:
        listing = next(listings)
    click.echo(f"{printable(str(photo))}\n")
    for paragraph in advise(listing, config.policy.review):
        click.echo("\n".join(map(printable, paragraph.splitlines())) + "\n")
    return status_of(listing)
