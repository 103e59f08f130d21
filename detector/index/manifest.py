"""The manifest: the one file that says what an index contains; replacing it is the commit.

It is canonical JSON (sorted keys, one space of indent, ASCII) with its own SHA-256, so every
changed byte is noticed. docs/index-format.md describes the fields.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from detector.errors import IndexDamaged, IndexMissing, IndexVersion, ReferenceIndexError

VERSION = 1
MANIFEST = "manifest.json"
MANIFEST_NEW = "manifest.json.new"
SEGMENTS = "segments"
STAGING = "staging"  # where a segment is written before it has a name
SEGMENT_NAME = re.compile(r"[0-9a-f]{32}")
CHANNEL_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
FILE_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*")


@dataclass(frozen=True, slots=True)
class FileInfo:
    """Size in bytes and SHA-256 in hex of one immutable file."""

    size: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> FileInfo:
        """Read the file at `path` and describe it."""
        with path.open("rb") as file:
            return cls(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


@dataclass(frozen=True, slots=True)
class Channel:
    """What all descriptors of one channel have in common: uint8 or float16, and D columns."""

    dtype: str
    width: int


@dataclass(frozen=True, slots=True)
class SegmentRecord:
    """One immutable segment folder: its files, how many marks it holds and which are dead."""

    name: str
    marks: int
    files: Mapping[str, FileInfo]
    dead: frozenset[str] = frozenset()

    def folder(self, root: Path) -> Path:
        """Where this segment lies in the index folder `root`."""
        return root / SEGMENTS / self.name


@dataclass(frozen=True, slots=True)
class Manifest:
    """One state of an index. `generation` (32 hex digits) depends on its contents alone."""

    generation: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, Channel] = field(default_factory=dict)
    segments: tuple[SegmentRecord, ...] = ()


def damaged(place: Path, what: str) -> IndexDamaged:
    """Build the error for a file of the index that is not what the manifest says."""
    return IndexDamaged(
        what,
        place=str(place),
        remedy="Run `detector index verify`, then import again into an empty folder.",
    )


def read_manifest(root: Path) -> Manifest:
    """Read the current manifest of the index folder `root`.

    Raises `IndexMissing`, `IndexDamaged`, `IndexVersion`, or `ReferenceIndexError` when the file
    system does not let us read.
    """
    path = root / MANIFEST
    try:
        raw = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise IndexMissing(
            "there is no reference index here",
            place=str(root),
            remedy="Run `detector marks import` to make one.",
        ) from None
    except OSError as error:
        raise ReferenceIndexError(f"cannot be read: {error.strerror}", place=str(path)) from error
    return _parse(_checked(raw, path), path)


def write_manifest(root: Path, manifest: Manifest) -> None:
    """Replace the manifest of `root` in one step that survives a crash or a power cut."""
    body = {**asdict(manifest), "version": VERSION}
    for segment in body["segments"]:
        segment["dead"] = sorted(segment["dead"])
    fresh = root / MANIFEST_NEW
    fresh.write_bytes(_encode(body))
    sync(fresh)
    fresh.replace(root / MANIFEST)
    sync(root)


def sync(path: Path) -> None:
    """Wait until the file or folder at `path` is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _encode(body: Mapping[str, Any]) -> bytes:
    """Canonical bytes of a manifest body, with the checksum of the body without it."""
    bare = json.dumps(body, sort_keys=True, indent=1).encode()
    sealed = {**body, "checksum": hashlib.sha256(bare).hexdigest()}
    return json.dumps(sealed, sort_keys=True, indent=1).encode() + b"\n"


def _checked(raw: bytes, path: Path) -> dict[str, Any]:
    try:
        body = json.loads(raw)
        del body["checksum"]
        sound = _encode(body) == raw
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise damaged(path, "the manifest is not readable") from error
    if not sound:
        raise damaged(path, "the manifest fails its checksum")
    if body.get("version") != VERSION:
        raise IndexVersion(
            f"the index has format version {body.get('version')}, this program reads {VERSION}",
            place=str(path),
            remedy="Use a newer detector, or import the marks again into an empty folder.",
        )
    return dict(body)


def _parse(body: Mapping[str, Any], path: Path) -> Manifest:
    try:
        return Manifest(
            generation=body["generation"],
            settings=dict(body["settings"]),
            channels={
                _named(CHANNEL_NAME, name): Channel(**channel)
                for name, channel in body["channels"].items()
            },
            segments=tuple(_segment(record) for record in body["segments"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise damaged(path, f"the manifest has an unexpected content ({error})") from error


def _segment(record: Mapping[str, Any]) -> SegmentRecord:
    return SegmentRecord(
        name=_named(SEGMENT_NAME, record["name"]),
        marks=record["marks"],
        files={_named(FILE_NAME, n): FileInfo(**info) for n, info in record["files"].items()},
        dead=frozenset(record["dead"]),
    )


def _named(pattern: re.Pattern[str], name: str) -> str:
    """Give `name` back if it may be used in a path."""
    if not pattern.fullmatch(name):
        raise ValueError(f"bad name {name!r}")
    return name
