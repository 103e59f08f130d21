"""Open, offline detection of protected logos and designs in product photos.

    from pathlib import Path
    from detector import Detector, read_picture

    with_marks = Detector.open(Path("detector-index"))
    listing = with_marks.inspect(read_picture("photo.jpg"))

The names below are the public ones; each is imported when it is first asked for, so that
`import detector` itself loads nothing heavy. Errors are in `detector.errors`. Log records go to the
logger `detector`, which is silent until a program sets up logging.
"""

from __future__ import annotations

import logging
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detector.errors import DetectorError
    from detector.index.store import ReferenceIndex
    from detector.marks.registry import load_marks
    from detector.pictures.reader import read_picture
    from detector.pictures.sources import find_pictures
    from detector.pipeline.compare import compare
    from detector.pipeline.detector import Detector
    from detector.pipeline.import_marks import import_marks
    from detector.records import (
        Evidence,
        Finding,
        Listing,
        Mark,
        Measures,
        Picture,
        Reading,
        Rights,
        Submission,
        View,
    )
    from detector.report.html import write_report
    from detector.scoring.policy import Policy
    from detector.scoring.policy_file import load_policy
    from detector.settings import Settings

__all__ = [
    "Detector",
    "DetectorError",
    "Evidence",
    "Finding",
    "Listing",
    "Mark",
    "Measures",
    "Picture",
    "Policy",
    "Reading",
    "ReferenceIndex",
    "Rights",
    "Settings",
    "Submission",
    "View",
    "compare",
    "find_pictures",
    "import_marks",
    "load_marks",
    "load_policy",
    "read_picture",
    "write_report",
]

_HOMES = {
    "Detector": "detector.pipeline.detector",
    "DetectorError": "detector.errors",
    "Evidence": "detector.records",
    "Finding": "detector.records",
    "Listing": "detector.records",
    "Mark": "detector.records",
    "Measures": "detector.records",
    "Picture": "detector.records",
    "Policy": "detector.scoring.policy",
    "Reading": "detector.records",
    "ReferenceIndex": "detector.index.store",
    "Rights": "detector.records",
    "Settings": "detector.settings",
    "Submission": "detector.records",
    "View": "detector.records",
    "compare": "detector.pipeline.compare",
    "find_pictures": "detector.pictures.sources",
    "import_marks": "detector.pipeline.import_marks",
    "load_marks": "detector.marks.registry",
    "load_policy": "detector.scoring.policy_file",
    "read_picture": "detector.pictures.reader",
    "write_report": "detector.report.html",
}

logging.getLogger(__name__).addHandler(logging.NullHandler())


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for. Raises AttributeError for any other."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
