"""Events for those who poll: `GET /v1/events`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict

from detector.service import events
from detector.service.api.callers import AnyCaller, ServiceNeeded
from detector.service.api.problems import problems_of
from detector.service.events import EventKind
from detector.service.keys import Caller
from detector.service.service import Service
from detector.service.storage.events import EventRow

router = APIRouter(tags=["events"])

LARGEST_NUMBER = 2**63 - 1


class Event(BaseModel):
    """Something that happened; `type`, `timestamp` and `data` are the body that webhooks get."""

    number: int
    id: str
    type: str
    timestamp: datetime
    data: dict[str, Any]


class EventPage(BaseModel):
    """Events in the order of their numbers; `next` is the `after` of the next call."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "events": [
                    {
                        "number": 7,
                        "id": "evt_0f3a5c7e9b1d2f4a6c8e0b1d",
                        "type": "mark.changed",
                        "timestamp": "2026-07-01T12:00:00Z",
                        "data": {"mark": "vornak"},
                    }
                ],
                "next": 7,
            }
        }
    )

    events: list[Event]
    next: int


# Not `def`: those who wait must not take the threads from those who work.
@router.get(
    "/v1/events",
    operation_id="listEvents",
    summary="What happened after a number",
    responses=problems_of(401, 422, 429),
)
async def list_events(
    request: Request,
    service: ServiceNeeded,
    caller: AnyCaller,
    *,
    after: Annotated[int, Query(ge=0, le=LARGEST_NUMBER)] = 0,
    kind: Annotated[list[EventKind] | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    wait: Annotated[float, Query(ge=0, description="Seconds to wait for the first.")] = 0,
) -> EventPage:
    """List events in their order, only those that concern the caller; none is ever missed.

    Call again with `after` set to `next`. With `wait` an empty list is answered only after that
    many seconds, or the longest time that the operator allows.
    """
    end = time.monotonic() + min(wait, service.settings.limits.wait_seconds)
    while True:
        found = await anyio.to_thread.run_sync(_read, service, caller, after, kind or [], limit)
        left = end - time.monotonic()
        if found or left <= 0 or await request.is_disconnected():
            return EventPage(
                events=[event_of(row) for row in found], next=found[-1].number if found else after
            )
        await anyio.sleep(min(left, service.settings.queue.idle_seconds))


def event_of(row: EventRow) -> Event:
    """An event as it is answered."""
    return Event(
        number=row.number, id=row.id, type=row.kind, timestamp=row.created_at, data=row.data
    )


def _read(
    service: Service, caller: Caller, after: int, kinds: list[EventKind], limit: int
) -> Sequence[EventRow]:
    with service.database.reading() as session:
        return events.after(session, caller, after, kinds, limit)
