"""Generations of the reference index (a stand-in for the merge)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from detector.service.storage.marks import GenerationRow


def current_generation(session: Session) -> GenerationRow | None:
    """The generation in use; None before the first."""
    return session.scalars(
        select(GenerationRow).order_by(GenerationRow.number.desc()).limit(1)
    ).first()
