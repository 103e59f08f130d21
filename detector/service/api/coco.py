"""Findings of inspections as a COCO dataset, for CVAT, FiftyOne and other annotation tools."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from detector.records import Decision, Listing
from detector.serialise.coco import coco_value
from detector.serialise.decode import listing_of
from detector.service.api.callers import AnyCaller, ServiceNeeded
from detector.service.api.events import LARGEST_NUMBER
from detector.service.api.problems import problems_of
from detector.service.inspections import owned_marks, shows, visible_to
from detector.service.keys import Caller
from detector.service.storage.inspections import InspectionRow

router = APIRouter(tags=["inspections"])

Identifier = Annotated[str, Query(max_length=255)]
Identifiers = Annotated[list[Identifier] | None, Query(alias="inspection", max_length=1000)]


@router.get(
    "/v1/inspections.coco",
    operation_id="exportInspectionsAsCoco",
    summary="Findings as a COCO dataset",
    responses=problems_of(401, 422, 429),
)
def export_inspections(
    response: Response,
    service: ServiceNeeded,
    caller: AnyCaller,
    *,
    inspections: Identifiers = None,
    decision: Decision | None = None,
    mark: Identifier = "",
    seller: Identifier = "",
    before: Annotated[int | None, Query(ge=0, le=LARGEST_NUMBER)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 1000,
) -> dict[str, Any]:
    """Give the pictures of finished inspections, the newest first, with outlines of their marks.

    `inspection` (repeated), `decision`, `mark` and `seller` choose. Where there are more than
    `limit`, the header `X-Next-Before` has the `before` of the next call.
    """
    query = select(InspectionRow).where(InspectionRow.state == "done", visible_to(caller))
    if inspections:
        query = query.where(InspectionRow.id.in_(inspections))
    if decision:
        query = query.where(InspectionRow.decision == decision)
    if mark:
        query = query.where(shows(mark, caller))
    if seller:
        query = query.where(InspectionRow.seller == seller)
    if before is not None:
        query = query.where(InspectionRow.number < before)
    query = query.order_by(InspectionRow.number.desc()).options(undefer(InspectionRow.results))
    with service.database.reading() as session:
        rows = session.scalars(query.limit(limit)).all()
        listings = _listings(session, rows, caller)
    if len(rows) == limit:
        response.headers["X-Next-Before"] = str(rows[-1].number)
    return coco_value(listings)


def _listings(session: Session, rows: Sequence[InspectionRow], caller: Caller) -> list[Listing]:
    """The listings of inspections; a rights holder gets the findings of its own marks alone."""
    listings = [listing_of(result) for row in rows for result in [*row.results]]
    if caller.role != "rights_holder":
        return listings
    owned = owned_marks(session, caller)
    return [
        replace(one, findings=tuple(item for item in one.findings if item.mark in owned))
        for one in listings
    ]
