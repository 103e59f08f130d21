"""Marks that are found too often (stand-in: part C writes this module)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session


def check(session: Session, marks: Iterable[str], now: datetime) -> list[str]:
    """Put marks that are found too often into quarantine, and return their ids."""
    del session, marks, now
    return []
