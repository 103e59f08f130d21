"""`detector check`: one photo, before a seller puts it online."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from detector.cli.exits import status_of
from detector.cli.options import FILE, index_option, seller_option, words_option


@click.command()
@click.argument("photo", type=FILE)
@index_option
@seller_option
@words_option
def check(photo: Path, folder: Path, seller: str, words: bool | None) -> int:
    """Say in plain words what a photo resembles, where, and what to do about it.

    For sellers, before a photo goes online. It is not legal advice. Exit status as of scan.
    """
    from detector.cli.advice import advise
    from detector.pipeline import Detector
    from detector.report.tables import printable
    from detector.scan.folder import scan
    from detector.scan.order import Order
    from detector.settings import reading

    detector = Detector.open(folder, settings=reading(words), seller=seller)
    order = Order.of(detector, folder)
    with closing(scan([photo], order)) as listings:
        listing = next(listings)
    click.echo(f"{printable(str(photo))}\n")
    for paragraph in advise(listing):
        click.echo("\n".join(map(printable, paragraph.splitlines())) + "\n")
    return status_of(listing)
