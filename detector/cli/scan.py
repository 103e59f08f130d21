"""`detector scan`: many photos against an index."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from detector.cli.options import (
    FILE,
    index_option,
    jobs_option,
    policy_option,
    report_option,
    seller_option,
    words_option,
)

if TYPE_CHECKING:
    from detector.pipeline.detector import Detector


@dataclass(frozen=True, slots=True)
class Options:
    """All options of the command line."""

    paths: tuple[Path, ...]
    folder: Path
    form: str
    threshold: float | None
    top: int
    jobs: int
    report: Path | None
    xlsx: Path | None
    coco: Path | None
    crops: Path | None
    seller: str
    resume: Path | None
    policy: Path | None
    pictures: Path | None
    hosts: tuple[str, ...]
    verbose: bool
    since: datetime | None
    words: bool | None


@click.command()
@click.argument("paths", nargs=-1, required=True, type=FILE, metavar="PATH...")
@index_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "jsonl", "csv"]),
    default="table",
    show_default=True,
    help="jsonl and csv are printed as results come, the table is ranked and comes at the end.",
)
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    help="The least score of a finding. [default: the policy's review]",
)
@click.option(
    "--top",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    metavar="K",
    help="The most findings in a photo.",
)
@jobs_option("examined")
@report_option
@click.option("--xlsx", type=FILE, metavar="FILE", help="Write an Excel workbook with pictures.")
@click.option("--coco", type=FILE, metavar="FILE", help="Write outlines as a COCO dataset.")
@click.option("--crops", type=FILE, metavar="DIR", help="Write findings as pictures, cut out.")
@seller_option
@click.option(
    "--resume",
    type=FILE,
    metavar="JOURNAL",
    help="Keep finished photos in this file, and do not examine again those that it has.",
)
@policy_option
@click.option(
    "--pictures",
    type=FILE,
    metavar="DIR",
    help="Where the pictures lie whose addresses a manifest names, by the end of the address.",
)
@click.option(
    "--allow-host",
    "hosts",
    multiple=True,
    metavar="HOST",
    help="Fetch pictures whose addresses a manifest names from this host; may be given several "
    "times. [default: nothing is fetched]",
)
@click.option("-v", "--verbose", is_flag=True, help="Give all reasons in the table.")
@click.option(
    "--new-since",
    "since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]),
    metavar="DATE",
    help="Leave out photos whose file was last changed before this date, such as 2026-11-24.",
)
@words_option
def scan(**arguments: Any) -> int:
    """Find protected marks in photos.

    A PATH is a photo, a folder, a pattern such as 'photos/**/*.jpg', - to read paths from standard
    input, one a line, or a manifest: a .csv, .tsv, .jsonl or .xml file with path, title,
    description, seller and more of each photo, or with the columns of Shopify, WooCommerce, Google
    Merchant or Amazon. Results go to standard output in the order of the photos.

    Exit status: 0 nothing that counts; 1 findings; 2 an error, or something that was not fully
    examined; 130 interrupted. Where there are findings and something was not examined it is 2.
    """
    from detector.cli.exports import Exports
    from detector.cli.run_scan import run
    from detector.cli.scan_sources import Sources, changed_since, photos_of
    from detector.jobs.picture_folder import PictureFolder
    from detector.jobs.scan_config import ScanConfig

    options, sources = Options(**arguments), Sources()
    exports = Exports(options.report, options.xlsx, options.coco, options.crops)
    exports.prepare()
    detector = _open_detector(options)
    photos = photos_of(options.paths, sources, PictureFolder(options.pictures))
    if options.since:
        photos = changed_since(photos, options.since)
    return run(
        photos,
        detector,
        ScanConfig.of(detector, options.folder),
        sources,
        form=options.form,
        jobs=options.jobs,
        resume=options.resume,
        exports=exports,
        verbose=options.verbose,
    )


def _open_detector(options: Options) -> Detector:
    from detector.pipeline.detector import Detector
    from detector.scoring.policy_file import load_policy
    from detector.settings import settings_for_words

    settings = settings_for_words(options.words)
    hosts = tuple(host.lower() for host in options.hosts)
    return Detector.open(
        options.folder,
        settings=replace(settings, reader=replace(settings.reader, allowed_hosts=hosts)),
        policy=load_policy(options.policy) if options.policy else None,
        threshold=options.threshold,
        seller=options.seller,
        top=options.top,
    )
