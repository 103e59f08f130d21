"""Marks: made, listed, changed, switched off, deleted, imported and exported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Query, Response, UploadFile
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from sqlalchemy.orm import Session

from detector.marks.mark_images import MarkReader
from detector.records import Kind, Mark
from detector.service.alarm_rates import expected_rate, observed_rate
from detector.service.api.callers import ServiceNeeded
from detector.service.api.mark_access import (
    IfMatch,
    MarkKeeper,
    MarkPath,
    MarkViewer,
    changing,
    declared,
    etag_of,
    existing,
)
from detector.service.api.mark_models import (
    Alarms,
    MarkChange,
    MarkFields,
    MarkPage,
    MarkShown,
    NewMark,
    href_of,
)
from detector.service.api.problems import Problem, problems_of
from detector.service.api.texts import Id
from detector.service.keys import Caller
from detector.service.mark_catalogue import (
    MarkFilter,
    change_fields,
    delete_mark,
    expect_alarms,
    list_marks,
    mark_of,
    may_see,
    put_mark,
    stored,
    switch_mark,
)
from detector.service.mark_pictures import Checked, NamedPicture, check_pictures
from detector.service.quarantine import release
from detector.service.reviews import counts_of
from detector.service.service import Service
from detector.service.storage.database import now_of
from detector.service.storage.marks import MarkRow, MarkState

router = APIRouter(prefix="/v1", tags=["marks"])

Pictures = Annotated[
    list[UploadFile], File(description="Pictures of the mark: PNG, SVG, JPEG, WebP, PDF.")
]


@router.get(
    "/marks",
    operation_id="listMarks",
    summary="List marks",
    responses=problems_of(401, 403, 422, 429, 503),
)
def list_some(
    service: ServiceNeeded,
    caller: MarkViewer,
    *,
    owner: Id = "",
    state: MarkState | None = None,
    kind: Kind | None = None,
    text: Annotated[Id, Query(description="A part of the id or the name.")] = "",
    deleted: bool = False,
    cursor: Annotated[Id, Query(description="`next` of the page before.")] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> MarkPage:
    """Marks by id. A rights holder sees its own."""
    wanted = MarkFilter(owner, state, kind or "", text, deleted)
    with service.database.reading() as session:
        rows = list_marks(session, caller, wanted, cursor, limit + 1)
        page = rows[:limit]
        counts = counts_of(session, [row.id for row in page])
        shown = [MarkShown.of(row, counts) for row in page]
    return MarkPage(marks=shown, next=page[-1].id if len(rows) > limit else None)


@router.post(
    "/marks",
    operation_id="createMark",
    summary="Make a mark",
    status_code=201,
    responses=problems_of(401, 403, 409, 422, 429, 503),
)
def create(
    service: ServiceNeeded,
    caller: MarkKeeper,
    response: Response,
    mark: Annotated[
        str,
        Form(
            max_length=1_000_000,
            description="The mark as JSON, with the fields of `NewMark`.",
            examples=['{"id": "vornak", "name": "Vornak", "nice_classes": [25]}'],
        ),
    ],
    pictures: Pictures,
) -> MarkShown:
    """Make a mark from its fields and pictures. A picture that is wrong is told, and nothing kept.

    The index has it a little later: `indexed` says so.
    """
    given = _new_mark(mark)
    made = declared(caller, mark_of(given.id, fields_of(given)))
    checked = checked_pictures(service, made, pictures)
    with service.database.reading() as session:
        _check_free(session, caller, made)
    kept = stored(service, checked.sound)
    with service.database.writing() as session:
        _check_free(session, caller, made)
        row = put_mark(session, made, kept, now_of(session))
        shown = MarkShown.of(row, notes=list(map(str, checked.notes)))
    response.headers["ETag"], response.headers["Location"] = etag_of(row), href_of(row.id)
    return shown


@router.get(
    "/marks/{mark_id}",
    operation_id="getMark",
    summary="Show a mark",
    responses=problems_of(401, 403, 404, 422, 429, 503),
)
def show(
    service: ServiceNeeded, caller: MarkViewer, response: Response, mark_id: MarkPath
) -> MarkShown:
    """A mark with its pictures, how often it is found, and how its findings were reviewed."""
    with service.database.reading() as session:
        row = existing(session, caller, mark_id)
        response.headers["ETag"] = etag_of(row)
        shown = MarkShown.of(row, counts_of(session, [row.id]))
        shown.alarms = Alarms(
            expected=expected_rate(session, row, now_of(session)),
            observed=observed_rate(session, row, now_of(session)),
        )
    return shown


@router.patch(
    "/marks/{mark_id}",
    operation_id="changeMark",
    summary="Change a mark",
    responses=problems_of(401, 403, 404, 412, 422, 429, 503),
)
def change(
    service: ServiceNeeded,
    caller: MarkKeeper,
    response: Response,
    mark_id: MarkPath,
    *,
    wanted: MarkChange,
    if_match: IfMatch = None,
) -> MarkShown:
    """Change fields of a mark, or switch it off or on. Fields that are left out stay.

    A list or a text that is empty is removed.
    """
    with changing(service, caller, mark_id, if_match) as (session, row, now):
        if fields := fields_of(wanted):
            mark = mark_of(row.id, row.record | fields)
            change_fields(session, row, declared(caller, mark), now)
        _check_may_switch(caller, row, wanted)
        if wanted.state == "active" and row.state == "quarantined":
            release(session, row, wanted.reason, now, expected=wanted.expected_alarms)
        elif wanted.state is not None:
            switch_mark(session, row, wanted.state, wanted.reason, now)
        if "expected_alarms" in wanted.model_fields_set:
            expect_alarms(session, row, wanted.expected_alarms, now)
        response.headers["ETag"] = etag_of(row)
        return MarkShown.of(row, counts_of(session, [row.id]))


@router.delete(
    "/marks/{mark_id}",
    operation_id="deleteMark",
    summary="Delete a mark",
    status_code=204,
    responses=problems_of(401, 403, 404, 412, 422, 429, 503),
)
def delete(
    service: ServiceNeeded, caller: MarkKeeper, mark_id: MarkPath, if_match: IfMatch = None
) -> None:
    """Delete a mark. The findings that name it stay."""
    with changing(service, caller, mark_id, if_match) as (session, row, now):
        delete_mark(session, row, now)


def fields_of(wanted: MarkFields) -> dict[str, Any]:
    """The fields that a request gives."""
    names = set(MarkFields.model_fields)
    return wanted.model_dump(include=names, exclude_unset=True, exclude_none=True)


def checked_pictures(service: Service, mark: Mark, files: Sequence[UploadFile]) -> Checked:
    """Check uploaded pictures. Raises `MarkError` for the first that is wrong."""
    pictures = [NamedPicture(_name_of(file), file.file.read()) for file in files]
    with MarkReader(service.settings.detection.reader) as reader:
        checked = check_pictures(mark, pictures, reader)
    if checked.problems:
        raise checked.problems[0]
    return checked


def _name_of(file: UploadFile) -> str:
    """The name of a file without folders, which some programs send."""
    return (file.filename or "").replace("\\", "/").rpartition("/")[2]


def _new_mark(text: str) -> NewMark:
    try:
        return NewMark.model_validate_json(text)
    except ValidationError as error:
        told = error.errors(include_url=False, include_input=False, include_context=False)
        raise RequestValidationError(
            [{**each, "loc": ("body", "mark", *each["loc"])} for each in told]
        ) from error


def _check_free(session: Session, caller: Caller, mark: Mark) -> None:
    """Raise `Problem` 409 where a mark has the id, or had it and was another's."""
    row = session.get(MarkRow, mark.id)
    if row is not None and (row.deleted_at is None or not may_see(caller, row)):
        raise Problem(409, "this id is taken", remedy="Change that mark, or use another id.")


def _check_may_switch(caller: Caller, row: MarkRow, wanted: MarkChange) -> None:
    """Raise `Problem` 403 for what the platform alone may say of a mark."""
    released = wanted.state == "active" and row.state == "quarantined"
    hidden = wanted.state == "off" and row.state == "quarantined"
    expects = "expected_alarms" in wanted.model_fields_set
    if caller.role != "platform" and (released or hidden or expects):
        raise Problem(403, "only the platform ends a quarantine or says how often alarms come")
