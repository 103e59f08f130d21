"""Immutable folders: named by the checksums of their files, which are mapped into memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.index.manifest import FileInfo, damaged, sync

# Raised by numpy and json for damaged files.
READ_ERRORS = (OSError, ValueError, KeyError, TypeError, SyntaxError, TokenError)


def finalise(folder: Path) -> tuple[str, dict[str, FileInfo]]:
    """Flush the files of a written folder to the disk; return its name and their checksums."""
    files = {path.name: FileInfo.of(path) for path in sorted(folder.iterdir())}
    for path in (*folder.iterdir(), folder):
        sync(path)
    listing = "".join(f"{name} {info.sha256}\n" for name, info in files.items())
    return sha256(listing.encode()).hexdigest()[:32], files


class ImmutableFolder:
    """The files of one immutable folder, which stay readable after it is deleted once mapped.

    Raises `IndexDamaged` when a file is missing or cut short.
    """

    def __init__(self, folder: Path, files: Mapping[str, FileInfo]) -> None:
        self.folder, self.files = folder, files
        for name, info in files.items():
            _check_size(folder / name, info.size)

    def array(self, name: str, dtype: Any, *shape: int | None) -> NDArray[Any]:
        """Map an array, read only; a None in `shape` stands for any length.

        Raises one of `READ_ERRORS` where dtype or shape differ.
        """
        array = self.load_array(name)
        shape_fits = len(shape) == array.ndim and all(
            expected in (None, actual) for expected, actual in zip(shape, array.shape, strict=True)
        )
        if array.dtype != np.dtype(dtype) or not shape_fits:
            raise ValueError(f"{name} has {array.dtype} of shape {array.shape}")
        return array

    def load_array(self, name: str) -> NDArray[Any]:
        """Map an array of any dtype and shape, read only. Raises one of `READ_ERRORS`."""
        array: NDArray[Any] = np.load(self.folder / name, mmap_mode="r", allow_pickle=False)
        return array.view(np.ndarray)

    def blob(self, name: str) -> NDArray[np.uint8]:
        """Map the bytes of a file, read only."""
        path = self.folder / name
        if path.stat().st_size == 0:  # an empty file cannot be mapped
            return np.zeros(0, np.uint8)
        return np.memmap(path, np.uint8, "r").view(np.ndarray)


def write_lines(path: Path, lines: Sequence[bytes]) -> None:
    """Write lines of bytes, each followed by a line break."""
    path.write_bytes(b"".join(line + b"\n" for line in lines))


def _check_size(path: Path, size: int) -> None:
    try:
        actual = path.stat().st_size
    except OSError as error:
        raise damaged(path, "the file is missing") from error
    if actual != size:
        raise damaged(path, f"the file has {actual} bytes instead of {size}")
