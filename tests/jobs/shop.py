"""Photos that are no pictures, an order for the stand-in, and answers as plain lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from detector.jobs.scan_config import Order
from detector.records import Listing
from detector.scoring.policy import Policy
from detector.serialise.jsonl import listing_to_json

ORDER = Order(Path("index"), "generation", 0.5, 10, "", Policy(), False)


def photos(folder: Path, *names: str) -> list[Path]:
    """A file for each name, which is also what it holds."""
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_text(name)
    return [folder / name for name in names]


def examined(folder: Path) -> list[str]:
    """The names of the photos that the stand-in was given since the last call, in order."""
    log = folder / "examined.log"
    names = log.read_text().split() if log.exists() else []
    log.unlink(missing_ok=True)
    return names


def lines(listings: Iterable[Listing]) -> list[str]:
    """The answers without the seconds, which differ from run to run."""
    return [listing_to_json(replace(listing, seconds=0.0)) for listing in listings]
