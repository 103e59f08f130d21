"""Requests that may be repeated: for a day, a key of the caller leads to one inspection."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import delete
from sqlalchemy.orm import Session

from detector.service.keys import Caller
from detector.service.storage.access import IdempotencyRow
from detector.service.storage.inspections import InspectionRow

KEPT = timedelta(days=1)


class KeyReused(Exception):
    """The key came before, with another request."""


class Repeatable(Protocol):
    """A request with a key; `digest` is the same for the same request."""

    @property
    def idempotency_key(self) -> str:
        """The key that the caller chose."""

    @property
    def digest(self) -> str:
        """The SHA-256 of all that is asked for."""


def recall(
    session: Session, request: Repeatable, caller: Caller, now: datetime
) -> InspectionRow | None:
    """The inspection that the same request led to. Raises `KeyReused` where it was another one."""
    row = session.get(IdempotencyRow, (caller.key_id or 0, request.idempotency_key))
    if row is None or row.created_at <= now - KEPT:
        return None
    if row.request != request.digest:
        raise KeyReused
    return session.get(InspectionRow, row.inspection)


def remember(
    session: Session, request: Repeatable, caller: Caller, inspection: InspectionRow, now: datetime
) -> None:
    """Let the key lead to an inspection. Keys that are older than a day are forgotten."""
    session.execute(delete(IdempotencyRow).where(IdempotencyRow.created_at <= now - KEPT))
    session.add(
        IdempotencyRow(
            caller=caller.key_id or 0,
            key=request.idempotency_key,
            request=request.digest,
            inspection=inspection.number,
            created_at=now,
        )
    )
    session.flush()
