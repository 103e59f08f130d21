"""The writer lock: an advisory lock on a file that stays in the index folder."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from detector.errors import ReferenceIndexError

LOCK = "lock"
PAUSE = 0.02  # seconds between two attempts


@contextmanager
def writer_lock(root: Path, seconds: float = 60.0) -> Iterator[None]:
    """Hold the writer lock of the index folder `root`.

    Waits up to `seconds` for another writer, then raises `ReferenceIndexError`. The system
    releases the lock when the process ends, even by a crash.
    """
    import fcntl

    with (root / LOCK).open("ab") as file:
        deadline = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise _busy(root, seconds) from None
                time.sleep(PAUSE)
        yield


def _busy(root: Path, seconds: float) -> ReferenceIndexError:
    return ReferenceIndexError(
        f"another import has been writing this index for {seconds:g} seconds",
        place=str(root),
        remedy="Wait for it to end, then try again.",
    )
