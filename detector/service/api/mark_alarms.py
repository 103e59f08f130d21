"""Whether a mark alarms wrongly: a trial on past photos, and what was blocked for it."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Annotated

from fastapi import APIRouter, Query

from detector.service.alarm_rates import expected_rate
from detector.service.api.alarm_models import (
    BlockPage,
    BlockShown,
    Requeue,
    Requeued,
    TrialShown,
    TrialWanted,
)
from detector.service.api.callers import PlatformCaller, ServiceNeeded
from detector.service.api.cursors import cursor_after, number_of
from detector.service.api.mark_access import MarkKeeper, MarkPath, MarkViewer, existing
from detector.service.api.problems import Problem, problems_of
from detector.service.mark_trial import past_photos, try_mark
from detector.service.quarantine import blocks_of, decide_again
from detector.service.queue import requeue
from detector.service.service import Service
from detector.service.storage.database import now_of
from detector.service.storage.inspections import InspectionRow

router = APIRouter(prefix="/v1/marks/{mark_id}", tags=["marks"])

MOST_BLOCKS = 1000
RETRY_SECONDS = "30"
_ONE_TRIAL = Lock()  # a trial takes as much as a worker


@router.post(
    "/trial",
    operation_id="tryMark",
    summary="Would this mark cause false alarms?",
    responses=problems_of(401, 403, 404, 422, 429, 503),
)
def try_one(
    service: ServiceNeeded,
    caller: MarkKeeper,
    mark_id: MarkPath,
    wanted: TrialWanted | None = None,
) -> TrialShown:
    """Search for the mark alone in the last photos of the store, also for one that is off."""
    wanted = wanted or TrialWanted()
    with service.database.reading() as session:
        row = existing(session, caller, mark_id)
        photos = past_photos(session, wanted.photos)
        expected = expected_rate(session, row, now_of(session))
    if not _ONE_TRIAL.acquire(blocking=False):
        raise Problem(429, "another mark is being tried", headers={"Retry-After": RETRY_SECONDS})
    try:
        return TrialShown.of(try_mark(service, row, photos, seconds=wanted.seconds), expected)
    finally:
        _ONE_TRIAL.release()


@router.get(
    "/blocks",
    operation_id="listMarkBlocks",
    summary="Listings that are blocked for a mark",
    responses=problems_of(401, 403, 404, 422, 429, 503),
)
def list_blocks(
    service: ServiceNeeded,
    caller: MarkViewer,
    mark_id: MarkPath,
    *,
    cursor: Annotated[str, Query(max_length=64)] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> BlockPage:
    """Blocked listings that would be blocked for this mark alone, the oldest first."""
    with service.database.reading() as session:
        existing(session, caller, mark_id)
        rows = blocks_of(session, mark_id, number_of(cursor) or 0, limit + 1)
    page = rows[:limit]
    following = cursor_after(page[-1].number) if len(rows) > limit else None
    return BlockPage(blocks=list(map(_shown, page)), next=following)


@router.post(
    "/blocks/requeue",
    operation_id="requeueMarkBlocks",
    summary="Decide again on listings that are blocked for a mark",
    responses=problems_of(401, 403, 404, 422, 429, 503),
)
def requeue_blocks(
    service: ServiceNeeded, caller: PlatformCaller, mark_id: MarkPath, wanted: Requeue
) -> Requeued:
    """Decide again on blocked listings after a quarantine, or have them inspected again."""
    with service.database.reading() as session:
        existing(session, caller, mark_id)
        rows = blocks_of(session, mark_id, most=MOST_BLOCKS)
    chosen = [row for row in rows if wanted.inspections is None or row.id in wanted.inspections]
    if wanted.again == "inspect":
        return Requeued(taken=sum(_inspect_again(service, row.id) for row in chosen), changed=0)
    return Requeued(taken=len(chosen), changed=_decide_again(service, chosen))


def _decide_again(service: Service, rows: Sequence[InspectionRow]) -> int:
    """Decide on each by itself, so that others go on meanwhile; return how many have changed."""
    changed = 0
    for row in rows:
        with service.database.writing() as session:
            current = session.get(InspectionRow, row.number)
            if current is not None and current.state == "done":
                changed += decide_again(session, current, now_of(session))
    return changed


def _inspect_again(service: Service, inspection: str) -> bool:
    with service.database.writing() as session:
        return requeue(session, inspection, now_of(session))


def _shown(row: InspectionRow) -> BlockShown:
    return BlockShown(
        inspection=row.id,
        external_id=row.external_id,
        seller=row.seller,
        finished_at=row.finished_at,
        policy_version=row.policy_version,
        href=f"/v1/inspections/{row.id}",
    )
