"""Lists of paths, as other programs write them to standard input."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from detector.errors import UsageError
from detector.pictures.sources import as_on_disk, is_there

_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_path_list(stream: BinaryIO, place: str = "standard input") -> Iterator[Path]:
    """Yield the paths of a list as they come, one a line, in whatever encoding the system has.

    Lines may end as on any system, or with NUL (`find -print0`). Where a byte order mark says so,
    the text is UTF-8 or UTF-16, as Windows writes it. A path in quotes is read without them. Raises
    `UsageError`, which names `place`, for UTF-16 that is cut short.
    """
    first = stream.readline()
    if first.startswith(_WIDE_MARKS):
        yield from map(_named, _decoded(first + stream.read(), place).splitlines())
        return
    for line in chain((first.removeprefix(codecs.BOM_UTF8),), stream):
        for name in _names(line):
            yield _named(os.fsdecode(name))


def _decoded(data: bytes, place: str) -> str:
    try:
        return data.decode("utf-16")
    except UnicodeDecodeError as error:
        remedy = "Write the list again, best as UTF-8."
        raise UsageError(
            "this list is not whole UTF-16 text", place=place, remedy=remedy
        ) from error


def _names(line: bytes) -> Iterator[bytes]:
    """Yield the names in a line; old Macs end lines with CR, which a name may hold as well."""
    for name in line.rstrip(b"\r\n").split(b"\0"):
        parts = [name] if is_there(Path(os.fsdecode(name))) else name.split(b"\r")
        yield from (part for part in parts if part)


def _named(name: str) -> Path:
    """The path that a name means, in the spelling of the disk."""
    path, bare = as_on_disk(Path(name)), name.strip('"')
    in_quotes = len(name) > 2 and name[0] == name[-1] == '"'
    return as_on_disk(Path(bare)) if in_quotes and not is_there(path) else path
