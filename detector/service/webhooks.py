"""Webhooks: addresses to which events are sent, signed as Standard Webhooks asks.

Source: https://www.standardwebhooks.com (specification 1.0.0).
"""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from detector.errors import UsageError
from detector.service.keys import Caller
from detector.service.outgoing import may_be_called
from detector.service.settings import WebhookSettings
from detector.service.storage.access import AccessKeyRow
from detector.service.storage.events import DeliveryRow, EventRow, WebhookRow

SECRET_PREFIX = "whsec_"
_URL = re.compile(r"[\x21-\x7e]+")  # others are not sent as they stand
_SECRET_BYTES = 32  # the specification asks for 24 to 64


def add_webhook(
    session: Session,
    caller: Caller,
    url: str,
    kinds: Iterable[str],
    *,
    settings: WebhookSettings,
    now: datetime,
) -> WebhookRow:
    """Make a webhook of the caller; no `kinds` means all that it may see.

    Raises `UsageError` for an address to which nothing would be sent, and for one too many.
    """
    check_url(url, settings)
    if len(webhooks_of(session, caller)) >= settings.most:
        raise UsageError(f"there are {settings.most} webhooks", remedy="Delete one of them.")
    webhook = WebhookRow(
        id=f"wh_{secrets.token_hex(12)}",
        key_id=caller.key_id,
        url=url,
        secret=_new_secret(),
        kinds=sorted(set(kinds)),
        created_at=now,
    )
    session.add(webhook)
    session.flush()
    return webhook


def check_url(url: str, settings: WebhookSettings) -> None:
    """Raises `UsageError` for an address to which nothing would be sent.

    A host is looked up, and its address checked, each time that something is sent.
    """
    try:
        parts = urlsplit(url)
        scheme, host, _ = parts.scheme.lower(), parts.hostname, parts.port
    except ValueError as error:
        raise UsageError(f"this is no address: {error}") from error
    if scheme != "https" and not (scheme == "http" and settings.allow_http):
        remedy = "Give an https address, or ask the operator for --webhooks-http."
        raise UsageError("webhooks are sent to https addresses", remedy=remedy)
    if not host or parts.username is not None or not _URL.fullmatch(url):
        raise UsageError("this is no address of a webhook", remedy="Give https://HOST/PATH.")
    if not may_be_called(host, private=settings.allow_private):
        remedy = "Give a public address, or ask the operator for --webhooks-private."
        raise UsageError("webhooks are not sent to private addresses", remedy=remedy)


def webhooks_of(session: Session, caller: Caller) -> Sequence[WebhookRow]:
    """The webhooks that a caller may see, the oldest first."""
    query = select(WebhookRow).outerjoin(AccessKeyRow, AccessKeyRow.id == WebhookRow.key_id)
    query = query.where(_belongs_to(caller)).order_by(WebhookRow.created_at, WebhookRow.id)
    return session.scalars(query).all()


def webhook_of(session: Session, caller: Caller, identifier: str) -> WebhookRow | None:
    """One webhook that a caller may see; None for any other."""
    query = select(WebhookRow).outerjoin(AccessKeyRow, AccessKeyRow.id == WebhookRow.key_id)
    return session.scalars(query.where(WebhookRow.id == identifier, _belongs_to(caller))).first()


def rotate_secret(webhook: WebhookRow, overlap: timedelta, now: datetime) -> None:
    """Give a webhook a new secret; until `overlap` has passed the old one signs too."""
    webhook.old_secret, webhook.old_secret_until = webhook.secret, now + overlap
    webhook.secret = _new_secret()


def switch_on(webhook: WebhookRow) -> None:
    """Send to a webhook again from now on; what is dead stays so until it is sent again."""
    webhook.off_since = webhook.failing_since = None
    webhook.off_reason = ""


def deliveries_of(
    session: Session, webhook: WebhookRow, states: Iterable[str], before: int | None, most: int
) -> Sequence[tuple[DeliveryRow, EventRow]]:
    """The newest deliveries of a webhook with their events; `before` is a number to go on from."""
    query = (
        select(DeliveryRow, EventRow)
        .join(EventRow, EventRow.number == DeliveryRow.event)
        .where(DeliveryRow.webhook == webhook.id, DeliveryRow.state.in_([*states]))
        .where(true() if before is None else DeliveryRow.number < before)
        .order_by(DeliveryRow.number.desc())
    )
    return [(row[0], row[1]) for row in session.execute(query.limit(most))]


def _belongs_to(caller: Caller) -> ColumnElement[bool]:
    """A webhook belongs to all keys of a party: a new key goes on where an old one ended."""
    if caller.role in ("platform", "read_only"):
        return true()
    return (AccessKeyRow.role == caller.role) & (AccessKeyRow.party == caller.party)


def _new_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
