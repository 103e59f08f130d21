"""Deliveries: each event is sent to each webhook that may see it, until it is taken.

Rows of the database are the queue, as for inspections, so that any number of processes share it.
At least once: a receiver knows by `webhook-id` what it has had.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, aliased
from standardwebhooks import Webhook

from detector.service.settings import WebhookSettings
from detector.service.storage.access import AccessKeyRow
from detector.service.storage.events import DeliveryRow, EventRow, WebhookRow

_GONE = 410
_JITTER = 0.25
_LEASE_SECONDS = 30.0  # beyond the time that a receiver has


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent for one delivery, and the lease under which its outcome is kept."""

    webhook: str
    delivery: int
    lease: str
    url: str
    headers: dict[str, str]
    content: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """How sending went: the HTTP status (None without an answer), or the error.

    `retry_after` is how many seconds the receiver asks to be left alone.
    """

    status: int | None = None
    error: str = ""
    retry_after: float = 0.0

    @property
    def taken(self) -> bool:
        """Whether the receiver has the event."""
        return self.status is not None and 200 <= self.status < 300


def send_to_webhooks(session: Session, event: EventRow, now: datetime) -> None:
    """Queue an event for every webhook that asks for its kind and may see it."""
    query = (
        select(WebhookRow, AccessKeyRow)
        .outerjoin(AccessKeyRow, AccessKeyRow.id == WebhookRow.key_id)
        .where(WebhookRow.off_since.is_(None))
    )
    for webhook, key in session.execute(query):
        wanted = not webhook.kinds or event.kind in webhook.kinds
        if wanted and _is_valid(key, now) and _may_see(key, event):
            queue_delivery(session, webhook, event, now)


def queue_delivery(
    session: Session, webhook: WebhookRow, event: EventRow, now: datetime
) -> DeliveryRow:
    """Queue one event for one webhook, due at once."""
    delivery = DeliveryRow(webhook=webhook.id, event=event.number, due_at=now)
    session.add(delivery)
    return delivery


