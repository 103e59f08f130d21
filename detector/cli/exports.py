"""What a command writes into files at its end besides what it prints."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from detector.cli.outputs import prepare_outputs
from detector.disk_space import full_disk_named
from detector.pipeline.detector import Detector
from detector.records import Listing
from detector.report.cut_outs import write_cut_outs
from detector.report.html import write_report
from detector.report.spreadsheet import check_spreadsheets, write_spreadsheet
from detector.serialise.coco import coco_value


@dataclass(frozen=True, slots=True)
class Exports:
    """The files and folders that were asked for; None is not written."""

    report: Path | None = None
    xlsx: Path | None = None
    coco: Path | None = None
    crops: Path | None = None

    def __bool__(self) -> bool:
        return any((self.report, self.xlsx, self.coco, self.crops))

    def prepare(self) -> None:
        """See before the work that all of them can be written. Raises `UsageError`."""
        if self.xlsx:
            check_spreadsheets()
        for folder, file in ((self.report, self.xlsx), (self.crops, self.coco)):
            prepare_outputs(folder, file)

    def write(self, listings: Sequence[Listing], detector: Detector) -> None:
        """Write all of them and say where they are. Raises `OSError` and `DiskFull`."""
        reading = detector.settings.reader
        if self.report:
            click.echo(f"Report: {_write_report(listings, detector, self.report)}", err=True)
        if self.xlsx:
            click.echo(f"Workbook: {write_spreadsheet(listings, self.xlsx, reading)}", err=True)
        if self.coco:
            with full_disk_named(self.coco):
                self.coco.write_text(json.dumps(coco_value(listings)), encoding="utf-8")
            click.echo(f"COCO: {self.coco}", err=True)
        if self.crops:
            count = write_cut_outs(listings, self.crops, reading)
            click.echo(f"Cut-outs: {count} in {self.crops}", err=True)


def _write_report(listings: Sequence[Listing], detector: Detector, folder: Path) -> Path:
    return write_report(
        listings,
        detector.index.view_by_id,
        folder,
        title="Scan of product photos",
        threshold=detector.threshold,
        counted=detector.policy.review,
        block=detector.policy.block,
        index_name=detector.index.generation[:8],
        made=date.today().isoformat(),
        reading=detector.settings.reader,
    )
