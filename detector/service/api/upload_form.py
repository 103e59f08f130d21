"""The form of an upload: its fields are checked before anything is kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile

from detector.jobs.submission import require_words_extra
from detector.pictures.fetch import host_of
from detector.pictures.public_fetch import fetch_public
from detector.pipeline.listing_text import classes_of
from detector.records import Submission
from detector.service.api.inspection_models import UploadFields
from detector.service.api.problems import Problem
from detector.service.api.texts import MOST_ID, storable
from detector.service.settings import ServiceSettings
from detector.service.uploads import IncomingPicture, Upload

FORM = "multipart/form-data"
_MOST_ADDRESS = 2000  # characters
_MOST_FIELDS = 40
_LEAST_PART = 10_000  # bytes: what is too long is told in words

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "picture": {
            "type": "array",
            "items": {"type": "string", "format": "binary"},
            "minItems": 1,
            "maxItems": 16,
            "description": "Picture files; as many as the service allows, 16 by default.",
        },
        "uri": {
            "type": "array",
            "items": {"type": "string"},
            "description": "Addresses of pictures instead, on hosts that the operator allows.",
        },
        **UploadFields.model_json_schema()["properties"],
    },
    "additionalProperties": False,
}
"""The JSON schema of the form."""


async def read_form(request: Request, settings: ServiceSettings) -> FormData:
    """Read the form; its files are to be closed. Raises `Problem` 415, HTTPException 400."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise Problem(415, "an upload is a form", remedy=f"Send it as {FORM}.")
    # One file more than allowed: that is told in words, where the parser would only say 400.
    most = settings.limits.pictures + 1
    size = max(_LEAST_PART, 4 * settings.limits.text_characters)  # bytes of UTF-8
    return await request.form(max_files=most, max_fields=_MOST_FIELDS, max_part_size=size)


def upload_of(
    form: FormData, settings: ServiceSettings, key: str = ""
) -> tuple[Upload, list[IncomingPicture]]:
    """The upload in a form, with this idempotency key, and its pictures, not read yet.

    Raises RequestValidationError, `Problem` 422, `UsageError`.
    """
    files, texts = _parts(form)
    uris = texts.pop("uri", [])
    fields = _checked({name: _single(name, values) for name, values in texts.items()})
    for name, text in fields.model_dump().items():
        _check_length(name, text, settings.limits.text_characters)
    upload = Upload(
        **fields.model_dump(exclude={"classes"}),
        classes=classes_of(fields.classes, "classes"),
        idempotency_key=key,
    )
    require_words_extra(Submission(b"", upload.title, upload.description, brand=upload.brand))
    pictures = [
        *(_file(position, file) for position, file in enumerate(files, 1)),
        *(_address(uri, settings) for uri in uris),
    ]
    most = settings.limits.pictures
    if not 1 <= len(pictures) <= most:
        told = f"an upload has 1 to {most} pictures, and this one has {len(pictures)}"
        raise Problem(422, told, remedy="Send each as a file named `picture`.")
    return upload, pictures


def _parts(form: FormData) -> tuple[list[UploadFile], dict[str, list[str]]]:
    files, texts = list[UploadFile](), defaultdict[str, list[str]](list)
    for name, value in form.multi_items():
        if isinstance(value, UploadFile) != (name == "picture"):
            kind = "a file with a name" if name == "picture" else "no file"
            raise _wrong(name, f"is {kind}")
        if isinstance(value, UploadFile):
            files.append(value)
        else:
            texts[name].append(value)
    return files, texts


def _single(name: str, values: Sequence[str]) -> str:
    if len(values) > 1 and name != "classes":
        raise _wrong(name, "is given more than once")
    return ",".join(values)


def _checked(texts: dict[str, str]) -> UploadFields:
    try:
        return UploadFields.model_validate(texts)
    except ValidationError as error:
        told = error.errors(include_url=False, include_input=False, include_context=False)
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in told]) from (
            error
        )


def _check_length(name: str, text: str, most: int) -> None:
    if len(text) > most:
        raise _wrong(name, f"has more than {most:,} characters")


def _file(position: int, file: UploadFile) -> IncomingPicture:
    if not file.size:
        raise _wrong("picture", f"number {position} is empty")
    return IncomingPicture(partial(_read, file), name=_name_of(file))


def _read(file: UploadFile) -> bytes:
    """The whole file, from its beginning; in the thread that asks."""
    file.file.seek(0)
    return bytes(file.file.read())


def _name_of(file: UploadFile) -> str:
    """The name of a file without folders; it is shown, and never used as a path."""
    name = (file.filename or "").replace("\\", "/").rpartition("/")[2]
    try:
        return storable(name[-MOST_ID:])
    except ValueError as error:
        raise _wrong("picture", f"has a name that {error}") from error


def _address(uri: str, settings: ServiceSettings) -> IncomingPicture:
    if host_of(uri) not in settings.allowed_hosts or len(uri) > _MOST_ADDRESS or "\0" in uri:
        remedy = "Send the file, or ask the operator to allow its host."
        raise Problem(422, "pictures are not fetched from this address", remedy=remedy, uri=uri)
    return IncomingPicture(partial(_fetch, uri, settings), uri=uri)


def _fetch(uri: str, settings: ServiceSettings) -> bytes:
    most, seconds = settings.detection.reader.max_bytes, settings.limits.fetch_seconds
    try:
        return fetch_public(uri, settings.allowed_hosts, most, seconds)
    except OSError as error:
        told = f"a picture cannot be fetched: {error}"
        remedy = "Check the address, or send the file."
        raise Problem(422, told, remedy=remedy, uri=uri) from error


def _wrong(name: str, message: str) -> RequestValidationError:
    return RequestValidationError([{"loc": ("body", name), "msg": message, "type": "value_error"}])
