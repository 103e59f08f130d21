"""Where pictures come from: files, folders and patterns, in an order that never changes."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

# What usually lies beside pictures and is none; left out of folders, never when it is named.
_COMPANIONS = frozenset((".csv", ".html", ".json", ".jsonl", ".md", ".svg", ".toml", ".txt"))


def find_pictures(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files that the given files, folders and patterns mean, each once.

    Arguments keep their order; a folder's entries and a pattern's matches come sorted by name,
    folders in depth. Hidden entries, symbolic links that lead round in a circle and the usual
    companions of pictures (labels, notes) are left out of folders. Everything else is yielded, so
    that its `Reading` can say what it is: files of other kinds, paths that do not exist, patterns
    without a match, folders that may not be listed.
    """
    given: set[str] = set()
    walked: set[tuple[int, int]] = set()
    for path in paths:
        for match in _expand(path):
            for found in _walk(match, walked):
                name = os.path.normpath(found.absolute())
                if name not in given:
                    given.add(name)
                    yield found


def _expand(path: Path) -> list[Path]:
    """Give the sorted matches of a pattern; a path that exists or has no wildcard is its own."""
    if not any(sign in str(path) for sign in "*?[") or os.path.lexists(path):
        return [path]
    anchor = Path(path.anchor)
    pattern = path.relative_to(anchor)
    try:
        matches = sorted(anchor.glob(str(pattern)))
    except ValueError:  # not a pattern after all
        return [path]
    shown = [match for match in matches if not _is_hidden(match, pattern)]
    return shown or [path]


def _is_hidden(match: Path, pattern: Path) -> bool:
    """Whether a wildcard, not the user, named a part that starts with a dot."""
    return any(part.startswith(".") and part not in pattern.parts for part in match.parts)


def _walk(start: Path, walked: set[tuple[int, int]]) -> Iterator[Path]:
    """Yield a file itself, or the files in a folder; a folder in `walked` is not entered again."""
    waiting = [start]
    while waiting:
        path = waiting.pop()
        try:
            waiting += reversed(_enter(path, walked))
        except NotADirectoryError:
            yield path
        except (OSError, ValueError) as trouble:  # missing, forbidden, a name no file can have
            if getattr(trouble, "errno", 0) != errno.ELOOP:
                yield path


def _enter(folder: Path, walked: set[tuple[int, int]]) -> list[Path]:
    """Give the sorted entries of a folder that may be pictures, none the second time.

    Raises NotADirectoryError for a file, another OSError where nothing can be listed.
    """
    status = folder.stat()
    if not stat.S_ISDIR(status.st_mode):
        raise NotADirectoryError(str(folder))
    place = status.st_dev, status.st_ino
    if place in walked:
        return []
    walked.add(place)
    return sorted(entry for entry in folder.iterdir() if _may_be_picture(entry))


def _may_be_picture(entry: Path) -> bool:
    """Whether a folder's entry is neither hidden nor a companion; a folder always may be."""
    if entry.name.startswith("."):
        return False
    return entry.suffix.lower() not in _COMPANIONS or entry.is_dir()
