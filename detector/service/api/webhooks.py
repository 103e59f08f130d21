"""Webhooks of a caller: `/v1/webhooks`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from detector.service import deliveries, webhooks
from detector.service.api.callers import AnyCaller, ServiceNeeded, only
from detector.service.api.problems import Problem, problems_of
from detector.service.events import EventKind
from detector.service.keys import Caller
from detector.service.storage.database import now_of
from detector.service.storage.events import WebhookRow

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])

ChangingCaller = Annotated[Caller, Depends(only("platform", "rights_holder", "seller"))]
WebhookId = Annotated[str, Path(max_length=64, description="The id of a webhook.")]
_LONGEST_OVERLAP = 30 * 86400


class WebhookWanted(BaseModel):
    """A webhook to make; without `kinds` it gets all events that the caller may see."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"url": "https://shop.example/detector", "kinds": ["inspection.done"]}
        }
    )

    url: str = Field(max_length=2000)
    kinds: list[EventKind] = []


class WebhookChange(BaseModel):
    """What to change of a webhook; what is left out stays. `off` false switches it on again."""

    url: str | None = Field(default=None, max_length=2000)
    kinds: list[EventKind] | None = None
    off: bool | None = None


class Webhook(BaseModel):
    """A webhook. Nothing is sent while it is off; `failing_since` is when its failures began."""

    id: str
    url: str
    kinds: list[EventKind]
    created_at: datetime
    failing_since: datetime | None
    off_since: datetime | None
    off_reason: str


class WebhookWithSecret(Webhook):
    """A webhook with its secret, which is shown this one time."""

    secret: str


class WebhookList(BaseModel):
    """Webhooks, the oldest first."""

    webhooks: list[Webhook]


class Rotation(BaseModel):
    """For how long messages are signed with the old secret too."""

    overlap_seconds: float = Field(default=86400, ge=0, le=_LONGEST_OVERLAP)


@router.post(
    "",
    status_code=201,
    operation_id="createWebhook",
    summary="Have events sent to an address",
    responses=problems_of(401, 403, 422, 429),
)
def create_webhook(
    wanted: WebhookWanted, service: ServiceNeeded, caller: ChangingCaller
) -> WebhookWithSecret:
    """Make a webhook; its messages are signed as Standard Webhooks asks, with the secret given."""
    settings = service.settings.webhooks
    with service.database.writing() as session:
        row = webhooks.add_webhook(
            session, caller, wanted.url, wanted.kinds, settings=settings, now=now_of(session)
        )
        return _with_secret(row)


@router.get(
    "",
    operation_id="listWebhooks",
    summary="Webhooks of the caller",
    responses=problems_of(401, 429),
)
def list_webhooks(service: ServiceNeeded, caller: AnyCaller) -> WebhookList:
    """List the webhooks of the caller, for the platform those of everybody."""
    with service.database.reading() as session:
        rows = webhooks.webhooks_of(session, caller)
        return WebhookList(webhooks=[_webhook(row) for row in rows])


@router.get(
    "/{webhook}",
    operation_id="getWebhook",
    summary="One webhook",
    responses=problems_of(401, 404, 422, 429),
)
def get_webhook(webhook: WebhookId, service: ServiceNeeded, caller: AnyCaller) -> Webhook:
    """Tell whether a webhook is sent to, and why not."""
    with service.database.reading() as session:
        return _webhook(webhook_seen(session, caller, webhook))


@router.patch(
    "/{webhook}",
    operation_id="changeWebhook",
    summary="Change a webhook, or switch it off or on",
    responses=problems_of(401, 403, 404, 422, 429),
)
def change_webhook(
    webhook: WebhookId, change: WebhookChange, service: ServiceNeeded, caller: ChangingCaller
) -> Webhook:
    """Change what is given; what waits for a webhook that is switched off is dead."""
    with service.database.writing() as session:
        row = webhook_seen(session, caller, webhook)
        if change.url is not None:
            webhooks.check_url(change.url, service.settings.webhooks)
            row.url = change.url
        if change.kinds is not None:
            row.kinds = [*sorted(set(change.kinds))]
        if change.off is False:
            webhooks.switch_on(row)
        elif change.off and row.off_since is None:
            deliveries.switch_off(session, row, "switched off by its owner", now_of(session))
        return _webhook(row)


@router.delete(
    "/{webhook}",
    status_code=204,
    operation_id="deleteWebhook",
    summary="Delete a webhook and what waits for it",
    responses=problems_of(401, 403, 404, 422, 429),
)
def delete_webhook(webhook: WebhookId, service: ServiceNeeded, caller: ChangingCaller) -> None:
    """Delete a webhook with its deliveries; the events stay."""
    with service.database.writing() as session:
        session.delete(webhook_seen(session, caller, webhook))


@router.post(
    "/{webhook}/rotate",
    operation_id="rotateWebhookSecret",
    summary="Give a webhook a new secret",
    responses=problems_of(401, 403, 404, 422, 429),
)
def rotate_webhook_secret(
    webhook: WebhookId, rotation: Rotation, service: ServiceNeeded, caller: ChangingCaller
) -> WebhookWithSecret:
    """Make a new secret. Messages have both signatures until the overlap ends."""
    with service.database.writing() as session:
        row = webhook_seen(session, caller, webhook)
        overlap = timedelta(seconds=rotation.overlap_seconds)
        webhooks.rotate_secret(row, overlap, now_of(session))
        return _with_secret(row)


def webhook_seen(session: Session, caller: Caller, identifier: str) -> WebhookRow:
    """The webhook with this id. Raises `Problem` 404 for one that the caller may not see."""
    row = webhooks.webhook_of(session, caller, identifier)
    if row is None:
        raise Problem(404, "there is no such webhook")
    return row


def _webhook(row: WebhookRow) -> Webhook:
    return Webhook.model_validate(row, from_attributes=True)


def _with_secret(row: WebhookRow) -> WebhookWithSecret:
    return WebhookWithSecret.model_validate(row, from_attributes=True)
