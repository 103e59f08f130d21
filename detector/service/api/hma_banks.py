"""Banks as callers of HMA know them: `/c/banks`, `/c/bank/NAME` and its content."""

from __future__ import annotations

import json
from contextlib import suppress
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from detector.errors import MarkError
from detector.marks.fields import slug
from detector.marks.mark_images import MarkReader
from detector.service import banks, mark_catalogue
from detector.service.api.callers import ServiceNeeded
from detector.service.api.hma import Address, Changer, Reader, photo_in, picture_at
from detector.service.api.problems import Problem, problems_of
from detector.service.banks import SIGNAL_TYPE
from detector.service.mark_pictures import NamedPicture, check_pictures
from detector.service.service import Service
from detector.service.storage.database import now_of
from detector.service.uploads import IncomingPicture

router = APIRouter(tags=["hma"])

Name = Annotated[str, Path(max_length=255)]
_LARGEST_CONTENT = 2**53


class Bank(BaseModel):
    """A bank; `matching_enabled_ratio`, 0..1, is for which share of pictures it is told."""

    name: str
    matching_enabled_ratio: float


class BankWanted(BaseModel):
    """A bank to make. `enabled` false is a ratio of 0; ratios also come as text."""

    name: str
    enabled_ratio: float | None = None
    enabled: bool = True


class BankChange(BaseModel):
    """What to change of a bank; its name is that of its owner and stays."""

    enabled_ratio: float | None = None
    enabled: bool | None = None


class Metadata(BaseModel):
    """What a caller knows of a picture; `content_id` becomes a part of the mark's id."""

    content_id: str = ""


class Described(BaseModel):
    """The body of a request that gives an address of a picture."""

    metadata: Metadata = Metadata()
    note: str = Field(default="", max_length=255)


_DESCRIBED: dict[str, Any] = {
    "type": "object",
    "properties": {
        "metadata": Metadata.model_json_schema(),
        "note": {"type": "string", "maxLength": 255},
    },
}


class Content(BaseModel):
    """A mark in a bank. Its signal is the id of the mark."""

    id: int
    signals: dict[str, str]


class Deleted(BaseModel):
    """How many were deleted."""

    deleted: int


class Done(BaseModel):
    """That something is done."""

    message: str = "Done"


@router.get(
    "/c/banks", operation_id="hmaListBanks", summary="Banks", responses=problems_of(401, 403, 429)
)
def list_banks(service: ServiceNeeded, _: Reader) -> list[Bank]:
    """List one bank for each owner of marks, and those that callers have made."""
    with service.database.reading() as session:
        return [_bank(bank) for bank in banks.all_banks(session)]


@router.post(
    "/c/banks",
    status_code=201,
    operation_id="hmaCreateBank",
    summary="Make a bank",
    responses=problems_of(401, 403, 422, 429),
)
def create_bank(wanted: BankWanted, service: ServiceNeeded, _: Changer) -> Bank:
    """Make a bank for a rights holder, also before it has marks. One that exists is a 403."""
    ratio = float(wanted.enabled) if wanted.enabled_ratio is None else wanted.enabled_ratio
    with service.database.writing() as session:
        if banks.find_bank(session, wanted.name):
            raise Problem(403, "Bank already exists")
        banks.put_bank(session, wanted.name, ratio, now_of(session))
        return Bank(name=wanted.name, matching_enabled_ratio=ratio)


@router.get(
    "/c/bank/{bank}",
    operation_id="hmaGetBank",
    summary="One bank",
    responses=problems_of(401, 403, 404, 429),
)
def get_bank(bank: Name, service: ServiceNeeded, _: Reader) -> Bank:
    """Tell whether there is a bank of this name."""
    with service.database.reading() as session:
        return _bank(_found(session, bank))


@router.put(
    "/c/bank/{bank}",
    operation_id="hmaChangeBank",
    summary="Change a bank",
    responses=problems_of(401, 403, 404, 422, 429),
)
def change_bank(bank: Name, change: BankChange, service: ServiceNeeded, _: Changer) -> Bank:
    """Change for which share of pictures the matches of a bank are told."""
    with service.database.writing() as session:
        found = _found(session, bank)
        ratio = found.enabled_ratio if change.enabled is None else float(change.enabled)
        ratio = ratio if change.enabled_ratio is None else change.enabled_ratio
        banks.put_bank(session, bank, ratio, now_of(session))
        return Bank(name=bank, matching_enabled_ratio=ratio)


