"""Reading the photo of a submission: a path, bytes, or a URI."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from detector.pictures.fetch import fetch, host_of
from detector.pictures.reader import read_bytes, read_picture
from detector.records import Reading, Submission
from detector.settings import ReaderSettings

_LOCAL = ("", "localhost")


def name_of(submission: Submission) -> str:
    """The name of the photo in a listing: its path, its URI, or the SHA-256 of its bytes.

    The name of a `file:` URI is its path.
    """
    if isinstance(submission.photo, bytes):
        return f"sha256:{hashlib.sha256(submission.photo).hexdigest()}"
    path = path_of(submission)
    return str(submission.photo if path is None else path)


def path_of(submission: Submission) -> Path | None:
    """The path of the photo; None for bytes, and for URIs of other schemes."""
    photo = submission.photo
    if isinstance(photo, bytes):
        return None
    return photo if isinstance(photo, Path) else _path_of_uri(photo)


def read_submission(submission: Submission, settings: ReaderSettings) -> Reading:
    """Read the photo of a submission with the guarded reader. Raises nothing.

    Of URIs `file:` is read, and HTTP is fetched from `settings.allowed_hosts`; any other is
    `refused`.
    """
    if isinstance(submission.photo, bytes):
        return read_bytes(submission.photo, name_of(submission), settings)
    path = path_of(submission)
    if path is None:
        return _read_address(str(submission.photo), settings)
    return read_picture(path, settings)


def _read_address(uri: str, settings: ReaderSettings) -> Reading:
    """Fetch and read the picture at an address, where its host is allowed."""
    host = host_of(uri)
    if not host:
        message = "only file: URIs are read. Download the photo and give its path."
        return Reading(uri, "refused", message)
    if host not in settings.allowed_hosts:
        remedy = f"Give the folder with its file (--pictures), or allow the host {host}."
        return Reading(uri, "refused", f"pictures of this host are not fetched. {remedy}")
    try:
        data = fetch(uri, settings.allowed_hosts, settings.max_bytes, settings.max_seconds)
    except OSError as error:
        return Reading(uri, "error", f"cannot be fetched ({error}). Scan this photo again.")
    # What stands behind the name in an address is no suffix.
    name = unquote(PurePosixPath(urlsplit(uri).path).name)
    return replace(read_bytes(data, name, settings), path=uri)


def _path_of_uri(uri: str) -> Path | None:
    """The path that a `file:` URI names on this machine; None for anything else."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme != "file" or parts.netloc not in _LOCAL or not parts.path:
        return None
    return Path(os.fsdecode(unquote_to_bytes(parts.path)))
