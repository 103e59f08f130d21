"""Trials and blocks of marks as the interface shows and takes them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from detector.records import Decision
from detector.service.mark_trial import Trial

Inspections = Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=1000)]


class TrialWanted(BaseModel):
    """In how many past photos a mark is searched for, and for how long at most."""

    model_config = ConfigDict(extra="forbid")

    photos: Annotated[int, Field(ge=1, le=100)] = 20
    seconds: Annotated[float, Field(gt=0, le=120)] = 60.0


class FoundInTrial(BaseModel):
    """A past photo in which the mark is found."""

    inspection: str
    digest: str
    score: float
    decision: Decision


class TrialShown(BaseModel):
    """How a mark does among past photos; `share` of them alarm, and `expected` is what they may."""

    photos: int
    unread: int
    complete: bool
    found: list[FoundInTrial]
    share: float | None
    expected: float

    @classmethod
    def of(cls, trial: Trial, expected: float) -> TrialShown:
        """Show a trial."""
        return cls(
            photos=trial.photos,
            unread=trial.unread,
            complete=trial.complete,
            found=[
                FoundInTrial(
                    inspection=one.photo.inspection,
                    digest=one.photo.digest,
                    score=one.score,
                    decision=one.decision,
                )
                for one in trial.found
            ],
            share=len(trial.found) / trial.photos if trial.photos else None,
            expected=expected,
        )


class BlockShown(BaseModel):
    """A listing that is blocked, and would be for this mark alone."""

    inspection: str
    external_id: str
    seller: str
    finished_at: datetime | None
    policy_version: int | None
    href: str


class BlockPage(BaseModel):
    """Some blocks; `next` is where the next page begins, null on the last."""

    blocks: list[BlockShown]
    next: str | None


class Requeue(BaseModel):
    """Which blocks are looked at again: those named, or the first 1,000.

    "decide" decides from the stored results by what holds now; "inspect" gives them back to the
    queue, as needs a mark whose pictures have changed.
    """

    model_config = ConfigDict(extra="forbid")

    inspections: Inspections | None = None
    again: Literal["decide", "inspect"] = "decide"


class Requeued(BaseModel):
    """What came of blocks: `taken` were looked at, `changed` have another decision now.

    Of those that are inspected again nothing is known yet.
    """

    taken: int
    changed: int