@router.delete(
    "/c/bank/{bank}",
    operation_id="hmaDeleteBank",
    summary="Delete a bank",
    responses=problems_of(401, 403, 422, 429),
)
def delete_bank(bank: Name, service: ServiceNeeded, _: Changer) -> Done:
    """Delete a bank that a caller has made; its marks belong to their owner, and stay."""
    with service.database.writing() as session:
        if found := banks.find_bank(session, bank):
            banks.remove_bank(session, found)
    return Done()


@router.post(
    "/c/bank/{bank}/content",
    operation_id="hmaAddContent",
    summary="Add a picture to a bank",
    responses=problems_of(401, 403, 404, 422, 429),
    openapi_extra={
        "requestBody": {
            "content": {
                "application/json": {"schema": _DESCRIBED},
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "properties": {
                            "photo": {"type": "string", "format": "binary"},
                            "content_id": {"type": "string"},
                            "note": {"type": "string"},
                        },
                    }
                },
            }
        }
    },
)
async def add_content(
    bank: Name, request: Request, service: ServiceNeeded, _: Changer, url: Address = None
) -> Content:
    """Make a mark of the bank's owner from a picture: the file `photo` of a form, or an address."""
    if url:
        described = await _described(request)
        picture = picture_at(service, url)
        return await run_in_threadpool(_add, service, bank, picture, described)
    async with request.form(max_files=2, max_fields=10) as form:
        texts = {name: str(form.get(name) or "") for name in ("content_id", "note")}
        described = Described(
            metadata=Metadata(content_id=texts["content_id"]), note=texts["note"][:255]
        )
        return await run_in_threadpool(_add, service, bank, photo_in(form), described)


@router.delete(
    "/c/bank/{bank}/content/{content}",
    operation_id="hmaDeleteContent",
    summary="Delete a mark of a bank",
    responses=problems_of(401, 403, 404, 422, 429),
)
def delete_content(
    bank: Name,
    content: Annotated[int, Path(ge=0, le=_LARGEST_CONTENT)],
    service: ServiceNeeded,
    _: Changer,
) -> Deleted:
    """Delete a mark by the number that lookups give."""
    with service.database.writing() as session:
        marks = banks.marks_of(session, _found(session, bank))
        wanted = [row for row in marks if banks.content_number(row.id) == content]
        for row in wanted:
            mark_catalogue.delete_mark(session, row, now_of(session))
    return Deleted(deleted=len(wanted))


@router.get(
    "/c/exchanges/apis",
    operation_id="hmaListExchanges",
    summary="Kinds of exchanges: none",
    responses=problems_of(401, 403, 429),
)
def list_exchanges(_: Reader) -> list[str]:
    """Tell that marks are exchanged with nobody; Coop's form for a new bank asks."""
    return []


async def _described(request: Request) -> Described:
    body = await request.body()
    with suppress(json.JSONDecodeError, UnicodeDecodeError):
        value: Any = json.loads(body or b"{}")
        if isinstance(value, dict) and isinstance(value.get("metadata", {}), dict):
            texts = {"content_id": str(value.get("metadata", {}).get("content_id") or "")}
            return Described(metadata=Metadata(**texts), note=str(value.get("note") or "")[:255])
    raise Problem(400, "metadata should be a json object")


def _add(service: Service, bank: str, picture: IncomingPicture, described: Described) -> Content:
    with service.database.reading() as session:
        owner = banks.owner_of(session, _found(session, bank))
    try:
        data = picture.read()
    except OSError as error:
        raise Problem(422, f"the picture cannot be fetched: {error}") from error
    named = NamedPicture(picture.name.partition("?")[0] or "photo", data)
    content = described.metadata.content_id or sha256(data).hexdigest()[:12]
    identifier = slug(f"{bank}-{content}")
    record = {"name": described.note or content, "owner": owner}
    mark = mark_catalogue.mark_of(identifier, record)
    with MarkReader(service.settings.detection.reader) as reader:
        checked = check_pictures(mark, [named], reader)
    if checked.problems or not checked.sound:
        raise checked.problems[0] if checked.problems else MarkError("the picture is unusable")
    pictures = mark_catalogue.stored(service, checked.sound)
    with service.database.writing() as session:
        row = mark_catalogue.put_mark(session, mark, pictures, now_of(session))
        return Content(id=banks.content_number(row.id), signals={SIGNAL_TYPE: row.id})


def _found(session: Session, name: str) -> banks.Bank:
    bank = banks.find_bank(session, name)
    if bank is None:
        raise Problem(404, f"bank '{name}' not found")
    return bank


def _bank(bank: banks.Bank) -> Bank:
    return Bank(name=bank.name, matching_enabled_ratio=bank.enabled_ratio)
