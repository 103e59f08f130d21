"""The journal of a scan: the photos that are done, so that an interrupted scan can be resumed.

One SQLite file in WAL mode, one transaction a photo: a scan that is killed loses at most the
photos it was busy with, and never the file.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from detector.errors import DiskFull, UsageError
from detector.jobs.run_identity import check_same
from detector.jobs.submission import text_fields_json
from detector.pictures.read_submission import name_of, path_of
from detector.records import Listing, Submission
from detector.serialise.jsonl import listing_from_json, listing_to_json

Stamp = tuple[int, int]
"""Size in bytes and time of the last change in nanoseconds."""

APPLICATION = 0x6C6F676F  # marks the SQLite file as ours
WAIT_SECONDS = 30.0

_TABLES = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS options (only INTEGER PRIMARY KEY CHECK (only = 1), text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS photos (
  path BLOB PRIMARY KEY, size INTEGER NOT NULL, changed INTEGER NOT NULL,
  digest TEXT NOT NULL, line TEXT NOT NULL
) WITHOUT ROWID;
PRAGMA application_id = {APPLICATION};
COMMIT;
"""


def stamp(path: Path) -> Stamp | None:
    """Size and time of change of a regular file; None for anything else."""
    try:
        status = path.stat()
    except (OSError, ValueError):  # missing, forbidden, a name no file can have
        return None
    return (status.st_size, status.st_mtime_ns) if stat.S_ISREG(status.st_mode) else None


def stamp_of(submission: Submission) -> Stamp | None:
    """Size and time of change of a submission's photo; the time of bytes is 0."""
    if isinstance(submission.photo, bytes):
        return len(submission.photo), 0
    path = path_of(submission)
    return None if path is None else stamp(path)


class Journal:
    """The finished photos of one scan. Lifetime: the open file, from making it to `close`.

    `identity` is the `run_identity` of the scan. Raises `UsageError` when the file was begun with
    another one, is no journal, or cannot be written.
    """

    def __init__(self, path: Path, identity: Mapping[str, str]) -> None:
        self._path = path
        with self._complaining():
            self._base = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)
        try:
            with self._complaining():
                self._prepare()
                self._check(dict(identity))
        except BaseException:
            self._base.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *trouble: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; everything recorded is in it already."""
        self._base.close()

    def recall(self, submission: Submission) -> Listing | None:
        """Give the recorded answer for a submission that has not changed since, else None."""
        query = "SELECT size, digest, line FROM photos WHERE path = ?"
        with self._complaining():
            row = self._base.execute(query, (_key(submission),)).fetchone()
        if row is None:
            return None
        size, digest, line = row
        now = stamp_of(submission)
        # By the bytes: a file may be touched and stay, or change and keep its size and time.
        same = now is not None and now[0] == size and digest == _digest(submission)
        return listing_from_json(line) if same else None

    def record(self, submission: Submission, before: Stamp | None, listing: Listing) -> None:
        """Keep an answer. `before` is the stamp of the photo from before it was read.

        Only photos that were read are kept. What failed is tried again by a resumed scan: the
        disk may be back, the limit raised, the missing extra installed.
        """
        if before is None or listing.status not in ("ok", "partial"):
            return
        row = (_key(submission), *before, listing.digest, listing_to_json(listing))
        with self._complaining():
            self._base.execute("INSERT OR REPLACE INTO photos VALUES (?, ?, ?, ?, ?)", row)

    def _prepare(self) -> None:
        """Make the tables of a new file, and leave the file of another program as it is."""
        (application,) = self._base.execute("PRAGMA application_id").fetchone()
        (tables,) = self._base.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if tables and application != APPLICATION:
            raise sqlite3.DatabaseError("a database of another program")
        self._base.execute("PRAGMA journal_mode = WAL")
        # NORMAL survives kill -9; a power cut may cost the last photos, never the file.
        self._base.execute("PRAGMA synchronous = NORMAL")
        if not tables:
            self._base.executescript(_TABLES)

    def _check(self, identity: dict[str, str]) -> None:
        """Write the identity into a new journal; complain when an old one has another."""
        insert = "INSERT OR IGNORE INTO options VALUES (1, ?)"
        self._base.execute(insert, (json.dumps(identity),))
        (text,) = self._base.execute("SELECT text FROM options").fetchone()
        check_same(json.loads(text), identity, place=str(self._path), run="scan")

    @contextmanager
    def _complaining(self) -> Iterator[None]:
        """Turn SQLite's errors into one that says what to do."""
        try:
            yield
        except (sqlite3.Error, json.JSONDecodeError) as error:
            if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL:
                size = stamp(self._path) or (0, 0)
                raise DiskFull(size[0], place=str(self._path)) from error
            raise UsageError(
                f"cannot be used as the journal of a scan: {error}",
                place=str(self._path),
                remedy="Name a new file in a folder on this machine that can be written.",
            ) from error


def _key(submission: Submission) -> bytes:
    """What an answer is kept under: the photo's name, and a digest of what is beside it.

    No path holds the NUL that parts them. One photo may have several answers: two sellers use it.
    """
    # A manifest may name what no file can be.
    name = name_of(submission).encode("utf-8", "surrogatepass")
    texts = text_fields_json(submission)
    return name + b"\0" + hashlib.sha256(texts.encode()).digest() if texts else name


def _digest(submission: Submission) -> str:
    """The SHA-256 of a photo in hex, "" when it cannot be read."""
    if isinstance(submission.photo, bytes):
        return hashlib.sha256(submission.photo).hexdigest()
    path = path_of(submission)
    try:
        with (path or Path()).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