def lease_message(session: Session, settings: WebhookSettings, now: datetime) -> Message | None:
    """Take the delivery that is due longest, with the message to send; None when nothing is due.

    Of a webhook one delivery is under way at a time, as far as can be seen without waiting, so
    that a receiver that hangs does not hold all senders. Deliveries of senders that died are
    taken again.
    """
    other = aliased(DeliveryRow)
    busy = exists().where(
        other.webhook == DeliveryRow.webhook, other.lease.is_not(None), other.due_at > now
    )
    query = (
        select(DeliveryRow)
        .where(DeliveryRow.state == "waiting", DeliveryRow.due_at <= now, ~busy)
        .order_by(DeliveryRow.due_at, DeliveryRow.number)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    delivery = session.scalars(query).first()
    if delivery is None:
        return None
    if delivery.attempts > len(settings.retry_seconds):
        delivery.state, delivery.finished_at, delivery.lease = "dead", now, None
        delivery.error = "every sender that was at it ended before it was done"
        return None
    delivery.lease, delivery.attempts = secrets.token_hex(16), delivery.attempts + 1
    delivery.due_at = now + timedelta(seconds=settings.seconds + _LEASE_SECONDS)
    return _message(session, delivery, now)


def settle(
    session: Session,
    message: Message,
    outcome: Outcome,
    settings: WebhookSettings,
    *,
    now: datetime,
    random: Random,
) -> WebhookRow | None:
    """Keep how a delivery went, while its lease holds: delivered, to be sent again, or dead.

    Returns the webhook where this was the failure that switched it off.
    """
    webhook = session.get(WebhookRow, message.webhook, with_for_update=True)
    mine = (DeliveryRow.number == message.delivery) & (DeliveryRow.lease == message.lease)
    delivery = session.scalars(select(DeliveryRow).where(mine).with_for_update()).first()
    if webhook is None or delivery is None:  # deleted, switched off, or taken over by another
        return None
    delivery.lease, delivery.status, delivery.error = None, outcome.status, outcome.error
    if outcome.taken:
        delivery.state, delivery.finished_at, webhook.failing_since = "delivered", now, None
        return None
    _plan_next(delivery, outcome, settings, now, random)
    webhook.failing_since = webhook.failing_since or now
    reason = _reason_to_end(webhook, outcome, settings, now)
    if not reason or webhook.off_since is not None:
        return None
    switch_off(session, webhook, reason, now)
    return webhook


def switch_off(session: Session, webhook: WebhookRow, reason: str, now: datetime) -> None:
    """Send nothing more to a webhook; what waits for it is dead, and can be sent again later."""
    webhook.off_since, webhook.off_reason = now, reason
    waiting = (DeliveryRow.webhook == webhook.id) & (DeliveryRow.state == "waiting")
    ended = {"state": "dead", "finished_at": now, "lease": None}
    session.execute(update(DeliveryRow).where(waiting).values(ended))


def send_again(
    session: Session, webhook: WebhookRow, now: datetime, numbers: Iterable[int] | None = None
) -> int:
    """Queue dead deliveries of a webhook anew, all or those of some numbers, and count them."""
    chosen = (DeliveryRow.webhook == webhook.id) & (DeliveryRow.state == "dead")
    if numbers is not None:
        chosen &= DeliveryRow.number.in_([*numbers])
    query = select(DeliveryRow).where(chosen).with_for_update()
    deliveries: Sequence[DeliveryRow] = session.scalars(query).all()
    for delivery in deliveries:
        delivery.state, delivery.due_at, delivery.attempts = "waiting", now, 0
        delivery.finished_at = None
    return len(deliveries)


def parties_of(session: Session, webhook: WebhookRow) -> tuple[str, str]:
    """The rights holder and the seller that a webhook belongs to, "" for what it does not."""
    key = session.get(AccessKeyRow, webhook.key_id) if webhook.key_id else None
    if key is None:
        return "", ""
    return (
        key.party if key.role == "rights_holder" else "",
        key.party if key.role == "seller" else "",
    )


def _message(session: Session, delivery: DeliveryRow, now: datetime) -> Message | None:
    """The signed message of a delivery; None, and the webhook off, where its key has ended."""
    event = session.get_one(EventRow, delivery.event)
    webhook = session.get_one(WebhookRow, delivery.webhook)
    key = session.get(AccessKeyRow, webhook.key_id) if webhook.key_id else None
    if not _is_valid(key, now):
        switch_off(session, webhook, "its key was revoked or has expired", now)
        return None
    content = content_of(event)
    headers = {
        "content-type": "application/json",
        "user-agent": "detector",
        "webhook-id": event.id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(_signatures(webhook, event.id, content, now)),
    }
    return Message(
        webhook.id, delivery.number, delivery.lease or "", webhook.url, headers, content.encode()
    )


def content_of(event: EventRow) -> str:
    """The body of a message: the kind, the moment and the data of an event as JSON."""
    value = {"type": event.kind, "timestamp": event.created_at.isoformat(), "data": event.data}
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def _signatures(webhook: WebhookRow, identifier: str, content: str, now: datetime) -> list[str]:
    """Signatures with the secret, and with the one before it until that ends."""
    secrets_now = [webhook.secret]
    if webhook.old_secret_until is not None and now < webhook.old_secret_until:
        secrets_now.append(webhook.old_secret)
    # `sign` takes the digits of a moment for UTC, whatever its zone is; `now` is in UTC.
    return [Webhook(secret).sign(identifier, now, content) for secret in secrets_now]


def _plan_next(
    delivery: DeliveryRow,
    outcome: Outcome,
    settings: WebhookSettings,
    now: datetime,
    random: Random,
) -> None:
    if delivery.attempts > len(settings.retry_seconds):
        delivery.state, delivery.finished_at = "dead", now
        return
    pause = settings.retry_seconds[delivery.attempts - 1]
    pause *= random.uniform(1 - _JITTER, 1 + _JITTER)
    longest = max(settings.retry_seconds)
    delivery.due_at = now + timedelta(seconds=max(pause, min(outcome.retry_after, longest)))


def _reason_to_end(
    webhook: WebhookRow, outcome: Outcome, settings: WebhookSettings, now: datetime
) -> str:
    """Why a webhook is to be switched off after a failure; "" for no reason."""
    if outcome.status == _GONE:
        return "the receiver says that it is gone (410)"
    failing = now - (webhook.failing_since or now)
    if failing >= timedelta(days=settings.off_after_days):
        return f"it took nothing for {settings.off_after_days:g} days"
    return ""


def _is_valid(key: AccessKeyRow | None, now: datetime) -> bool:
    if key is None:  # the operator's
        return True
    return key.revoked_at is None and (key.expires_at is None or now < key.expires_at)


def _may_see(key: AccessKeyRow | None, event: EventRow) -> bool:
    if key is None or key.role in ("platform", "read_only"):
        return True
    return key.party == (event.owner if key.role == "rights_holder" else event.seller)
