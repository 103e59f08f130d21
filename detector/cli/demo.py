"""`detector demo`: the demonstration marks against the sample photos."""

from __future__ import annotations

import os
from pathlib import Path

import click

from detector.cli.exits import INTERRUPTED, NOTHING
from detector.cli.options import FILE
from detector.errors import ReferenceIndexError, UsageError

MADE = ".made-by-detector-demo"
"""Beside the index and the report of a demo: the generation of the index, as the demo left it."""


@click.command()
@click.option("--out", type=FILE, default="demo-output", show_default=True, metavar="DIR")
@click.option("--marks", type=FILE, default="reference_marks", show_default=True, metavar="DIR")
@click.option("--samples", type=FILE, default="samples", show_default=True, metavar="DIR")
def demo(out: Path, marks: Path, samples: Path) -> int:
    """Index the demonstration marks, scan the sample photos, and write a report.

    Run it in the folder of the source code. Findings are expected: exit status 0 when it ran. What
    an earlier demo left in DIR is replaced, and nothing else.
    """
    from detector.cli.progress import progress
    from detector.cli.run import run
    from detector.jobs.scan_config import ScanConfig
    from detector.marks.registry import load_marks
    from detector.pictures.sources import find_pictures
    from detector.pipeline.detector import Detector
    from detector.pipeline.import_marks import import_marks

    if not samples.is_dir():
        remedy = "Run this in the folder of the source code, or name folders with --samples."
        raise UsageError("there are no sample photos here", place=str(samples), remedy=remedy)
    sources, index = load_marks([marks]), out / "index"
    _make_way(out)
    with progress("importing") as advance:
        imported = import_marks(index, sources, progress=advance)
    click.echo(f"Index: {index} ({imported.marks} marks)", err=True)
    detector = Detector.open(index)
    (out / MADE).write_text(detector.index.generation)
    photos = list(find_pictures([samples]))
    jobs = os.cpu_count() or 1
    status = run(photos, detector, ScanConfig.of(detector, index), jobs=jobs, report=out)
    return INTERRUPTED if status == INTERRUPTED else NOTHING


def _make_way(out: Path) -> None:
    """Empty the index of the last demo. Raises `UsageError` for what no demo made."""
    index, made = out / "index", out / MADE
    for path in (index, out / "report.html"):
        if path.exists() and not made.is_file():
            raise _not_ours(path)
    if (index / "manifest.json").exists():
        _empty(index, made.read_text())
    out.mkdir(parents=True, exist_ok=True)
    made.write_text("")


def _empty(index: Path, generation: str) -> None:
    """Take all marks out of an index of this generation. Raises `UsageError` for another."""
    from detector.index.store import ReferenceIndex, remove

    try:
        with ReferenceIndex.open(index) as found:
            ids, same = [mark.id for mark in found.marks], found.generation == generation
    except ReferenceIndexError as error:
        raise _not_ours(index) from error
    if ids and not same:
        raise _not_ours(index)
    remove(index, ids)


def _not_ours(path: Path) -> UsageError:
    remedy = "Name another folder with --out, or remove it yourself."
    return UsageError("this is not as a demo left it", place=str(path), remedy=remedy)
