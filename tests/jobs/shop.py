"""Photos that are no pictures, an empty index for the stand-in, and answers as plain lines."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from detector.index.store import ReferenceIndex, upsert
from detector.jobs.scan_config import ScanConfig
from detector.records import Listing
from detector.scoring.policy import Policy
from detector.scoring.scorer import default_scorer
from detector.serialise.jsonl import listing_to_json
from detector.settings import settings_for_words


def empty_index() -> tuple[Path, str]:
    """The folder of an index without marks, which goes with this process, and its state."""
    home = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, home)
    upsert(home / "index", [])
    with ReferenceIndex.open(home / "index") as index:
        return home / "index", index.generation


CONFIG = ScanConfig(*empty_index(), settings_for_words(False), default_scorer(), Policy(), 0.5)


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
    """The answers without what differs from run to run: how long they took, and when."""
    timeless = (
        replace(listing, seconds=0.0, provenance=replace(listing.provenance, time=""))
        for listing in listings
    )
    return [listing_to_json(listing) for listing in timeless]
