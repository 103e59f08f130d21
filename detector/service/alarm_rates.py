"""How often each mark is found (stand-in: part C writes this module)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from detector.records import Listing
from detector.service.storage.inspections import InspectionRow


def count(session: Session, row: InspectionRow, listings: Sequence[Listing], now: datetime) -> None:
    """Count the photos of an inspection, and the marks found in them."""
