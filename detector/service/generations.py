"""Stand-in for part C's generations of the index."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from detector.service.storage.marks import GenerationRow


def current_generation(session: Session) -> GenerationRow | None:
    """The generation in use; None where no index was made yet."""
    newest = select(GenerationRow).order_by(GenerationRow.number.desc()).limit(1)
    return session.scalars(newest).one_or_none()
