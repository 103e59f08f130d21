"""One mark and one photo, in depth."""

from __future__ import annotations

import tempfile
from pathlib import Path

from detector.marks.registry import MarkSource
from detector.pipeline.enrol import import_marks
from detector.pipeline.inspect import Detector
from detector.records import Listing, Reading
from detector.settings import Settings


def compare(source: MarkSource, reading: Reading, settings: Settings | None = None) -> Listing:
    """Inspect one photo for one mark, whatever the score. Raises `MarkError` for a bad mark."""
    with tempfile.TemporaryDirectory() as folder:
        import_marks(Path(folder) / "index", [source], settings)
        detector = Detector.open(Path(folder) / "index", settings=settings, threshold=0.0)
        return detector.inspect(reading)
