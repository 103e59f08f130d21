"""Lists pictures of files, folders and glob patterns, always in the same order."""

from __future__ import annotations

import errno
import os
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

# Files that usually accompany pictures: skipped in folders, never when named.
_SIDECAR_SUFFIXES = frozenset(
    (".csv", ".html", ".json", ".jsonl", ".md", ".ndjson", ".toml", ".tsv", ".txt", ".xml", ".xmp")
)
_DRAWING_SUFFIX = ".svg"
# Of Synology, QNAP, macOS archives and Linux desktops: small copies of the pictures beside them.
_THUMBNAIL_FOLDERS = frozenset(("@eadir", "@__thumb", ".@__thumb", "__macosx", ".thumbnails"))

Identity = tuple[int, int] | str


@dataclass(slots=True)
class LeftOut:
    """What a search through folders did not yield although it may show something."""

    drawings: list[Path] = field(default_factory=list)
    thumbnails: list[Path] = field(default_factory=list)


def find_pictures(paths: Iterable[Path], left_out: LeftOut | None = None) -> Iterator[Path]:
    """Yield the files of the given files, folders and glob patterns, each once.

    Arguments keep their order; a folder's entries and a pattern's matches come sorted by name,
    depth first. A name is found in whichever normal form of Unicode the disk has it. Links to
    folders are followed; a folder that is reached twice is listed once. Hidden entries, sidecar
    files (labels, notes), SVG drawings and the folders of thumbnails that storage systems make are
    skipped in folders; drawings and thumbnails are noted in `left_out`. Everything else is yielded,
    so that its `Reading` can say what it is: files of other kinds, paths that do not exist,
    patterns without a match, folders that may not be listed.
    """
    walk, yielded = _Walk(left_out or LeftOut()), set[str]()
    for path in paths:
        for match in _expand(path):
            for file in walk.files(match):
                name = os.path.normpath(file.absolute())
                if name not in yielded:
                    yielded.add(name)
                    yield file


def as_on_disk(path: Path) -> Path:
    """Return a path in the spelling in which its file lies there, itself where there is none.

    A list may have a name in another normal form of Unicode than the disk (macOS decomposes
    letters), and separate folders by backslashes.
    """
    spellings = dict.fromkeys((str(path), str(path).replace("\\", "/")))
    for spelling in spellings:
        for form in (spelling, *(unicodedata.normalize(kind, spelling) for kind in ("NFC", "NFD"))):
            if is_there(Path(form)):
                return Path(form)
    return path


def is_there(path: Path) -> bool:
    """Whether a file, folder or link is there; False for a name that no file can have."""
    try:
        return os.path.lexists(path)
    except ValueError:
        return False


def _expand(path: Path) -> list[Path]:
    """Return the sorted matches of a pattern; a path that exists or has no wildcard is its own."""
    there = as_on_disk(path)
    if not _has_wildcard(str(path)) or is_there(there):
        return [there]
    start, parts = Path(path.anchor), path.relative_to(path.anchor).parts
    return sorted(set(_matches(start, parts))) or [path]


def _has_wildcard(name: str) -> bool:
    return any(sign in name for sign in "*?[")


def _matches(folder: Path, parts: tuple[str, ...]) -> Iterator[Path]:
    """Yield what the parts of a pattern match below a folder, in order of name.

    A part that is there as it is written is no pattern: a folder may be called `shoes [2024]`.
    """
    if not parts:
        yield folder
        return
    part, rest = parts[0], parts[1:]
    if part == "**":
        for below in _folders_below(folder, set()):
            yield from _matches(below, rest)
    elif is_there(there := as_on_disk(folder / part)) or not _has_wildcard(part):
        if is_there(there):
            yield from _matches(there, rest)
    else:
        for entry in _entries(folder):
            if _fits(entry.name, part):
                yield from _matches(entry, rest)


def _fits(name: str, pattern: str) -> bool:
    """Whether a name fits one part of a pattern; hidden ones and thumbnails must be named."""
    if (name.startswith(".") and not pattern.startswith(".")) or _is_thumbnails(name):
        return False
    return fnmatch(*(unicodedata.normalize("NFC", text) for text in (name, pattern)))


def _folders_below(folder: Path, visited: set[Identity]) -> Iterator[Path]:
    """Yield a folder and all in it, also through links, each once; not the hidden ones."""
    try:
        identity = _identity(folder)
    except (OSError, ValueError):
        return
    if identity in visited:
        return
    visited.add(identity)
    yield folder
    for entry in _entries(folder):
        if not (entry.name.startswith(".") or _is_thumbnails(entry.name)):
            yield from _folders_below(entry, visited)


def _entries(folder: Path) -> list[Path]:
    """Return the sorted entries of a folder, none where it cannot be listed."""
    try:
        return sorted(folder.iterdir())
    except (OSError, ValueError):
        return []


def _identity(folder: Path) -> Identity:
    """What two paths to one folder have in common. Raises NotADirectoryError for a file."""
    status = folder.stat()
    if not stat.S_ISDIR(status.st_mode):
        raise NotADirectoryError(str(folder))
    # Some network drives number all files 0.
    return (status.st_dev, status.st_ino) if status.st_ino else os.path.realpath(folder)


def _is_thumbnails(name: str) -> bool:
    return name.lower() in _THUMBNAIL_FOLDERS


class _Walk:
    """One search through folders; a folder that it has been in is not entered again."""

    def __init__(self, left_out: LeftOut) -> None:
        self._left_out, self._visited = left_out, set[Identity]()

    def files(self, start: Path) -> Iterator[Path]:
        """Yield a file itself, or the files in a folder."""
        pending = [start]
        while pending:
            path = pending.pop()
            try:
                pending += reversed(self._list(path))
            except NotADirectoryError:
                yield path
            except (OSError, ValueError) as error:  # missing, forbidden, a name no file can have
                if getattr(error, "errno", 0) != errno.ELOOP:
                    yield path

    def _list(self, folder: Path) -> list[Path]:
        """Return the sorted entries of a folder that may be pictures, none the second time.

        Raises NotADirectoryError for a file, another OSError where nothing can be listed.
        """
        identity = _identity(folder)
        if identity in self._visited:
            return []
        self._visited.add(identity)
        return sorted(entry for entry in folder.iterdir() if self._may_be_picture(entry))

    def _may_be_picture(self, entry: Path) -> bool:
        """Whether an entry is neither hidden nor a sidecar file; a folder always may be."""
        if _is_thumbnails(entry.name) and entry.is_dir():
            self._left_out.thumbnails.append(entry)
            return False
        if entry.name.startswith("."):
            return False
        suffix = entry.suffix.lower()
        if suffix == _DRAWING_SUFFIX and not entry.is_dir():
            self._left_out.drawings.append(entry)
            return False
        return suffix not in _SIDECAR_SUFFIXES or entry.is_dir()
