"""Every error the library raises on purpose.

    DetectorError
    ├── UsageError            the caller asked for something that cannot be done
    │   └── MissingExtra      an optional package is needed; the message names the extra to install
    ├── MarkError             a mark source is wrong: file, line and remedy
    ├── PolicyError           a policy file is wrong: file and remedy
    ├── DiskFull              a disk is full: which file, and how much was written of it
    ├── StorageError          the service's database or picture store cannot be used, and why
    ├── DatasetError          a benchmark dataset cannot be used at all: place and remedy
    └── ReferenceIndexError   a reference index cannot be used
        ├── IndexMissing      there is no index in that folder
        ├── IndexDamaged      a file of the index fails its checksum or is cut short
        ├── IndexReplaced     the index is no longer in the state in which a scan began
        └── IndexVersion      the index was written by an incompatible version

Pictures raise nothing: a file that cannot be read is a `Reading` with a status.
"""

from __future__ import annotations


class DetectorError(Exception):
    """Base of the tree. `place` says where (a path, or `path:line`), `remedy` what to do."""

    def __init__(self, message: str, *, place: str = "", remedy: str = "") -> None:
        self.message, self.place, self.remedy = message, place, remedy
        head = f"{place}: {message}" if place else message
        super().__init__(f"{head}. {remedy}" if remedy else head)


class UsageError(DetectorError):
    """The caller asked for something that cannot be done."""


class MissingExtra(UsageError):
    """An optional package is not installed."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(
            f"this needs the package {package}",
            remedy=f'Install it with: pip install "detector[{extra}]"',
        )


class MarkError(DetectorError):
    """A mark source is wrong."""


class PolicyError(DetectorError):
    """A policy file is wrong."""


class DiskFull(DetectorError):
    """A disk is full. `written` bytes were there at `place` by then, and more was needed."""

    def __init__(self, written: int, *, place: str) -> None:
        super().__init__(
            f"the disk is full: {written / 1e6:,.1f} MB were written, and more is needed",
            place=place,
            remedy="Make room, or name a place on another disk.",
        )


class StorageError(DetectorError):
    """The database or the picture store of the service cannot be used."""


class DatasetError(DetectorError):
    """A benchmark dataset cannot be used at all; single bad lines are `Unusable` instead."""


class ReferenceIndexError(DetectorError):
    """A reference index cannot be used."""


class IndexMissing(ReferenceIndexError):
    """There is no index in that folder."""


class IndexDamaged(ReferenceIndexError):
    """A file of the index fails its checksum or is cut short."""


class IndexReplaced(ReferenceIndexError):
    """The index is no longer in the state in which a scan began."""

    def __init__(self, *, place: str = "") -> None:
        super().__init__(
            "the reference index was replaced during the scan",
            place=place,
            remedy="Scan again from the beginning; a journal cannot be taken over.",
        )


class IndexVersion(ReferenceIndexError):
    """The index was written by an incompatible version."""
