"""Generations of the reference index (stand-in: part C writes this module)."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from detector.service.service import Service
from detector.service.storage.marks import GenerationRow


def current_generation(session: Session) -> GenerationRow | None:
    """The generation in use; None where no index was made yet."""
    newest = select(GenerationRow).order_by(GenerationRow.number.desc()).limit(1)
    return session.scalars(newest).one_or_none()


def index_at(service: Service, generation: str) -> Path:
    """This host's folder with that generation of the index."""
    return service.settings.index
