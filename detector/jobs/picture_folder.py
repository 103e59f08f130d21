"""The files of a folder by the names that addresses of pictures end with."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cached_property
from itertools import takewhile
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from detector.pictures.sources import as_on_disk, find_pictures

_SCHEMES = ("http://", "https://", "file:", "//")


def is_address(name: str) -> bool:
    """Whether the name of a picture is a URI and not a path."""
    return name.lower().startswith(_SCHEMES)


class PictureFolder:
    """Finds pictures that were downloaded from a shop. Its folder is listed at the first address.

    Without a folder no address leads to a file.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def photo(self, name: str, base: Path) -> Path | str:
        """The file that a name in a manifest means, or the address itself.

        A path is relative to the folder `base`. An address leads to the file with the name that it
        ends with; where several have it, to the one whose folders agree with the address furthest.
        """
        if not is_address(name):
            return as_on_disk(base / name)
        return self._find(name) or (f"https:{name}" if name.startswith("//") else name)

    def _find(self, address: str) -> Path | None:
        try:
            wanted = _key(unquote(urlsplit(address).path))
        except ValueError:  # not an address after all
            return None
        found = self._files.get(wanted[-1:], ())
        agreement = [_common_end(wanted, _key(file.as_posix())) for file in found]
        best = max(agreement, default=0)
        fitting = [file for file, common in zip(found, agreement, strict=True) if common == best]
        return fitting[0] if len(fitting) == 1 else None

    @cached_property
    def _files(self) -> dict[tuple[str, ...], list[Path]]:
        """The files by the last part of their key."""
        files: dict[tuple[str, ...], list[Path]] = {}
        for file in self._listed():
            files.setdefault(_key(file.name), []).append(file)
        return files

    def _listed(self) -> Iterator[Path]:
        return find_pictures([self._folder]) if self._folder else iter(())


def _key(path: str) -> tuple[str, ...]:
    """The parts of a path as they are compared: in one normal form, without case."""
    return PurePosixPath(unicodedata.normalize("NFC", path).casefold()).parts


def _common_end(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """How many parts at the end of two paths are the same."""
    pairs = zip(reversed(one), reversed(other), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
