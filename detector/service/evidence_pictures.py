"""Pictures that prove a finding: the outlined sign in the photo, beside the reference."""

from __future__ import annotations

import base64
import json
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

from detector.errors import ReferenceIndexError
from detector.index.manifest import MANIFEST
from detector.index.store import ReferenceIndex
from detector.pictures.reader import read_bytes
from detector.pictures.worker import KillableWorker, WorkerCrash
from detector.records import Finding, Pixels
from detector.report.cards import frame_pixels
from detector.report.finding_images import draw_outlined
from detector.serialise.jsonl import listing_from_json
from detector.settings import ReaderSettings


class EvidencePictures:
    """Draws in a process of its own, which a hostile photo may crash or hang. Threads may share it.

    Lifetime: the process, from the first picture to `close`.
    """

    def __init__(self, reading: ReaderSettings) -> None:
        self._worker, self._lock = KillableWorker(draw_evidence), threading.Lock()
        self._seconds = reading.max_seconds

    def draw(
        self, photo: bytes, line: dict[str, Any], fingerprint: str, index: Path | None
    ) -> bytes:
        """Draw the finding of a listing's line that has this fingerprint; a WebP file.

        Empty where the photo cannot be read any more, or has no such finding. The reference is
        left out where `index` does not have it any more, or is None.
        """
        request = {
            "photo": base64.b64encode(photo).decode(),
            "line": line,
            "fingerprint": fingerprint,
            "index": None if index is None else str(index),
        }
        with self._lock:
            try:
                (drawn,) = self._worker.call(json.dumps(request), self._seconds)
            except (TimeoutError, WorkerCrash):
                return b""
        return drawn.tobytes()

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._worker.close()


def draw_evidence(request: str) -> list[bytes]:
    """Draw what `EvidencePictures.draw` asks for, as JSON: what the child process runs."""
    asked = json.loads(request)
    listing = listing_from_json(json.dumps(asked["line"]))
    named = (one for one in listing.findings if one.fingerprint == asked["fingerprint"])
    reading = read_bytes(base64.b64decode(asked["photo"]), listing.path)
    finding = next(named, None)
    if finding is None or not reading.pictures:
        return [b""]
    photo = frame_pixels(reading, finding.frame)
    index = asked["index"]
    reference = None if index is None else _reference(finding, Path(index))
    return [draw_outlined(photo, finding.quad, reference).data]


def _reference(finding: Finding, folder: Path) -> Pixels | None:
    """The view that a finding rests on; None where the index does not have it any more."""
    try:
        index = _opened(folder, (folder / MANIFEST).stat().st_mtime_ns)
        return index.view_by_id(finding.evidence[0].view).pixels
    except (OSError, KeyError, IndexError, ReferenceIndexError):
        return None


@lru_cache(maxsize=1)
def _opened(folder: Path, _changed: int) -> ReferenceIndex:
    return ReferenceIndex.open(folder)
