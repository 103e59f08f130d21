"""Generations of the reference index: which is in use, and how to have the next one made now."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from sqlalchemy import select

from detector.service.api.callers import PlatformCaller, ServiceNeeded, only
from detector.service.api.cursors import cursor_after, number_of
from detector.service.api.problems import Problem, problems_of
from detector.service.generations import current_generation, index_is_due
from detector.service.index_updater import rebuild_in_process
from detector.service.keys import Caller
from detector.service.storage.marks import GenerationRow

router = APIRouter(prefix="/v1/generations", tags=["generations"])

Reader = Annotated[Caller, Depends(only("platform", "read_only"))]


class Generation(BaseModel):
    """A state of the index; listings name it as `provenance.index`."""

    number: int
    generation: str
    marks: int
    reason: str
    created_at: datetime

    @classmethod
    def of(cls, row: GenerationRow) -> Generation:
        """Show a row."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class CurrentGeneration(BaseModel):
    """The generation in use, and whether marks have changed since."""

    generation: Generation
    due: bool


class GenerationPage(BaseModel):
    """Some generations; `next` is where the next page begins, null on the last."""

    generations: list[Generation]
    next: str | None


@router.get(
    "",
    operation_id="listGenerations",
    summary="List generations of the index",
    responses=problems_of(401, 403, 422, 429, 503),
)
def list_some(
    service: ServiceNeeded,
    _: Reader,
    *,
    cursor: Annotated[str, Query(max_length=64)] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> GenerationPage:
    """Generations, the newest first."""
    query, before = select(GenerationRow).order_by(GenerationRow.number.desc()), number_of(cursor)
    if before is not None:
        query = query.where(GenerationRow.number < before)
    with service.database.reading() as session:
        rows = session.scalars(query.limit(limit + 1)).all()
    page = rows[:limit]
    following = cursor_after(page[-1].number) if len(rows) > limit else None
    return GenerationPage(generations=list(map(Generation.of, page)), next=following)


@router.get(
    "/current",
    operation_id="getCurrentGeneration",
    summary="The generation in use",
    responses=problems_of(401, 403, 404, 429, 503),
)
def current(service: ServiceNeeded, _: Reader) -> CurrentGeneration:
    """The generation that inspections are made with from now on."""
    with service.database.reading() as session:
        row, due = current_generation(session), index_is_due(session)
    if row is None:
        raise Problem(404, "there is no generation yet", remedy="Add a mark with its pictures.")
    return CurrentGeneration(generation=Generation.of(row), due=due)


@router.post(
    "",
    operation_id="makeGeneration",
    summary="Make the index from the marks now",
    responses=problems_of(401, 403, 422, 429, 503),
)
def make(service: ServiceNeeded, _: PlatformCaller) -> Generation:
    """Wait until the index holds all marks as they are. The service does so by itself as well."""
    generation = rebuild_in_process(service)
    with service.database.reading() as session:
        query = select(GenerationRow).filter_by(generation=generation)
        return Generation.of(
            session.scalars(query.order_by(GenerationRow.number.desc()).limit(1)).one()
        )
