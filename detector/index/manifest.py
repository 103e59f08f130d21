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
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from detector.errors import IndexDamaged, IndexMissing, IndexVersion, ReferenceIndexError

VERSION = 2
UPGRADED = (1, VERSION)  # versions that this program reads, the first only to upgrade it
MANIFEST = "manifest.json"
MANIFEST_NEW = "manifest.json.new"
SEGMENTS = "segments"
LEDGERS = "ledgers"
STAGING = "staging"  # where a folder is written before it has a name
FOLDER_NAME = re.compile(r"[0-9a-f]{32}")
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
class LedgerRecord:
    """One immutable ledger folder: how many marks have a record in it, and its files."""

    name: str
    marks: int
    files: Mapping[str, FileInfo]

    def folder(self, root: Path) -> Path:
        """Where this ledger lies in the index folder `root`."""
        return root / LEDGERS / self.name


@dataclass(frozen=True, slots=True)
class Manifest:
    """One state of an index.

    Attributes:
        generation: 32 hex digits that depend on the contents alone.
        settings: what the stored features depend on, a digest by feature name.
        channels: what the descriptors of each channel are.
        segments: where the features are.
        ledgers: where the records of marks are, the oldest first; the newest record counts.

    """

    generation: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, Channel] = field(default_factory=dict)
    segments: tuple[SegmentRecord, ...] = ()
    ledgers: tuple[LedgerRecord, ...] = ()


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
    body, path = read_body(root), root / MANIFEST
    if body["version"] != VERSION:
        raise IndexVersion(
            f"the index has format version {body['version']}, this program uses {VERSION}",
            place=str(path),
            remedy="Run `detector index upgrade`.",
        )
    try:
        return _parsed(body)
    except IndexVersion as error:
        raise IndexVersion(error.message, place=str(path), remedy=error.remedy) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise damaged(path, f"the manifest has an unexpected content ({error})") from error


def read_body(root: Path) -> dict[str, Any]:
    """The checked JSON of a manifest of any version that this program knows.

    Raises what `read_manifest` does.
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
    body = _checked(raw, path)
    if body.get("version") not in UPGRADED:
        raise IndexVersion(
            f"the index has format version {body.get('version')}, this program uses {VERSION}",
            place=str(path),
            remedy="Use a newer version of this program.",
        )
    return body


def live_folders(root: Path) -> set[Path]:
    """The folders of segments and ledgers that the current manifest, of any version, names.

    Raises what `read_manifest` does.
    """
    body = read_body(root)
    try:
        return {
            root / kind / named(FOLDER_NAME, record["name"])
            for kind in (SEGMENTS, LEDGERS)
            for record in body.get(kind, ())
        }
    except (KeyError, TypeError, ValueError) as error:
        raise damaged(root / MANIFEST, f"the manifest names a bad folder ({error})") from error


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
    return dict(body)


def _parsed(body: Mapping[str, Any]) -> Manifest:
    _known(body, Manifest, "version")
    return Manifest(
        generation=body["generation"],
        settings=dict(body["settings"]),
        channels={
            named(CHANNEL_NAME, name): Channel(**_known(channel, Channel))
            for name, channel in body["channels"].items()
        },
        segments=tuple(
            SegmentRecord(
                **{**folder_fields(record, SegmentRecord), "dead": frozenset(record["dead"])}
            )
            for record in body["segments"]
        ),
        ledgers=tuple(
            LedgerRecord(**folder_fields(record, LedgerRecord)) for record in body["ledgers"]
        ),
    )


def folder_fields(
    record: Mapping[str, Any], kind: type[SegmentRecord] | type[LedgerRecord]
) -> dict[str, Any]:
    """The fields of a folder's record in a manifest, its name and file names checked.

    Raises `IndexVersion` for a field that is not known here; KeyError, TypeError, ValueError or
    AttributeError for anything else.
    """
    files = {
        named(FILE_NAME, name): FileInfo(**_known(info, FileInfo))
        for name, info in record["files"].items()
    }
    return {**_known(record, kind), "name": named(FOLDER_NAME, record["name"]), "files": files}


def named(pattern: re.Pattern[str], name: str) -> str:
    """Give `name` back if it may be used in a path, else raise ValueError."""
    if not pattern.fullmatch(name):
        raise ValueError(f"bad name {name!r}")
    return name


def _known(body: Mapping[str, Any], kind: type, *others: str) -> Mapping[str, Any]:
    """The same; raises `IndexVersion` when it has a field that `kind` does not have."""
    unknown = sorted(body.keys() - {entry.name for entry in fields(kind)} - {*others})
    if unknown:
        raise IndexVersion(
            f"the index has the field {', '.join(unknown)}: it was written by a newer version",
            remedy="Use a newer version of this program.",
        )
    return body
