"""Folders and files that a command writes at its end, tried before its work begins."""

from __future__ import annotations

import tempfile
from pathlib import Path

from detector.errors import UsageError


def prepare_outputs(folder: Path | None, file: Path | None = None) -> None:
    """Make a folder that is to be written into, and see that a file can be; None is not asked for.

    Raises `UsageError` where that fails.
    """
    if folder:
        _prepare_folder(folder)
    if file:
        _check_file(file)


def _prepare_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise _unwritable(folder, error) from error


def _check_file(path: Path) -> None:
    """See that a file can be written; one that is there is left as it is."""
    if path.is_dir():
        raise UsageError("this is a folder", place=str(path), remedy="Name a file in it.")
    try:
        if path.exists():
            path.open("ab").close()
        else:
            path.open("xb").close()
            path.unlink()
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> UsageError:
    reason = error.strerror or str(error)
    remedy = "Name a place that can be written; nothing has been examined yet."
    return UsageError(f"cannot be written: {reason}", place=str(path), remedy=remedy)
