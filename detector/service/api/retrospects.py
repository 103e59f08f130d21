"""Retrospects: a mark is searched for in past uploads."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict

from detector.service import retrospect_requests
from detector.service.api.callers import AnyCaller, ServiceNeeded, only
from detector.service.api.problems import Problem, problems_of
from detector.service.keys import Caller
from detector.service.storage.database import now_of
from detector.service.storage.marks import MarkRow
from detector.service.storage.retrospects import RetrospectRow, RetrospectState

router = APIRouter(tags=["retrospects"])

_LARGEST_NUMBER = 2**63 - 1

Asking = Annotated[Caller, Depends(only("platform", "rights_holder"))]


class Retrospect(BaseModel):
    """The search of one mark in past uploads.

    Of `total` photos whose features are kept `photos` were searched so far, and `missing` could not
    be, because neither they nor their features are kept. The mark was `found` in so many photos,
    and so many inspections have new `findings`.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "0f3a5c7e9b1d2f4a6c8e0b1d2f4a6c8e",
                "mark": "vornak",
                "state": "done",
                "total": 10000,
                "photos": 10000,
                "missing": 0,
                "found": 12,
                "findings": 14,
                "error": "",
                "created_at": "2026-07-01T12:00:00Z",
                "finished_at": "2026-07-01T12:00:25Z",
            }
        }
    )

    id: str
    mark: str
    state: RetrospectState
    total: int
    photos: int
    missing: int
    found: int
    findings: int
    error: str
    created_at: datetime
    finished_at: datetime | None


class RetrospectPage(BaseModel):
    """Retrospects, the newest first; `next` is the `before` of the next page, None on the last."""

    retrospects: list[Retrospect]
    next: int | None


@router.post(
    "/v1/marks/{mark_id}/retrospect",
    status_code=202,
    operation_id="searchThePast",
    summary="Search past uploads for a mark",
    responses=problems_of(401, 403, 404, 409, 422, 429),
)
def search_the_past(
    service: ServiceNeeded,
    caller: Asking,
    mark_id: Annotated[str, Path(min_length=1, max_length=255)],
) -> Retrospect:
    """Have the kept features of past photos searched for a mark; the pictures are not read again.

    New findings join their inspections, whose decisions stay. The event `retrospect.done` tells the
    end. One that waits or is under way already is answered again.
    """
    with service.database.writing() as session:
        mark = session.get(MarkRow, mark_id)
        mine = caller.role != "rights_holder" or (mark and mark.owner == caller.party)
        if mark is None or mark.deleted_at is not None or not mine:
            raise Problem(404, f"there is no mark {mark_id}")
        if mark.state == "off":
            remedy = "Switch it on first."
            raise Problem(409, "the mark is off, and nothing is found of it", remedy=remedy)
        now = now_of(session)
        row = retrospect_requests.ask_for_retrospect(session, mark, asked_by=caller.name, now=now)
    return _retrospect_of(row)


@router.get(
    "/v1/retrospects",
    operation_id="listRetrospects",
    summary="Searches of past uploads",
    responses=problems_of(401, 422, 429),
)
def list_retrospects(
    service: ServiceNeeded,
    caller: AnyCaller,
    mark: Annotated[str, Query(max_length=255)] = "",
    before: Annotated[int | None, Query(ge=1, le=_LARGEST_NUMBER)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> RetrospectPage:
    """List the searches that the caller may see, the newest first."""
    with service.database.reading() as session:
        rows = retrospect_requests.list_retrospects(
            session, caller, mark=mark, before=before, most=limit + 1
        )
    more = rows[limit - 1].number if len(rows) > limit else None
    return RetrospectPage(retrospects=[_retrospect_of(row) for row in rows[:limit]], next=more)


@router.get(
    "/v1/retrospects/{name}",
    operation_id="getRetrospect",
    summary="One search of past uploads",
    responses=problems_of(401, 404, 422, 429),
)
def get_retrospect(
    service: ServiceNeeded, caller: AnyCaller, name: Annotated[str, Path(max_length=64)]
) -> Retrospect:
    """Give one search with its progress."""
    with service.database.reading() as session:
        row = retrospect_requests.find_retrospect(session, caller, name)
    if row is None:
        raise Problem(404, f"there is no retrospect {name}")
    return _retrospect_of(row)


def _retrospect_of(row: RetrospectRow) -> Retrospect:
    return Retrospect(**{name: getattr(row, name) for name in Retrospect.model_fields})
