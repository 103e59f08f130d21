"""`detector demo`: the demonstration marks against the sample photos."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import click

from detector.cli.exits import INTERRUPTED, NOTHING
from detector.cli.options import FILE


@click.command()
@click.option("--out", type=FILE, default="demo-output", show_default=True, metavar="DIR")
@click.option("--marks", type=FILE, default="reference_marks", show_default=True, metavar="DIR")
@click.option("--samples", type=FILE, default="samples", show_default=True, metavar="DIR")
def demo(out: Path, marks: Path, samples: Path) -> int:
    """Index the demonstration marks, scan the sample photos, and write a report.

    Run it in the folder of the source code. Findings are expected: exit status 0 when it ran.
    """
    from detector.cli.progress import progress
    from detector.cli.run import run
    from detector.errors import UsageError
    from detector.jobs.scan_config import ScanConfig
    from detector.marks.registry import load_marks
    from detector.pictures.sources import find_pictures
    from detector.pipeline.detector import Detector
    from detector.pipeline.import_marks import import_marks

    if not samples.is_dir():
        remedy = "Run this in the folder of the source code, or name folders with --samples."
        raise UsageError("there are no sample photos here", place=str(samples), remedy=remedy)
    sources, index = load_marks([marks]), out / "index"
    _clear(index)
    with progress("importing") as advance:
        count = import_marks(index, sources, progress=advance)
    click.echo(f"Index: {index} ({count} marks)", err=True)
    detector = Detector.open(index)
    photos = list(find_pictures([samples]))
    jobs = os.cpu_count() or 1
    status = run(photos, detector, ScanConfig.of(detector, index), jobs=jobs, report=out)
    return INTERRUPTED if status == INTERRUPTED else NOTHING


def _clear(index: Path) -> None:
    """Remove the index of the last demo, and nothing that is not an index."""
    if (index / "manifest.json").is_file():
        shutil.rmtree(index)
