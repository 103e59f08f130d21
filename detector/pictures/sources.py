"""Lists pictures of files, folders and glob patterns, always in the same order."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

# Files that usually accompany pictures: skipped in folders, never when named.
_SIDECAR_SUFFIXES = frozenset((".csv", ".html", ".json", ".jsonl", ".md", ".svg", ".toml", ".txt"))


def find_pictures(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files of the given files, folders and glob patterns, each once.

    Arguments keep their order; a folder's entries and a pattern's matches come sorted by name,
    depth first. Hidden entries, symbolic link cycles and sidecar files (labels, notes) are skipped
    in folders. Everything else is yielded, so
    that its `Reading` can say what it is: files of other kinds, paths that do not exist, patterns
    without a match, folders that may not be listed.
    """
    yielded: set[str] = set()
    visited: set[tuple[int, int]] = set()
    for path in paths:
        for match in _expand(path):
            for file in _walk(match, visited):
                name = os.path.normpath(file.absolute())
                if name not in yielded:
                    yielded.add(name)
                    yield file


def _expand(path: Path) -> list[Path]:
    """Return the sorted matches of a pattern; a path that exists or has no wildcard is its own."""
    if not any(sign in str(path) for sign in "*?[") or os.path.lexists(path):
        return [path]
    anchor = Path(path.anchor)
    pattern = path.relative_to(anchor)
    try:
        matches = sorted(anchor.glob(str(pattern)))
    except ValueError:  # not a pattern after all
        return [path]
    visible = [match for match in matches if not _is_hidden(match, pattern)]
    return visible or [path]


def _is_hidden(match: Path, pattern: Path) -> bool:
    """Whether a wildcard, not the user, named a part that starts with a dot."""
    return any(part.startswith(".") and part not in pattern.parts for part in match.parts)


def _walk(start: Path, visited: set[tuple[int, int]]) -> Iterator[Path]:
    """Yield a file itself, or the files in a folder; a folder in `visited` is not entered again."""
    pending = [start]
    while pending:
        path = pending.pop()
        try:
            pending += reversed(_list_folder(path, visited))
        except NotADirectoryError:
            yield path
        except (OSError, ValueError) as error:  # missing, forbidden, a name no file can have
            if getattr(error, "errno", 0) != errno.ELOOP:
                yield path


def _list_folder(folder: Path, visited: set[tuple[int, int]]) -> list[Path]:
    """Return the sorted entries of a folder that may be pictures, none the second time.

    Raises NotADirectoryError for a file, another OSError where nothing can be listed.
    """
    status = folder.stat()
    if not stat.S_ISDIR(status.st_mode):
        raise NotADirectoryError(str(folder))
    identity = status.st_dev, status.st_ino
    if identity in visited:
        return []
    visited.add(identity)
    return sorted(entry for entry in folder.iterdir() if _may_be_picture(entry))


def _may_be_picture(entry: Path) -> bool:
    """Whether a folder's entry is neither hidden nor a sidecar file; a folder always may be."""
    if entry.name.startswith("."):
        return False
    return entry.suffix.lower() not in _SIDECAR_SUFFIXES or entry.is_dir()
