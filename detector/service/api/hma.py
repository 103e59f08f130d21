"""Routes of Meta's Hasher-Matcher-Actioner (HMA), so that its callers use this service unchanged.

The hash of a picture is the id of its inspection (signal type "detector"), so that a lookup is
answered by what was found, at the policy's threshold: callers ignore distances. As in HMA's
blueprints hashing, matching and curation (facebook/ThreatExchange, hasher-matcher-actioner), for
what ROOST's Coop calls (roostorg/coop, server/services/hmaService/index.ts). Coop sends no headers
of its own, so each route also stands under /hma/KEY.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from detector.pictures.fetch import host_of
from detector.pictures.public_fetch import fetch_public
from detector.service import banks
from detector.service.api.callers import ServiceNeeded, authenticated
from detector.service.api.problems import Problem, problems_of
from detector.service.banks import SIGNAL_TYPE, Match
from detector.service.inspections import find_inspection
from detector.service.keys import Caller
from detector.service.service import Service
from detector.service.storage.inspections import InspectionRow
from detector.service.uploads import RETRY_SECONDS, IncomingPicture, QueueFull, Upload, submit

router = APIRouter(tags=["hma"])

_BEARER = HTTPBearer(auto_error=False, description="A key of the service.")
_UNFINISHED = ("queued", "running")
_PHOTO = "photo"
_MOST_NAME = 200


class BankMatch(BaseModel):
    """A mark in a bank; `distance` is one minus the score."""

    bank_content_id: int
    distance: str


MatchesByBank = dict[str, list[BankMatch]]
Lookup = MatchesByBank | dict[str, MatchesByBank]


class RawMatches(BaseModel):
    """The marks that were found, whichever bank they are in."""

    matches: list[int] | list[BankMatch]


def caller_of_hma(
    request: Request,
    service: ServiceNeeded,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
) -> Caller:
    """Who calls, by a bearer key or one in the path. Raises `Problem` 401 and 403."""
    key = request.path_params.get("key", "")
    in_path = HTTPAuthorizationCredentials(scheme="Bearer", credentials=key) if key else None
    caller = authenticated(request, service, bearer or in_path)
    if caller.role not in ("platform", "read_only"):
        raise Problem(403, f"a key of the role {caller.role} may not do this")
    return caller


def changing_caller_of_hma(caller: Annotated[Caller, Depends(caller_of_hma)]) -> Caller:
    """The same, for what changes something. Raises `Problem` 403 for a key that only reads."""
    if caller.role != "platform":
        raise Problem(403, f"a key of the role {caller.role} may not do this")
    return caller


Reader = Annotated[Caller, Depends(caller_of_hma)]
Changer = Annotated[Caller, Depends(changing_caller_of_hma)]
Address = Annotated[str | None, Query(alias="url", max_length=2000)]
Wanted = Annotated[str, Query(alias="banks", max_length=10_000)]


@router.get(
    "/h/hash",
    operation_id="hmaHashAddress",
    summary="Have the picture at an address inspected",
    responses=problems_of(400, 401, 403, 422, 429),
)
def hash_address(service: ServiceNeeded, caller: Changer, url: Address = None) -> dict[str, str]:
    """Take a picture from a host that the operator allows; the answer comes at once."""
    return {SIGNAL_TYPE: _submitted(service, caller, picture_at(service, url)).id}


@router.post(
    "/h/hash",
    operation_id="hmaHashFile",
    summary="Have a picture inspected",
    responses=problems_of(401, 403, 422, 429),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "properties": {_PHOTO: {"type": "string", "format": "binary"}},
                    }
                }
            },
        }
    },
)
async def hash_file(request: Request, service: ServiceNeeded, caller: Changer) -> dict[str, str]:
    """Take one picture as the file `photo` of a form; the answer comes at once."""
    async with request.form(max_files=2, max_fields=10) as form:
        picture = photo_in(form)
        return {SIGNAL_TYPE: (await run_in_threadpool(_submitted, service, caller, picture)).id}


@router.get(
    "/m/lookup",
    operation_id="hmaLookup",
    summary="Banks whose marks a picture shows",
    responses=problems_of(400, 401, 403, 404, 422, 429, 503),
)
async def lookup(
    request: Request,
    service: ServiceNeeded,
    caller: Reader,
    *,
    signal: str = "",
    signal_type: str = "",
    url: Address = None,
    banks: Wanted = "",
    seed: str | None = None,
) -> Lookup:
    """Wait for an inspection and give its matches by bank; with `url` the picture there is taken.

    With `url` and no `signal_type` they stand under the signal type.
    """
    if url:
        row = await run_in_threadpool(
            _submitted, service, changing_caller_of_hma(caller), picture_at(service, url)
        )
        signal = row.id
    elif not signal or not signal_type:
        raise Problem(400, "either url, or both signal and signal_type are needed")
    _check_signal_type(signal_type or SIGNAL_TYPE)
    row = await finished(request, service, caller, signal)
    found = await run_in_threadpool(_by_bank, service, row, banks, seed)
    return {SIGNAL_TYPE: found} if url and not signal_type else found


@router.get(
    "/m/raw_lookup",
    operation_id="hmaRawLookup",
    summary="Marks that a picture shows",
    responses=problems_of(400, 401, 403, 404, 422, 429, 503),
)
async def raw_lookup(
    request: Request,
    service: ServiceNeeded,
    caller: Reader,
    signal: str,
    signal_type: str,
    *,
    include_distance: bool = False,
) -> RawMatches:
    """Wait for an inspection and give the numbers of the marks that it found."""
    _check_signal_type(signal_type)
    row = await finished(request, service, caller, signal)
    found = [match for _, match in await run_in_threadpool(_all, service, row)]
    if include_distance:
        return RawMatches(matches=[_bank_match(match) for match in found])
    return RawMatches(matches=[match.content for match in found])


async def finished(
    request: Request, service: Service, caller: Caller, signal: str
) -> InspectionRow:
    """The inspection that a signal names, when it has a result.

    What was not examined must not look like a picture without a match: raises `Problem` 503 where
    there is no result yet or none will come, 422 where the picture could not be examined.
    """
    row = await run_in_threadpool(_seen, service, caller, signal)
    if row.state in _UNFINISHED:
        seconds = service.settings.limits.wait_seconds
        await request.app.state.waiting.until_finished(row.number, seconds)
        row = await run_in_threadpool(_seen, service, caller, signal)
    if row.state in _UNFINISHED:
        raise Problem(503, "the picture waits to be examined", headers={"Retry-After": "1"})
    if row.state == "failed":
        raise Problem(503, "the picture could not be examined", remedy="Requeue the inspection.")
    results: Sequence[Any] = [*row.results]
    if not row.findings and any(one["status"] != "ok" for one in results):
        messages = [one["message"] for one in results if one["status"] != "ok"]
        raise Problem(422, f"the picture could not be examined: {messages[0]}")
    return row


def picture_at(service: Service, url: str | None) -> IncomingPicture:
    """The picture at an address. Raises `Problem` 400 without one."""
    if not url or not host_of(url) or not url.isprintable():
        raise Problem(400, "url is needed, and is an http address")
    settings = service.settings
    read = partial(
        fetch_public,
        url,
        settings.allowed_hosts,
        settings.detection.reader.max_bytes,
        settings.limits.fetch_seconds,
    )
    return IncomingPicture(read, name=_name_in(url), uri=url)


def photo_in(form: Mapping[str, Any]) -> IncomingPicture:
    """The one file of a form, `photo`. Raises `Problem` 400 for other kinds of content."""
    files = {name: part for name, part in form.items() if isinstance(part, UploadFile)}
    if [*files] != [_PHOTO]:
        raise Problem(400, "a form with one file named photo is needed")
    file = files[_PHOTO]

    def read() -> bytes:
        file.file.seek(0)
        return bytes(file.file.read())

    return IncomingPicture(read, name=_name_in(file.filename or ""))


def _name_in(path: str) -> str:
    """The name at the end of a path or address, as it can be kept and shown."""
    name = path.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in name if letter.isprintable())[:_MOST_NAME]


def _submitted(service: Service, caller: Caller, picture: IncomingPicture) -> InspectionRow:
    try:
        return submit(service, [picture], Upload(origin="hma"), caller)
    except QueueFull as error:
        retry = {"Retry-After": str(RETRY_SECONDS)}
        raise Problem(429, "too many inspections wait", headers=retry) from error
    except OSError as error:
        raise Problem(422, f"the picture cannot be fetched: {error}") from error


def _check_signal_type(name: str) -> None:
    if name != SIGNAL_TYPE:
        raise Problem(400, "there is no such signal type", remedy=f"The one here is {SIGNAL_TYPE}.")


def _seen(service: Service, caller: Caller, signal: str) -> InspectionRow:
    with service.database.reading() as session:
        row = find_inspection(session, signal, caller)
    if row is None:
        raise Problem(404, "there is no such signal")
    return row


def _by_bank(service: Service, row: InspectionRow, names: str, seed: str | None) -> MatchesByBank:
    with service.database.reading() as session:
        wanted = [name for name in names.split(",") if name]
        found = banks.matches_by_bank(session, row.number, wanted, seed)
    return {name: [_bank_match(match) for match in found[name]] for name in found}


def _all(service: Service, row: InspectionRow) -> list[tuple[str, Match]]:
    with service.database.reading() as session:
        return banks.matches(session, row.number)


def _bank_match(match: Match) -> BankMatch:
    return BankMatch(bank_content_id=match.content, distance=f"{1 - match.score:.3f}")
