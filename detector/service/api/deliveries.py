"""What was sent to a webhook: `/v1/webhooks/{webhook}/deliveries`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, get_args

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from detector.service import deliveries, events, webhooks
from detector.service.api.callers import AnyCaller, ServiceNeeded
from detector.service.api.events import LARGEST_NUMBER
from detector.service.api.problems import Problem, problems_of
from detector.service.api.webhooks import ChangingCaller, WebhookId, webhook_seen
from detector.service.storage.database import now_of
from detector.service.storage.events import DeliveryRow, DeliveryState, EventRow

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])


class Delivery(BaseModel):
    """An event sent to a webhook; a dead one was given up after all attempts."""

    number: int
    event: str
    type: str
    state: DeliveryState
    attempts: int
    due_at: datetime
    status: int | None
    error: str
    finished_at: datetime | None


class DeliveryPage(BaseModel):
    """Deliveries, the newest first; `next` is the `before` of the next call, null at the end."""

    deliveries: list[Delivery]
    next: int | None


class Resending(BaseModel):
    """Which dead deliveries to send again: those with these numbers, or all."""

    numbers: list[Annotated[int, Field(ge=0, le=LARGEST_NUMBER)]] | None = Field(
        default=None, max_length=1000
    )


class Resent(BaseModel):
    """How many deliveries were queued."""

    queued: int


@router.post(
    "/{webhook}/test",
    status_code=202,
    operation_id="testWebhook",
    summary="Send a test event",
    responses=problems_of(401, 403, 404, 409, 422, 429),
)
def test_webhook(webhook: WebhookId, service: ServiceNeeded, caller: ChangingCaller) -> Delivery:
    """Queue an event `webhook.tested` for this webhook alone."""
    with service.database.writing() as session:
        row = webhook_seen(session, caller, webhook)
        if row.off_since is not None:
            raise Problem(409, "the webhook is off", remedy="Switch it on first.")
        delivery = events.record_test(session, row, now_of(session))
        session.flush()
        return _delivery(delivery, session.get_one(EventRow, delivery.event))


@router.get(
    "/{webhook}/deliveries",
    operation_id="listDeliveries",
    summary="What was sent to a webhook",
    responses=problems_of(401, 404, 422, 429),
)
def list_deliveries(
    webhook: WebhookId,
    service: ServiceNeeded,
    caller: AnyCaller,
    *,
    state: Annotated[list[DeliveryState] | None, Query()] = None,
    before: Annotated[int | None, Query(ge=0, le=LARGEST_NUMBER)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> DeliveryPage:
    """List deliveries, the newest first; `state=dead` are those that were given up."""
    with service.database.reading() as session:
        row = webhook_seen(session, caller, webhook)
        found = webhooks.deliveries_of(
            session, row, state or get_args(DeliveryState), before, limit
        )
    return DeliveryPage(
        deliveries=[_delivery(*each) for each in found],
        next=found[-1][0].number if len(found) == limit else None,
    )


@router.post(
    "/{webhook}/deliveries/resend",
    status_code=202,
    operation_id="resendDeliveries",
    summary="Send dead deliveries again",
    responses=problems_of(401, 403, 404, 409, 422, 429),
)
def resend_deliveries(
    webhook: WebhookId, resending: Resending, service: ServiceNeeded, caller: ChangingCaller
) -> Resent:
    """Queue dead deliveries of a webhook anew, with all attempts before them."""
    with service.database.writing() as session:
        row = webhook_seen(session, caller, webhook)
        if row.off_since is not None:
            raise Problem(409, "the webhook is off", remedy="Switch it on first.")
        now = now_of(session)
        return Resent(queued=deliveries.send_again(session, row, now, resending.numbers))


def _delivery(row: DeliveryRow, event: EventRow) -> Delivery:
    return Delivery(
        number=row.number,
        event=event.id,
        type=event.kind,
        state=row.state,
        attempts=row.attempts,
        due_at=row.due_at,
        status=row.status,
        error=row.error,
        finished_at=row.finished_at,
    )
