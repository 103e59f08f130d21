"""Uploads, and the inspections that they become."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from pydantic import AwareDatetime, BeforeValidator
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from detector.records import Decision
from detector.service.api.callers import AnyCaller, PlatformCaller, ServiceNeeded, only
from detector.service.api.cursors import cursor_after, number_of
from detector.service.api.inspection_models import (
    Inspection,
    InspectionPage,
    inspection_of,
    summary_of,
)
from detector.service.api.problems import Problem, problems_of
from detector.service.api.texts import Id
from detector.service.api.upload_form import FORM, SCHEMA, read_form, upload_of
from detector.service.api.waiting import Waiting
from detector.service.idempotency import KeyReused
from detector.service.inspections import (
    InspectionFilter,
    find_inspection,
    owned_marks,
    page_of_inspections,
    remove_inspection,
)
from detector.service.keys import Caller
from detector.service.queue import requeue
from detector.service.service import Service
from detector.service.storage.database import now_of
from detector.service.storage.inspections import InspectionRow, InspectionState
from detector.service.uploads import RETRY_SECONDS, QueueFull, check_room, submit

router = APIRouter(prefix="/v1/inspections", tags=["inspections"])

UNFINISHED = ("queued", "running")

Uploader = Annotated[Caller, Depends(only("platform", "seller"))]
Wait = Annotated[
    float,
    Query(ge=0, le=3600, allow_inf_nan=False, description="Seconds to wait for the result."),
]


def _with_date(value: object) -> object:
    """Refuse a bare number, which pydantic would take for seconds since 1970."""
    if isinstance(value, str) and "T" not in value.upper():
        raise ValueError("is no date and time of RFC 3339")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_with_date)]
InspectionId = Annotated[str, Path(max_length=64, description="The id of an inspection.")]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="Of two requests with one key, the second gets the answer of the first.",
    ),
]


def _check_room(request: Request, _: Uploader, service: ServiceNeeded) -> None:
    """Turn an upload away before it is read, where the queue is full.

    One that may be known by its key is read, as its answer needs no room.
    """
    if "idempotency-key" in request.headers:
        return
    try:
        check_room(service)
    except QueueFull as error:
        raise _full() from error


@router.post(
    "",
    operation_id="createInspection",
    summary="Have a listing inspected",
    response_model=Inspection,
    status_code=200,
    responses={
        202: {
            "model": Inspection,
            "description": "It waits in the queue; `Location` is where its result will be.",
            "headers": {
                "Location": {"schema": {"type": "string"}},
                "Retry-After": {"schema": {"type": "integer"}},
            },
        },
        **problems_of(401, 403, 415, 422, 429, 503),
    },
    openapi_extra={"requestBody": {"required": True, "content": {FORM: {"schema": SCHEMA}}}},
    dependencies=[Depends(_check_room)],
)
async def create_inspection(
    request: Request,
    response: Response,
    service: ServiceNeeded,
    caller: Uploader,
    *,
    wait: Wait = 0,
    idempotency_key: IdempotencyKey = None,
) -> Inspection:
    """Take a listing with 1 to 16 pictures. With `wait` the result is in the answer, if in time."""
    form = await read_form(request, service.settings)
    try:
        row = await run_in_threadpool(_submit, service, caller, form, idempotency_key or "")
    finally:
        await form.close()
    return await _answer(request, response, row, caller, wait=wait, accepted=True)


@router.get(
    "",
    operation_id="listInspections",
    summary="List inspections",
    responses=problems_of(401, 422, 429, 503),
)
def list_inspections(
    service: ServiceNeeded,
    caller: AnyCaller,
    *,
    state: InspectionState | None = None,
    decision: Decision | None = None,
    mark: Id = "",
    seller: Id = "",
    external_id: Id = "",
    created_from: Moment | None = None,
    created_before: Moment | None = None,
    cursor: Annotated[str, Query(max_length=100, description="`next` of the page before.")] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> InspectionPage:
    """The inspections that the caller may see, the newest first."""
    wanted = InspectionFilter(
        state, decision, mark, seller, external_id, _utc(created_from), _utc(created_before)
    )
    before = number_of(cursor)
    with service.database.reading() as session:
        rows = page_of_inspections(session, caller, wanted, before=before, most=limit + 1)
        owned = owned_marks(session, caller)
    page = [summary_of(row, caller, owned) for row in rows[:limit]]
    following = cursor_after(rows[limit - 1].number) if len(rows) > limit else None
    return InspectionPage(inspections=page, next=following)


@router.get(
    "/{inspection}",
    operation_id="getInspection",
    summary="Get an inspection",
    response_model=Inspection,
    responses=problems_of(401, 404, 422, 429, 503),
)
async def get_inspection(
    request: Request,
    response: Response,
    service: ServiceNeeded,
    caller: AnyCaller,
    inspection: InspectionId,
    *,
    wait: Wait = 0,
) -> Inspection:
    """One inspection. With `wait` it is answered when it is finished, or when the time is over."""
    row = await run_in_threadpool(seen_inspection, service, inspection, caller)
    return await _answer(request, response, row, caller, wait=wait)


@router.delete(
    "/{inspection}",
    operation_id="deleteInspection",
    summary="Delete an inspection",
    status_code=204,
    responses=problems_of(401, 403, 404, 422, 429, 503),
)
def delete_inspection(
    service: ServiceNeeded, _: PlatformCaller, inspection: InspectionId
) -> Response:
    """Delete an inspection with its findings, and its pictures where no other has them."""
    if not remove_inspection(service, inspection):
        raise not_found()
    return Response(status_code=204)


@router.post(
    "/{inspection}/requeue",
    operation_id="requeueInspection",
    summary="Inspect once more",
    status_code=202,
    responses=problems_of(401, 403, 404, 409, 422, 429, 503),
)
def requeue_inspection(
    service: ServiceNeeded, caller: PlatformCaller, inspection: InspectionId
) -> Inspection:
    """Put a failed or finished inspection into the queue again."""
    seen_inspection(service, inspection, caller)
    with service.database.writing() as session:
        if not requeue(session, inspection, now_of(session)):
            raise Problem(409, "this inspection is in the queue already")
    return inspection_of(seen_inspection(service, inspection, caller), caller, frozenset())


def seen_inspection(service: Service, inspection: str, caller: Caller) -> InspectionRow:
    """An inspection with all its parts. Raises `Problem` 404 where the caller may not see it."""
    with service.database.reading() as session:
        row = find_inspection(session, inspection, caller)
    if row is None:
        raise not_found()
    return row


def not_found() -> Problem:
    """The problem where there is no such inspection, or none that the caller may see."""
    return Problem(404, "there is no such inspection")


def _submit(service: Service, caller: Caller, form: FormData, key: str) -> InspectionRow:
    upload, pictures = upload_of(form, service.settings, key)
    try:
        return submit(service, pictures, upload, caller)
    except QueueFull as error:
        raise _full() from error
    except KeyReused as error:
        told = "this Idempotency-Key came before, with another request"
        raise Problem(422, told, remedy="Choose a new key for a new request.") from error


async def _answer(
    request: Request,
    response: Response,
    row: InspectionRow,
    caller: Caller,
    *,
    wait: float,
    accepted: bool = False,
) -> Inspection:
    """Wait for an inspection, and give it as it is then."""
    service: Service = request.app.state.service
    waiting: Waiting = request.app.state.waiting
    if row.state in UNFINISHED:
        await waiting.until_finished(row.number, min(wait, service.settings.limits.wait_seconds))
    row, owned = await run_in_threadpool(_seen, service, row.id, caller)
    if row.state in UNFINISHED:
        response.headers["Retry-After"] = "1"
        if accepted:
            response.status_code = 202
            response.headers["Location"] = f"{router.prefix}/{row.id}"
    return inspection_of(row, caller, owned)


def _seen(
    service: Service, inspection: str, caller: Caller
) -> tuple[InspectionRow, frozenset[str]]:
    row = seen_inspection(service, inspection, caller)
    with service.database.reading() as session:
        return row, owned_marks(session, caller)


def _full() -> Problem:
    return Problem(
        429,
        "as many inspections wait as the service can hold",
        remedy="Send it again later; nothing of it was kept.",
        headers={"Retry-After": str(RETRY_SECONDS), "Connection": "close"},
    )


def _utc(moment: AwareDatetime | None) -> datetime | None:
    """The moment; years that no database can keep in another zone are refused."""
    try:
        return moment and moment.astimezone(UTC)
    except OverflowError as error:
        raise Problem(422, "this moment is too early or too late") from error
