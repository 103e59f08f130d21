"""Versions of the policy: added, taken into use and back, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from detector.errors import PolicyError
from detector.scoring.policy import Policy
from detector.scoring.policy_file import policy_from_text
from detector.service.events import record
from detector.service.storage.database import now_of
from detector.service.storage.policies import PolicyRow

MOST_CHARACTERS = 200_000
_LOCK = 0x706F6C69


def policy_in_use(session: Session) -> tuple[int, Policy]:
    """The version that decides, and the policy. The shipped default is version 1 of a new service.

    Raises `PolicyError` for a version that this program cannot read any more.
    """
    row = session.scalars(_newest_used()).first() or _with_default(session)
    return row.version, read(row.text, f"policy {row.version}")


def add_policy(
    session: Session, text: str, *, note: str = "", author: str = "", now: datetime
) -> PolicyRow:
    """Keep a further version, which is not in use yet. Raises `PolicyError` as its reader does."""
    if len(text) > MOST_CHARACTERS:
        message = f"the policy has {len(text)} characters, and {MOST_CHARACTERS} are the most"
        raise PolicyError(message, remedy="Give one rule several values.")
    policy_from_text(text)
    policy_in_use(session)  # a new service has version 1
    _lock(session)
    newest = session.scalars(select(func.max(PolicyRow.version))).one()
    row = PolicyRow(version=newest + 1, text=text, note=note, author=author, created_at=now)
    session.add(row)
    session.flush()
    return row


def use_policy(session: Session, version: int, *, author: str = "", now: datetime) -> PolicyRow:
    """Let a version decide from now on; an older one goes back to what it says.

    Raises `PolicyError` where there is no such version, or this program cannot read it.
    """
    former, _ = policy_in_use(session)
    _lock(session)
    row = find_policy(session, version)
    if row is None:
        raise PolicyError(f"there is no version {version}", remedy="List the versions.")
    read(row.text, f"policy {version}")
    if former != version:
        latest = session.scalars(select(func.max(PolicyRow.used_since))).one()
        row.used_since = max(now, latest + timedelta(microseconds=1)) if latest else now
        session.flush()
        data = {"version": version, "former": former, "author": author}
        record(session, "policy.used", data, now=now)
    return row


def find_policy(session: Session, version: int) -> PolicyRow | None:
    """A version, or None."""
    policy_in_use(session)  # a new service has version 1
    return session.get(PolicyRow, version)


def versions(
    session: Session, *, before: int | None = None, most: int = 100
) -> Sequence[PolicyRow]:
    """The newest `most` versions below `before`, the newest first."""
    policy_in_use(session)
    query = select(PolicyRow).order_by(PolicyRow.version.desc()).limit(most)
    return session.scalars(
        query if before is None else query.where(PolicyRow.version < before)
    ).all()


@lru_cache(maxsize=16)
def read(text: str, place: str) -> Policy:
    """A policy of its text; one that was read lately is not read again."""
    return policy_from_text(text, place)


def default_text() -> str:
    """The shipped policy as TOML."""
    policy = Policy()
    return f"""\
# The shipped policy: see docs/policy.md.
review = {policy.review}
block = {policy.block}
compatible = "{policy.compatible}"
"""


def _newest_used() -> Select[PolicyRow]:
    used = select(PolicyRow).where(PolicyRow.used_since.is_not(None))
    return used.order_by(PolicyRow.used_since.desc()).limit(1)


def _with_default(session: Session) -> PolicyRow:
    """Keep the shipped policy as version 1, unless another process has just done so."""
    _lock(session)
    row = session.scalars(_newest_used()).first()
    if row is None:
        now = now_of(session)
        note = "the policy of the package"
        row = PolicyRow(version=1, text=default_text(), note=note, created_at=now, used_since=now)
        session.add(row)
        session.flush()
    return row


def _lock(session: Session) -> None:
    """Let no other transaction number versions until this one ends; SQLite has one writer."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
