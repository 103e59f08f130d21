"""An ML backend of Label Studio, which labels marks with boxes before people look at a task.

Its address is http://HOST:PORT/label-studio; a key of the service is the password of its "basic
authentication". The routes are those that Label Studio calls (label_studio/ml/api_connector.py).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials
from pydantic import BaseModel, Field
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool

from detector.errors import UsageError
from detector.pictures.fetch import host_of
from detector.pictures.public_fetch import fetch_public
from detector.service.api.callers import ServiceNeeded, authenticated
from detector.service.api.problems import Problem, problems_of
from detector.service.inspections import find_inspection
from detector.service.keys import Caller
from detector.service.label_studio import BoxControl, box_control, fetch_uploaded, prediction
from detector.service.service import Service
from detector.service.storage.inspections import InspectionRow
from detector.service.storage.marks import GenerationRow
from detector.service.uploads import IncomingPicture, QueueFull, Upload, submit

router = APIRouter(prefix="/label-studio", tags=["label studio"])

_BASIC = "basic"


class Health(BaseModel):
    """That the backend is there."""

    status: str = "UP"
    model_class: str = "detector"


class Setup(BaseModel):
    """A project that is connected: its configuration as XML."""

    label_schema: str = Field(default="", alias="schema", max_length=1_000_000)


class ModelVersion(BaseModel):
    """The version of predictions; with another one Label Studio asks for new ones."""

    model_version: str


class Task(BaseModel):
    """A task: its data names a picture."""

    data: dict[str, Any]


class Asked(BaseModel):
    """Tasks of one project to label."""

    tasks: list[Task] = Field(max_length=1000)
    label_config: str = Field(max_length=1_000_000)


class Predictions(BaseModel):
    """One prediction a task, in their order; one without `result` could not be made."""

    results: list[dict[str, Any]]


def caller_of_label_studio(
    request: Request,
    service: ServiceNeeded,
    authorization: Annotated[str, Header()] = "",
) -> Caller:
    """Who calls, by the password of basic authentication, or a bearer key.

    Raises `Problem` 401 without a valid key, 403 for one that may not upload.
    """
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() == _BASIC:
        credentials = _password(credentials)
    bearer = HTTPAuthorizationCredentials(scheme="Bearer", credentials=credentials)
    caller = authenticated(request, service, bearer if credentials else None)
    if caller.role != "platform":
        raise Problem(403, f"a key of the role {caller.role} may not do this")
    return caller


LabelStudio = Annotated[Caller, Depends(caller_of_label_studio)]


@router.get(
    "/health",
    operation_id="labelStudioHealth",
    summary="Whether the backend is there",
    responses=problems_of(401, 403, 429),
)
def health(_: LabelStudio) -> Health:
    """Answer Label Studio's look whether the backend is there."""
    return Health()


@router.post(
    "/setup",
    operation_id="labelStudioSetup",
    summary="Connect a project",
    responses=problems_of(401, 403, 422, 429),
)
def setup(wanted: Setup, service: ServiceNeeded, _: LabelStudio) -> ModelVersion:
    """Check that a project has boxes on a picture, and tell the version of predictions."""
    if wanted.label_schema:
        box_control(wanted.label_schema)
    return ModelVersion(model_version=_version(service))


@router.post(
    "/predict",
    operation_id="labelStudioPredict",
    summary="Label tasks",
    responses=problems_of(401, 403, 422, 429),
)
async def predict(
    asked: Asked, request: Request, service: ServiceNeeded, caller: LabelStudio
) -> Predictions:
    """Inspect the picture of each task, and give its marks as boxes.

    A task whose picture cannot be had or examined gets an `error` and no `result`, so that it does
    not look like one without a mark.
    """
    control = box_control(asked.label_config)
    rows = [
        await run_in_threadpool(_submitted, service, caller, task.data, control)
        for task in asked.tasks
    ]
    version = await run_in_threadpool(_version, service)
    results = []
    for row in rows:
        if isinstance(row, InspectionRow):
            seconds = service.settings.limits.wait_seconds
            await request.app.state.waiting.until_finished(row.number, seconds)
            results.append(
                await run_in_threadpool(_predicted, service, caller, row.id, control, version)
            )
        else:
            results.append({"error": row})
    return Predictions(results=results)


def _submitted(
    service: Service, caller: Caller, data: Mapping[str, Any], control: BoxControl
) -> InspectionRow | str:
    """The inspection of a task's picture, or why there is none."""
    try:
        picture = _picture(service, str(data.get(control.variable) or ""))
        return submit(service, [picture], Upload(origin="label-studio"), caller)
    except QueueFull:
        return "too many inspections wait"
    except (OSError, UsageError) as error:
        return str(error)


def _picture(service: Service, address: str) -> IncomingPicture:
    """A picture of an allowed host, or one that Label Studio keeps."""
    if not address.isprintable():
        raise UsageError("this is no address of a picture")
    settings = service.settings
    most, seconds = settings.detection.reader.max_bytes, settings.limits.fetch_seconds
    if host_of(address):
        read = partial(fetch_public, address, settings.allowed_hosts, most, seconds)
    else:
        read = partial(fetch_uploaded, address, settings.label_studio, most, seconds)
    return IncomingPicture(read, name=address.rpartition("/")[2][:200], uri=address[:2000])


def _predicted(
    service: Service, caller: Caller, inspection: str, control: BoxControl, version: str
) -> dict[str, Any]:
    with service.database.reading() as session:
        row = find_inspection(session, inspection, caller)
    if row is None or row.state != "done" or not row.results:
        return {"error": "the picture is not examined yet"}
    results: Sequence[Any] = [*row.results]
    listing = results[0]
    if listing["status"] != "ok" and not listing["findings"]:
        return {"error": listing["message"] or "the picture could not be examined"}
    return prediction(listing, control, version)


def _version(service: Service) -> str:
    """The generation of the index: another one may find other marks."""
    newest = select(GenerationRow.generation).order_by(GenerationRow.number.desc())
    with service.database.reading() as session:
        return f"detector {session.scalars(newest.limit(1)).first() or ''}".strip()


def _password(credentials: str) -> str:
    """The password of basic authentication; "" where it makes no sense."""
    try:
        return base64.b64decode(credentials, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""
