"""Findings: listed, and confirmed or rejected by people."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from detector.records import Decision
from detector.service.api.callers import AnyCaller, ServiceNeeded
from detector.service.api.cursors import cursor_after, number_of
from detector.service.api.mark_access import MarkKeeper
from detector.service.api.problems import Problem, problems_of
from detector.service.api.texts import Id, storable
from detector.service.keys import Caller
from detector.service.reviews import FindingFilter, find_finding, list_findings
from detector.service.reviews import review as review_finding
from detector.service.storage.database import now_of
from detector.service.storage.inspections import FindingRow, InspectionRow, ReviewState

router = APIRouter(prefix="/v1/findings", tags=["findings"])

FindingNumber = Annotated[int, Path(ge=1, lt=2**63)]


class FindingShown(BaseModel):
    """A finding; `picture` is the position of its picture, null for one in a text."""

    number: int
    inspection: str
    external_id: str
    seller: str
    picture: int | None
    mark: str
    fingerprint: str
    verdict: str
    score: float
    level: Decision
    created_at: datetime
    state: ReviewState
    reviewed_by: str
    reviewed_at: datetime | None
    note: str
    href: str

    @classmethod
    def of(cls, finding: FindingRow, inspection: InspectionRow) -> FindingShown:
        """Show a finding and what it was found in."""
        names = set(cls.model_fields) - {"inspection", "external_id", "seller", "href"}
        return cls(
            **{name: getattr(finding, name) for name in names},
            inspection=inspection.id,
            external_id=inspection.external_id,
            seller=inspection.seller,
            href=f"/v1/inspections/{inspection.id}",
        )


class FindingPage(BaseModel):
    """Some findings; `next` is where the next page begins, null on the last."""

    findings: list[FindingShown]
    next: str | None


class Review(BaseModel):
    """What a person says of a finding; "open" takes back what was said."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"state": "rejected", "note": "a plain star"}]},
    )

    state: ReviewState
    note: Annotated[str, Field(max_length=2000)] = ""


@router.get(
    "",
    operation_id="listFindings",
    summary="List findings",
    responses=problems_of(401, 422, 429, 503),
)
def list_some(
    service: ServiceNeeded,
    caller: AnyCaller,
    *,
    mark: Id = "",
    inspection: Id = "",
    seller: Id = "",
    state: ReviewState | None = None,
    level: Decision | None = None,
    least_score: Annotated[float, Query(ge=0, le=1)] = 0.0,
    cursor: Annotated[str, Query(max_length=64, description="`next` of the page before.")] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> FindingPage:
    """Findings, the oldest first. A rights holder sees those of its marks, a seller its own."""
    wanted = FindingFilter(mark, inspection, seller, state, level, least_score)
    with service.database.reading() as session:
        rows = list_findings(session, caller, wanted, number_of(cursor) or 0, limit + 1)
    page = rows[:limit]
    following = cursor_after(page[-1][0].number) if len(rows) > limit else None
    return FindingPage(findings=[FindingShown.of(*row) for row in page], next=following)


@router.get(
    "/{number}",
    operation_id="getFinding",
    summary="Show a finding",
    responses=problems_of(401, 404, 422, 429, 503),
)
def show(service: ServiceNeeded, caller: AnyCaller, number: FindingNumber) -> FindingShown:
    """A finding, and what was said of it. The whole of it stands in the inspection's results."""
    with service.database.reading() as session:
        found = find_finding(session, caller, number)
    if found is None:
        raise Problem(404, "there is no such finding")
    return FindingShown.of(*found)


@router.patch(
    "/{number}",
    operation_id="reviewFinding",
    summary="Confirm or reject a finding",
    responses=problems_of(401, 403, 404, 422, 429, 503),
)
def review(
    service: ServiceNeeded, caller: MarkKeeper, number: FindingNumber, said: Review
) -> FindingShown:
    """Say what a person thinks of a finding; it counts for or against its mark.

    A rights holder may only reject: nobody vouches for the marks that are its own.
    """
    _check_may_say(caller, said)
    with service.database.writing() as session:
        found = find_finding(session, caller, number)
        if found is None:
            raise Problem(404, "there is no such finding")
        now, by = now_of(session), caller.name or caller.role
        review_finding(session, found[0], said.state, now, by=by, note=said.note)
        return FindingShown.of(*found)


def _check_may_say(caller: Caller, said: Review) -> None:
    if caller.role == "rights_holder" and said.state != "rejected":
        raise Problem(403, "a rights holder may only reject findings of its marks")
    try:
        storable(said.note)
    except ValueError as error:
        raise Problem(422, f"the note {error}") from error
