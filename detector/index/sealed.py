"""An immutable folder: sealed with the checksums of its files, named by them, opened as maps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.index.manifest import FileInfo, damaged, sync

# What numpy and json raise for files that are not what they should be.
BROKEN = (OSError, ValueError, KeyError, TypeError, SyntaxError, TokenError)


def seal(folder: Path) -> tuple[str, dict[str, FileInfo]]:
    """Flush the files of a written folder to the disk: its name by their checksums, and those."""
    files = {path.name: FileInfo.of(path) for path in sorted(folder.iterdir())}
    for path in (*folder.iterdir(), folder):
        sync(path)
    listing = "".join(f"{name} {info.sha256}\n" for name, info in files.items())
    return sha256(listing.encode()).hexdigest()[:32], files


class SealedFolder:
    """The files of one folder, mapped into memory, so that they outlive it.

    Raises `IndexDamaged` when a file is missing or cut short.
    """

    def __init__(self, folder: Path, files: Mapping[str, FileInfo]) -> None:
        self.folder, self.files = folder, files
        for name, info in files.items():
            _require(folder / name, info.size)

    def array(self, name: str, dtype: Any, *shape: int | None) -> NDArray[Any]:
        """Map an array, read only; a None in `shape` stands for any length.

        Raises one of `BROKEN` where it is another one.
        """
        found = self.any_array(name)
        fits = len(shape) == found.ndim and all(
            want in (None, have) for want, have in zip(shape, found.shape, strict=True)
        )
        if found.dtype != np.dtype(dtype) or not fits:
            raise ValueError(f"{name} has {found.dtype} of shape {found.shape}")
        return found

    def any_array(self, name: str) -> NDArray[Any]:
        """Map an array of whatever kind and shape, read only. Raises one of `BROKEN`."""
        found: NDArray[Any] = np.load(self.folder / name, mmap_mode="r", allow_pickle=False)
        return found.view(np.ndarray)

    def blob(self, name: str) -> NDArray[np.uint8]:
        """Map the bytes of a file, read only."""
        path = self.folder / name
        if path.stat().st_size == 0:  # an empty file cannot be mapped
            return np.zeros(0, np.uint8)
        return np.memmap(path, np.uint8, "r").view(np.ndarray)


def write_lines(path: Path, lines: Sequence[bytes]) -> None:
    """Write lines of bytes that have no line break, each with one."""
    path.write_bytes(b"".join(line + b"\n" for line in lines))


def _require(path: Path, size: int) -> None:
    try:
        found = path.stat().st_size
    except OSError as error:
        raise damaged(path, "the file is missing") from error
    if found != size:
        raise damaged(path, f"the file has {found} bytes instead of {size}")
