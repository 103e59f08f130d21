"""Writes that fail because a disk is full, told with the place and what was needed."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from detector.errors import DiskFull

_FULL = (errno.ENOSPC, errno.EDQUOT)
_ALMOST_NOTHING = 1_000_000  # bytes free: fewer than any write that fails without a reason


@contextmanager
def full_disk_named(place: Path) -> Iterator[None]:
    """Raise `DiskFull` in place of an OSError that a full disk causes while `place` is written.

    `place` is a file or a folder; all that lies there by then was written, and more was needed.
    """
    try:
        yield
    except OSError as error:
        if not _is_full(error, place):
            raise
        raise DiskFull(_size(place), place=str(error.filename or place)) from error


def _is_full(error: OSError, place: Path) -> bool:
    if error.errno is not None:
        return error.errno in _FULL
    # numpy says how many bytes were not written, and not why.
    folder = next((path for path in (place, *place.parents) if path.exists()), Path())
    return shutil.disk_usage(folder).free < _ALMOST_NOTHING


def _size(place: Path) -> int:
    """Bytes in a file, or in all files of a folder."""
    files = [place] if place.is_file() else place.rglob("*")
    return sum(file.stat().st_size for file in files if file.is_file())
