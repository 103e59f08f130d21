"""Events: what happened in the service, numbered so that a poll with a cursor misses none."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from detector.service.deliveries import parties_of, queue_delivery, send_to_webhooks
from detector.service.keys import Caller
from detector.service.storage.events import DeliveryRow, EventRow, WebhookRow

EventKind = Literal[
    "inspection.done",
    "inspection.failed",
    "mark.found",
    "mark.changed",
    "mark.quarantined",
    "finding.reviewed",
    "policy.used",
    "index.changed",
    "retrospect.done",
    "webhook.tested",
    "webhook.switched_off",
]
KINDS: tuple[EventKind, ...] = get_args(EventKind)

_NUMBERING_LOCK = 0x6576656E


def record(
    session: Session,
    kind: EventKind,
    data: dict[str, Any],
    *,
    owner: str = "",
    seller: str = "",
    now: datetime,
) -> EventRow:
    """Record that something happened, and queue it for the webhooks that may see it.

    Besides the platform, the rights holder `owner` and the seller `seller` may see it. Whoever
    reads number N sees every event below N: from here to the commit other transactions that
    record wait. So call it after the rest of the transaction's work.
    """
    event = _add(session, kind, data, (owner, seller), now)
    send_to_webhooks(session, event, now)
    return event


def record_test(session: Session, webhook: WebhookRow, now: datetime) -> DeliveryRow:
    """Record that a webhook is tested, and queue that for it alone, whatever it asks for."""
    data, parties = {"webhook": webhook.id}, parties_of(session, webhook)
    event = _add(session, "webhook.tested", data, parties, now)
    return queue_delivery(session, webhook, event, now)


def after(
    session: Session, caller: Caller, number: int, kinds: Collection[str] = (), most: int = 100
) -> Sequence[EventRow]:
    """The first `most` events after a number that the caller may see; no `kinds` means all."""
    asked = EventRow.kind.in_(kinds) if kinds else true()
    query = select(EventRow).where(EventRow.number > number, asked, _visible_to(caller))
    return session.scalars(query.order_by(EventRow.number).limit(most)).all()


def _add(
    session: Session, kind: EventKind, data: dict[str, Any], parties: tuple[str, str], now: datetime
) -> EventRow:
    if session.get_bind().dialect.name == "postgresql":  # SQLite has only one writer at a time
        session.execute(select(func.pg_advisory_xact_lock(_NUMBERING_LOCK)))
    event = EventRow(
        id=f"evt_{secrets.token_hex(12)}",
        kind=kind,
        owner=parties[0],
        seller=parties[1],
        data=data,
        created_at=now,
    )
    session.add(event)
    session.flush()
    return event


def _visible_to(caller: Caller) -> ColumnElement[bool]:
    if caller.role == "rights_holder":
        return EventRow.owner == caller.party
    if caller.role == "seller":
        return EventRow.seller == caller.party
    return true()
