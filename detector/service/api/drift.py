"""`GET /v1/drift`: whether marks are found, and scored, as in the first weeks."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from detector.service.api.callers import ServiceNeeded, only
from detector.service.api.problems import problems_of
from detector.service.drift import Drift, Period, Week, drift
from detector.service.storage.database import now_of

router = APIRouter(prefix="/v1", tags=["operation"])

_MARKS = 100


class MarkShare(BaseModel):
    """In how many inspections of a week a mark was found, and whether that is news."""

    mark: str
    found: int
    share: float = Field(description="Of the week's inspections, 0 to 1.")
    first_share: float = Field(description="Of the inspections of the first weeks.")
    flagged: bool


class PeriodCounts(BaseModel):
    """What was inspected and found from `begin` until before `end`."""

    begin: datetime
    end: datetime
    inspections: int
    scores: list[int] = Field(description="Findings by score: ten equal bins from 0 to 1.")


class WeekCounts(PeriodCounts):
    """A week beside the first ones."""

    score_psi: float = Field(description="Population stability index; from 0.25 on a change.")
    score_psi_by_chance: float | None = Field(
        description="What of the index chance explains; null without findings."
    )
    scores_changed: bool
    marks: list[MarkShare] = Field(description="The flagged ones, then those found most often.")


class DriftCounts(BaseModel):
    """The first weeks of the service, and the latest ones, oldest first."""

    first: PeriodCounts | None = Field(description="Null before anything was inspected.")
    weeks: list[WeekCounts]


@router.get(
    "/drift",
    operation_id="getDrift",
    summary="The latest weeks beside the first ones",
    dependencies=[Depends(only("platform", "read_only"))],
    responses=problems_of(401, 403, 422, 429, 503),
)
def show_drift(
    service: ServiceNeeded,
    weeks: Annotated[int, Query(ge=1, le=52, description="How many, up to now.")] = 8,
    first_weeks: Annotated[int, Query(ge=1, le=26, description="How many are the first.")] = 4,
) -> DriftCounts:
    """Weekly share of findings by mark, and histogram of scores, against the first weeks.

    Weeks that reach into the first ones are left out.
    """
    with service.database.reading() as session:
        return _counts(drift(session, now_of(session), weeks=weeks, first_weeks=first_weeks))


def _counts(counted: Drift) -> DriftCounts:
    if counted.first is None:
        return DriftCounts(first=None, weeks=[])
    first = counted.first
    return DriftCounts(
        first=_period(first),
        weeks=[
            WeekCounts(
                **_period(week.period).model_dump(),
                score_psi=week.score_psi,
                score_psi_by_chance=_finite(week.score_psi_by_chance),
                scores_changed=week.scores_changed,
                marks=_marks(first, week),
            )
            for week in counted.weeks
        ],
    )


def _period(period: Period) -> PeriodCounts:
    return PeriodCounts(
        begin=period.begin,
        end=period.end,
        inspections=period.inspections,
        scores=list(period.scores),
    )


def _marks(first: Period, week: Week) -> list[MarkShare]:
    """The flagged marks and the most frequent ones; thousands of others are left out."""
    found = week.period.found
    others = sorted(found.keys() - set(week.flagged), key=lambda mark: (-found[mark], mark))
    return [
        MarkShare(
            mark=mark,
            found=found.get(mark, 0),
            share=week.period.share(mark),
            first_share=first.share(mark),
            flagged=mark in week.flagged,
        )
        for mark in (*week.flagged, *others)[: max(_MARKS, len(week.flagged))]
    ]


def _finite(number: float) -> float | None:
    """JSON knows no infinity."""
    return number if math.isfinite(number) else None
