"""Comparing one photo with one mark, without an index of one's own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from detector.marks.registry import MarkSource
from detector.pipeline.detector import Detector
from detector.pipeline.import_marks import import_marks
from detector.records import Listing, Reading
from detector.settings import Settings


@contextmanager
def open_temporary_detector(
    source: MarkSource, settings: Settings | None = None
) -> Iterator[Detector]:
    """A detector with a temporary index of one mark, and a threshold of 0.

    A sign of kind `ignore` is compared like any mark. Raises `MarkError` for a bad mark.
    """
    if not source.mark.protected:
        source = replace(source, mark=replace(source.mark, kind="design"))
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        import_marks(index, [source], settings)
        detector = Detector.open(index, settings=settings, threshold=0.0)
        with detector.index:
            yield detector


def compare(source: MarkSource, reading: Reading, settings: Settings | None = None) -> Listing:
    """Inspect one photo for one mark, whatever the score. Raises `MarkError` for a bad mark."""
    with open_temporary_detector(source, settings) as detector:
        return detector.inspect(reading)
