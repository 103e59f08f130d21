"""`detector scan`: many photos against an index."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
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
    from detector.records import Submission

STDIN = Path("-")


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
@seller_option
@click.option(
    "--resume",
    type=FILE,
    metavar="JOURNAL",
    help="Keep finished photos in this file, and do not examine again those that it has.",
)
@policy_option
@words_option
def scan(
    *,
    paths: tuple[Path, ...],
    folder: Path,
    form: str,
    threshold: float | None,
    top: int,
    jobs: int,
    report: Path | None,
    seller: str,
    resume: Path | None,
    policy: Path | None,
    words: bool | None,
) -> int:
    """Find protected marks in photos.

    A PATH is a photo, a folder, a pattern such as 'photos/**/*.jpg', - to read paths from standard
    input, one a line, or a manifest: a .csv or .jsonl file with path, title, description, seller
    and more of each photo. Results go to standard output in the order of the photos.

    Exit status: 0 nothing that counts; 1 findings; 2 an error, or something that was not fully
    examined; 130 interrupted. Where there are findings and something was not examined it is 2.
    """
    from detector.cli.run_scan import run
    from detector.jobs.scan_config import ScanConfig
    from detector.pipeline.detector import Detector
    from detector.scoring.policy import load_policy
    from detector.settings import settings_for_words

    rules, settings = load_policy(policy) if policy else None, settings_for_words(words)
    options: dict[str, Any] = {"threshold": threshold, "seller": seller, "top": top}
    detector = Detector.open(folder, settings=settings, policy=rules, **options)
    config, named = ScanConfig.of(detector, folder), set[Path]()
    photos = _photos(paths, named)
    return run(
        photos, detector, config, named=named, form=form, jobs=jobs, resume=resume, report=report
    )


def _photos(paths: Sequence[Path], named: set[Path]) -> Iterable[Submission | Path]:
    """Everything that the paths lead to; what the user named is noted in `named`.

    Raises `UsageError` for a bad manifest before any photo is examined.
    """
    from detector.jobs.listing_manifest import is_listing_manifest, read_listing_manifest

    manifests = {path: read_listing_manifest(path) for path in paths if is_listing_manifest(path)}
    photos = _in_order(paths, manifests, named)
    # So that progress can say how many there are.
    return list(photos) if sys.stderr.isatty() and STDIN not in paths else photos


def _in_order(
    paths: Sequence[Path], manifests: Mapping[Path, list[Submission]], named: set[Path]
) -> Iterator[Submission | Path]:
    """Yield the rows of manifests, and every picture that the paths between them lead to."""
    from detector.pictures.read_submission import name_of
    from detector.pictures.sources import find_pictures

    for is_listed, group in groupby(paths, manifests.__contains__):
        if not is_listed:
            yield from find_pictures(_names(group, named))
            continue
        for submission in (row for path in group for row in manifests[path]):
            named.add(Path(name_of(submission)))
            yield submission


def _names(paths: Iterable[Path], named: set[Path]) -> Iterator[Path]:
    """Yield the paths, those on standard input in place of "-", and note them in `named`."""
    for path in paths:
        for name in _lines() if path == STDIN else (path,):
            named.add(name)
            yield name


def _lines() -> Iterator[Path]:
    """Yield the paths on standard input, one a line, in whatever encoding the system has."""
    for line in sys.stdin.buffer:
        if name := line.rstrip(b"\r\n"):
            yield Path(os.fsdecode(name))
