"""The page about watching names every metric there is, and none that is not."""

from __future__ import annotations

import re
from pathlib import Path

from detector.service.service import Service
from tests.service.metric_names import series_of

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/watching.md").read_text()


def test_every_metric_is_in_the_tables(service: Service) -> None:
    rows = re.findall(r"^\| (`detector_.*?) \|", PAGE, re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"`(detector_\w+)`", row)}
    there = {name for name in series_of(service) if name.startswith("detector_")}
    assert told == {re.sub(r"_(bucket|count|sum)$", "", name) for name in there}
