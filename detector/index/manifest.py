"""The manifest: the file that lists the contents of an index; replacing it is the commit.

It is canonical JSON (sorted keys, one space of indent, ASCII) with its own SHA-256, so that
every changed byte is detected. docs/index-format.md describes the fields.
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
STAGING = "staging"  # the folder that is being written; it has no name yet
GENERATIONS = "generations"  # of a service: this host's copies, each an index of its own
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
class DescriptorType:
    """The type of all descriptors of one channel: dtype uint8 or float16, and D columns."""

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
        """The folder of this segment in the index folder `root`."""
        return root / SEGMENTS / self.name


@dataclass(frozen=True, slots=True)
class MarkRecordsFolder:
    """One immutable folder of records of marks: how many there are, and its files."""

    name: str
    marks: int
    files: Mapping[str, FileInfo]

    def folder(self, root: Path) -> Path:
        """The folder of these records in the index folder `root`."""
        return root / LEDGERS / self.name


@dataclass(frozen=True, slots=True)
class Manifest:
    """One state of an index.

    Attributes:
        generation: 32 hex digits that depend on the contents alone.
        settings: digests of the settings that stored features depend on, by feature name.
        channels: the type of the descriptors of each channel.
        segments: where the features are.
        ledgers: where the records of marks are, the oldest first; the newest record counts.

    """

    generation: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, DescriptorType] = field(default_factory=dict)
    segments: tuple[SegmentRecord, ...] = ()
    ledgers: tuple[MarkRecordsFolder, ...] = ()


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
    cannot be read.
    """
    body, path = read_body(root), root / MANIFEST
    if body["version"] != VERSION:
        raise IndexVersion(
            f"the index has format version {body['version']}, this program uses {VERSION}",
            place=str(path),
            remedy="Run `detector index upgrade`.",
        )
    try:
        return _manifest_of(body)
    except IndexVersion as error:
        raise IndexVersion(error.message, place=str(path), remedy=error.remedy) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise damaged(path, f"the manifest has an unexpected content ({error})") from error


def read_body(root: Path) -> dict[str, Any]:
    """Read and verify the JSON of a manifest of any version that this program knows.

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
    body = _verified_body(raw, path)
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
            root / kind / check_name(FOLDER_NAME, record["name"])
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
    temporary = root / MANIFEST_NEW
    temporary.write_bytes(_encode(body))
    sync(temporary)
    temporary.replace(root / MANIFEST)
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
    content = json.dumps(body, sort_keys=True, indent=1).encode()
    body = {**body, "checksum": hashlib.sha256(content).hexdigest()}
    return json.dumps(body, sort_keys=True, indent=1).encode() + b"\n"


def _verified_body(raw: bytes, path: Path) -> dict[str, Any]:
    try:
        body = json.loads(raw)
        del body["checksum"]
        sound = _encode(body) == raw
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise damaged(path, "the manifest is not readable") from error
    if not sound:
        raise damaged(path, "the manifest fails its checksum")
    return dict(body)


def _manifest_of(body: Mapping[str, Any]) -> Manifest:
    _check_fields(body, Manifest, "version")
    return Manifest(
        generation=body["generation"],
        settings=dict(body["settings"]),
        channels={
            check_name(CHANNEL_NAME, name): DescriptorType(**_check_fields(channel, DescriptorType))
            for name, channel in body["channels"].items()
        },
        segments=tuple(
            SegmentRecord(
                **{**folder_fields(record, SegmentRecord), "dead": frozenset(record["dead"])}
            )
            for record in body["segments"]
        ),
        ledgers=tuple(
            MarkRecordsFolder(**folder_fields(record, MarkRecordsFolder))
            for record in body["ledgers"]
        ),
    )


def folder_fields(
    record: Mapping[str, Any], kind: type[SegmentRecord] | type[MarkRecordsFolder]
) -> dict[str, Any]:
    """The fields of a folder's record in a manifest, its name and file names checked.

    Raises `IndexVersion` for a field that is not known here; KeyError, TypeError, ValueError or
    AttributeError for anything else.
    """
    files = {
        check_name(FILE_NAME, name): FileInfo(**_check_fields(info, FileInfo))
        for name, info in record["files"].items()
    }
    return {
        **_check_fields(record, kind),
        "name": check_name(FOLDER_NAME, record["name"]),
        "files": files,
    }


def check_name(pattern: re.Pattern[str], name: str) -> str:
    """Return `name` if it may be used in a path, else raise ValueError."""
    if not pattern.fullmatch(name):
        raise ValueError(f"bad name {name!r}")
    return name


def _check_fields(body: Mapping[str, Any], kind: type, *others: str) -> Mapping[str, Any]:
    """Return `body`; raise `IndexVersion` when it has a field that `kind` does not have."""
    unknown = sorted(body.keys() - {entry.name for entry in fields(kind)} - {*others})
    if unknown:
        raise IndexVersion(
            f"the index has the field {', '.join(unknown)}: it was written by a newer version",
            remedy="Use a newer version of this program.",
        )
    return body
