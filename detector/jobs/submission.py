"""Submissions as text that any process can take, under names that stay, and read safely."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from detector.pictures.reader import read_bytes, read_picture
from detector.records import Listing, Reading, Submission
from detector.settings import ReaderSettings
from detector.words.folding import check_installed

_DEFAULT = ReaderSettings()
_LOCAL = ("", "localhost")
_BESIDE = tuple(field.name for field in fields(Submission) if field.name != "photo")


def to_request(submission: Submission, config: str) -> str:
    """Write a submission and the text of a `ScanConfig` as JSON; bytes become base64."""
    return json.dumps(
        {**asdict(submission), "photo": _photo_to_json(submission.photo), "config": config}
    )


def from_request(request: str) -> tuple[Submission, str]:
    """Read the submission and the text of the `ScanConfig` that `to_request` wrote."""
    values = json.loads(request)
    photo, config = _photo_from_json(values.pop("photo")), values.pop("config")
    return Submission(photo, **{**values, "classes": tuple(values["classes"])}), config


def read(submission: Submission, settings: ReaderSettings = _DEFAULT) -> Reading:
    """Read the photo of a submission. Raises nothing: what cannot be read has a status.

    Of URIs only `file:` is read, since nothing is ever fetched; any other is `refused`.
    """
    if isinstance(submission.photo, bytes):
        return read_bytes(submission.photo, name_of(submission), settings)
    path = path_of(submission)
    if path is None:
        message = "only file: URIs are read. Download the photo and give its path."
        return Reading(name_of(submission), "refused", message)
    return read_picture(path, settings)


def name_of(submission: Submission) -> str:
    """Name the photo as `Listing.path` does: a path, `sha256:` and hex for bytes, or the URI."""
    if isinstance(submission.photo, bytes):
        return f"sha256:{hashlib.sha256(submission.photo).hexdigest()}"
    path = path_of(submission)
    return str(submission.photo if path is None else path)


def path_of(submission: Submission) -> Path | None:
    """Give the file in which the photo lies; None for bytes, and for URIs that are not `file:`."""
    photo = submission.photo
    if isinstance(photo, bytes):
        return None
    return photo if isinstance(photo, Path) else _path_of_uri(photo)


def beside(submission: Submission) -> str:
    """Give everything but the photo as one text; "" for a photo alone."""
    values = [getattr(submission, name) for name in _BESIDE]
    return json.dumps(values) if any(values) else ""


def check_texts(submission: Submission) -> None:
    """Raise `MissingExtra` for a title or description where the extra `words` is not installed."""
    if submission.title or submission.description:
        check_installed()


def answering(listing: Listing, submission: Submission, seller: str = "") -> Listing:
    """Give the listing with the fields of its submission, and the seller's by default `seller`."""
    values = {name: getattr(submission, name) for name in _BESIDE}
    return replace(listing, **{**values, "seller": submission.seller or seller})


def _path_of_uri(uri: str) -> Path | None:
    """Give the path that a `file:` URI names on this machine; None for anything else."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme != "file" or parts.netloc not in _LOCAL or not parts.path:
        return None
    return Path(os.fsdecode(unquote_to_bytes(parts.path)))


def _photo_to_json(photo: Path | bytes | str) -> dict[str, str]:
    if isinstance(photo, bytes):
        return {"base64": base64.b64encode(photo).decode("ascii")}
    return {"path": str(photo)} if isinstance(photo, Path) else {"uri": photo}


def _photo_from_json(value: Mapping[str, Any]) -> Path | bytes | str:
    ((kind, text),) = value.items()
    if kind == "base64":
        return base64.b64decode(text)
    return Path(text) if kind == "path" else str(text)
