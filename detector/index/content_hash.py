"""A hash of the contents of an index, whatever the order of imports and the segments."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detector.index.manifest import Manifest
from detector.index.mark_records import MarkRecords, newest
from detector.index.segment import StoredSegments


def generation(root: Path, manifest: Manifest) -> str:
    """Hash the settings, and the record, views and features of every living mark.

    Returns 32 hex digits. The digests of the marks are added, so their order does not count.
    """
    living = [
        (segment.marks["id"][segment.living], segment.marks["digest"][segment.living])
        for segment in StoredSegments(root, manifest)
    ]
    folders = [MarkRecords(root, record) for record in manifest.ledgers]
    ids = np.concatenate([np.zeros(0, np.int64), *(ids for ids, _ in living)])
    locations = newest(folders, ids)
    records = (
        folder.digests[locations[locations[:, 0] == number, 1]]
        for number, folder in enumerate(folders)
    )
    total = sha256(json.dumps(dict(manifest.settings), sort_keys=True).encode())
    total.update(_sum(digests for _, digests in living) + _sum(records))
    return total.hexdigest()[:32]


def _sum(digests: Iterable[NDArray[np.uint8]]) -> bytes:
    """The sum of (N, 32) digests, each taken as four 64-bit numbers modulo 2**64: 32 bytes."""
    total = np.zeros(4, np.uint64)
    for part in digests:
        total += np.ascontiguousarray(part).reshape(-1, 32).view("<u8").sum(0, dtype=np.uint64)
    return total.astype("<u8").tobytes()
