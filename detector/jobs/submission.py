"""Submissions as text that any process can take, and listings that answer them."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

from detector.pictures.read_submission import name_of
from detector.records import Listing, Submission
from detector.words.folding import check_installed

_BESIDE = tuple(field.name for field in fields(Submission) if field.name != "photo")
_ANSWERED = tuple(name for name in _BESIDE if name not in ("picture", "pictures"))
"""What an answer depends on, or holds, besides the photo."""


def to_request(submission: Submission, config: str) -> str:
    """Write a submission and the text of a `ScanConfig` as JSON; bytes become base64."""
    photo = _photo_to_json(submission.photo)
    return json.dumps({**asdict(submission), "photo": photo, "config": config})


def from_request(request: str) -> tuple[Submission, str]:
    """Read the submission and the text of the `ScanConfig` that `to_request` wrote."""
    values = json.loads(request)
    photo, config = _photo_from_json(values.pop("photo")), values.pop("config")
    return Submission(photo, **{**values, "classes": tuple(values["classes"])}), config


def text_fields_json(submission: Submission) -> str:
    """Give all that an answer depends on but the photo as one text; "" for a photo alone."""
    values = [getattr(submission, name) for name in _ANSWERED]
    return json.dumps(values) if any(values) else ""


def require_words_extra(submission: Submission) -> None:
    """Raise `MissingExtra` for a text of a listing where the extra `words` is not installed."""
    if submission.title or submission.description or submission.brand:
        check_installed()


def with_submission_fields(listing: Listing, submission: Submission, seller: str = "") -> Listing:
    """Give a listing the name and the fields of the submission that it answers.

    `seller` is the seller's where the submission names none. A worker's word is not taken for what
    it was asked.
    """
    values = {name: getattr(submission, name) for name in _BESIDE}
    values["seller"] = submission.seller or seller
    return replace(listing, path=name_of(submission), **values)


def _photo_to_json(photo: Path | bytes | str) -> dict[str, str]:
    if isinstance(photo, bytes):
        return {"base64": base64.b64encode(photo).decode("ascii")}
    return {"path": str(photo)} if isinstance(photo, Path) else {"uri": photo}


def _photo_from_json(value: Mapping[str, Any]) -> Path | bytes | str:
    ((kind, text),) = value.items()
    if kind == "base64":
        return base64.b64decode(text)
    return Path(text) if kind == "path" else str(text)
