"""Reading the photo of a submission: a path, bytes, or a URI."""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import unquote, urlsplit

from detector.pictures.reader import read_bytes, read_picture
from detector.records import Reading, Submission
from detector.settings import ReaderSettings


def name_of(submission: Submission) -> str:
    """The name of the photo in a listing: its path or URI, or the SHA-256 of its bytes."""
    if isinstance(submission.photo, bytes):
        return f"sha256:{hashlib.sha256(submission.photo).hexdigest()}"
    return str(submission.photo)


def read_submission(submission: Submission, settings: ReaderSettings) -> Reading:
    """Read the photo of a submission with the guarded reader; only `file:` URIs are opened."""
    photo = submission.photo
    if isinstance(photo, bytes):
        return read_bytes(photo, name_of(submission), settings)
    if isinstance(photo, Path):
        return read_picture(photo, settings)
    address = urlsplit(photo)
    if address.scheme == "file" and address.netloc in ("", "localhost"):
        return read_picture(Path(unquote(address.path)), settings)
    return Reading(photo, "refused", "only file: addresses are read. Give the file itself.")
