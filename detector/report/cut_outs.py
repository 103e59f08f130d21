"""Findings cut out of their photos: a folder of pictures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePath

from PIL import Image

from detector.disk_space import full_disk_named
from detector.pictures.worker import ReadWorker
from detector.records import Finding, Listing, Pixels
from detector.report.cards import frame_pixels, missing_reason
from detector.settings import ReaderSettings

MAX_NAME = 60  # characters of a photo's name in that of a cut-out

_READING = ReaderSettings()
_UNSAFE = re.compile(r"[^\w.-]+")


def cut_outs(listing: Listing, reader: ReadWorker) -> Sequence[Pixels | None]:
    """The part of the photo inside the box of each finding in it, (H, W, 3) uint8.

    `reader` reads the photo again; None where it cannot be read any more, or nothing is inside.
    """
    if not listing.findings:
        return ()
    photo = reader.read(listing.path)
    if missing_reason(listing, photo):
        return [None] * len(listing.findings)
    return [_cut(frame_pixels(photo, finding.frame), finding) for finding in listing.findings]


def write_cut_outs(
    listings: Iterable[Listing], folder: Path, reading: ReaderSettings = _READING
) -> int:
    """Write the findings in photos into a folder, as `mark/photo-fingerprint.png`; their number.

    What is there already is replaced. Raises `OSError` when the folder cannot be written,
    `DiskFull` when there is no room.
    """
    count = 0
    with ReadWorker(reading) as reader:
        for listing in listings:
            for finding, pixels in zip(listing.findings, cut_outs(listing, reader), strict=True):
                if pixels is not None:
                    _write(pixels, folder / _safe(finding.mark) / _name(listing, finding))
                    count += 1
    return count


def _cut(photo: Pixels, finding: Finding) -> Pixels | None:
    height, width = photo.shape[:2]
    x0, y0, x1, y1 = (round(side) for side in finding.box)
    part = photo[max(0, y0) : min(height, y1), max(0, x0) : min(width, x1)]
    return part if part.size else None


def _write(pixels: Pixels, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with full_disk_named(path):
        Image.fromarray(pixels).save(path)


def _name(listing: Listing, finding: Finding) -> str:
    stem = _safe(PurePath(listing.path).stem)[:MAX_NAME]
    return f"{stem}-{finding.fingerprint}.png"


def _safe(name: str) -> str:
    """A name as part of a path: marks and photos may be called anything."""
    return _UNSAFE.sub("_", name).lstrip(".") or "_"
