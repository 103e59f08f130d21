"""Retrospects as callers ask for them and see them; `retrospect` does them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, false, select
from sqlalchemy.orm import Session

from detector.service.keys import Caller
from detector.service.storage.marks import MarkRow
from detector.service.storage.retrospects import RetrospectRow


def ask_for_retrospect(
    session: Session, mark: MarkRow, *, asked_by: str = "", now: datetime
) -> RetrospectRow:
    """Have a mark searched for in the past; one that waits or is under way is given back."""
    open_states = RetrospectRow.state.in_(("queued", "running"))
    row = session.scalars(select(RetrospectRow).filter_by(mark=mark.id).where(open_states)).first()
    if row is None:
        name = secrets.token_hex(16)
        row = RetrospectRow(id=name, mark=mark.id, asked_by=asked_by, due_at=now, created_at=now)
        session.add(row)
        session.flush()
    return row


def find_retrospect(session: Session, caller: Caller, name: str) -> RetrospectRow | None:
    """A retrospect that the caller may see; a rights holder sees those of his own marks."""
    return session.scalars(_visible(caller).where(RetrospectRow.id == name)).first()


def list_retrospects(
    session: Session, caller: Caller, *, mark: str = "", before: int | None = None, most: int = 100
) -> Sequence[RetrospectRow]:
    """The newest `most` retrospects with a number below `before` that the caller may see."""
    query = _visible(caller)
    if mark:
        query = query.where(RetrospectRow.mark == mark)
    if before is not None:
        query = query.where(RetrospectRow.number < before)
    return session.scalars(query.order_by(RetrospectRow.number.desc()).limit(most)).all()


def _visible(caller: Caller) -> Select[RetrospectRow]:
    query = select(RetrospectRow)
    if caller.role == "rights_holder":
        query = query.join(MarkRow, MarkRow.id == RetrospectRow.mark)
        return query.where(MarkRow.owner == caller.party)
    return query.where(false()) if caller.role == "seller" else query
