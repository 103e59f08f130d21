"""Bearer keys: made once, kept as a hash, and found again by it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from detector.errors import UsageError
from detector.service.storage.access import AccessKeyRow, Role

PREFIX = "det_"
"""So that scanners for leaked secrets can know a key."""

ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: the role and party of a key, or of the operator on the same machine.

    `key_id` is None without a key. `party` is the owner of marks for a rights holder, the id of a
    seller for a seller, "" for the others. `per_minute` is the rate of the key, 0 for no limit.
    """

    role: Role
    party: str = ""
    key_id: int | None = None
    name: str = ""
    per_minute: int = 0


OPERATOR = Caller("platform", name="operator")
"""The caller on a service without keys, which listens on a loopback address alone."""


def add_key(
    session: Session,
    name: str,
    role: Role,
    party: str = "",
    *,
    per_minute: int,
    now: datetime,
    expires_at: datetime | None = None,
) -> str:
    """Make a key and return it; it is not kept and cannot be shown again.

    Raises `UsageError` for a key without a name, and for a rights holder or a seller without a
    party.
    """
    if not name.strip():
        raise UsageError("a key has a name", remedy="Give one: it is revoked by it.")
    if role in ("rights_holder", "seller") and not party.strip():
        raise UsageError(f"a key of a {role} belongs to somebody", remedy="Give its party.")
    key = PREFIX + secrets.token_urlsafe(32)
    session.add(
        AccessKeyRow(
            name=name,
            digest=_digest(key),
            role=role,
            party=party.strip(),
            per_minute=per_minute,
            created_at=now,
            expires_at=expires_at,
        )
    )
    return key


def caller_of(session: Session, key: str, now: datetime) -> Caller | None:
    """Who calls with a key; None for one that is unknown, revoked or expired."""
    row = session.scalars(select(AccessKeyRow).filter_by(digest=_digest(key))).one_or_none()
    if row is None or row.revoked_at or (row.expires_at and row.expires_at <= now):
        return None
    return Caller(row.role, row.party, row.id, row.name, row.per_minute)


def revoke_key(session: Session, name: str, now: datetime) -> int:
    """Revoke all keys of a name, and return how many there were."""
    rows = session.scalars(select(AccessKeyRow).filter_by(name=name, revoked_at=None)).all()
    for row in rows:
        row.revoked_at = now
    return len(rows)


def list_keys(session: Session) -> Sequence[AccessKeyRow]:
    """All keys, the oldest first."""
    return session.scalars(select(AccessKeyRow).order_by(AccessKeyRow.id)).all()


def _digest(key: str) -> str:
    # A key has 256 random bits: no search can invert its hash, so it needs no salt and no delay.
    return hashlib.sha256(key.encode()).hexdigest()
