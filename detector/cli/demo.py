"""`detector demo`: the demonstration marks against the sample photos."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import click

from detector.cli.exit_status import INTERRUPTED, NOTHING
from detector.cli.options import FILE
from detector.errors import ReferenceIndexError, UsageError

REPORT = "report.html"
MARKER = ".made-by-detector-demo"
"""A file beside index and report: the generation and the SHA-256 of those that a demo made."""


@click.command()
@click.option("--out", type=FILE, default="demo-output", show_default=True, metavar="DIR")
@click.option("--marks", type=FILE, default="reference_marks", show_default=True, metavar="DIR")
@click.option("--samples", type=FILE, default="samples", show_default=True, metavar="DIR")
def demo(out: Path, marks: Path, samples: Path) -> int:
    """Index the demonstration marks, scan the sample photos, and write a report.

    Run it in the folder of the source code. Findings are expected: exit status 0 when it ran. What
    an earlier demo left in DIR is replaced, and nothing else.
    """
    from detector.cli.exports import Exports
    from detector.cli.progress import progress
    from detector.cli.run_scan import run
    from detector.cli.scan_sources import Sources
    from detector.jobs.scan_config import ScanConfig
    from detector.marks.registry import load_marks
    from detector.pictures.sources import find_pictures
    from detector.pipeline.detector import Detector
    from detector.pipeline.import_marks import import_marks

    if not samples.is_dir():
        remedy = "Run this in the folder of the source code, or name folders with --samples."
        raise UsageError("there are no sample photos here", place=str(samples), remedy=remedy)
    sources, index = load_marks([marks]), out / "index"
    _prepare_folder(out)
    with progress("importing") as advance:
        imported = import_marks(index, sources, progress=advance)
    click.echo(f"Index: {index} ({imported.marks} marks)", err=True)
    detector = Detector.open(index)
    (out / MARKER).write_text(detector.index.generation)
    photos = list(find_pictures([samples]))
    jobs = os.cpu_count() or 1
    config = ScanConfig.of(detector, index)
    status = run(photos, detector, config, Sources(), jobs=jobs, exports=Exports(report=out))
    (out / MARKER).write_text(f"{detector.index.generation}\n{_digest(out / REPORT)}")
    return INTERRUPTED if status == INTERRUPTED else NOTHING


def _prepare_folder(out: Path) -> None:
    """Empty the index of the last demo. Raises `UsageError` for files that no demo made."""
    index, report, marker = out / "index", out / REPORT, out / MARKER
    made = marker.read_text(errors="replace") if marker.is_file() else ""
    generation, _, digest = made.partition("\n")
    if report.exists() and _digest(report) != digest:
        raise _foreign_error(report)
    if index.exists() and not marker.is_file():
        raise _foreign_error(index)
    if (index / "manifest.json").exists():
        _remove_demo_marks(index, generation)
    report.unlink(missing_ok=True)  # else a demo that is stopped would not know it again
    out.mkdir(parents=True, exist_ok=True)
    marker.write_text("")


def _digest(file: Path) -> str:
    """The SHA-256 of a file in hex, "" where there is none."""
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""


def _remove_demo_marks(index: Path, generation: str) -> None:
    """Remove all marks of an index of this generation. Raises `UsageError` for another one."""
    from detector.index.store import ReferenceIndex, remove

    try:
        with ReferenceIndex.open(index) as opened:
            ids, is_ours = [mark.id for mark in opened.marks], opened.generation == generation
    except ReferenceIndexError as error:
        raise _foreign_error(index) from error
    if ids and not is_ours:
        raise _foreign_error(index)
    remove(index, ids)


def _foreign_error(path: Path) -> UsageError:
    remedy = "Name another folder with --out, or remove it yourself."
    return UsageError("this is not as a demo left it", place=str(path), remedy=remedy)
