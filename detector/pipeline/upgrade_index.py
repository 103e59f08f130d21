"""Upgrading an index of an older format, without its pictures."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from detector.errors import UsageError
from detector.index.store import upgrade

VERSION_1 = {"settings": "5921c3700fd21744"}
"""Digest of the default settings in an index of version 1."""

STORED = {
    "sift": "bdfb3164a8222b0c",
    "embedding": "ca450026ff220824",
    "shape": "104aede2a373b382",
    "orb": "cc729b387bd3934a",
    "regions": "95e43d5b7644d33a",
    "hashes": "8a2d1af99d86e1ca",
    "alignment": "7754709d61667f84",
}
"""What the features of such an index depend on, as `stored_with` gives it."""

WORDS = {True: "cf2cb49d068cf762", False: "2d3578ac366edbd6"}
"""Likewise, where words were read in its pictures and where not."""


def upgrade_index(folder: Path) -> int:
    """Upgrade the index in `folder` to the current format, atomically; return its number of marks.

    No picture is described again.

    Raises:
        UsageError: it has that format already, or its marks were described with other settings
            or another model, so that they must be imported again.
        IndexMissing: there is no index.
        IndexDamaged: a file of it fails its checksum; the index stays as it was.

    """
    return upgrade(folder, _stored)


def _stored(settings: Mapping[str, str], channels: Collection[str]) -> dict[str, str]:
    if settings != VERSION_1:
        raise UsageError(
            "the index was made with other settings or another model",
            remedy="Import the marks into a new index.",
        )
    return {**STORED, "words": WORDS["words" in channels]}
