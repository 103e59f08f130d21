"""Rows of the database, for tests of what is counted and kept."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from detector.service.storage.inspections import FindingRow, InspectionRow, PictureRow


def add_inspection(
    session: Session, now: datetime, digests: tuple[str, ...] = (), **fields: Any
) -> InspectionRow:
    """An inspection that was made at a moment, with pictures of these digests."""
    row = InspectionRow(id=secrets.token_hex(16), created_at=now, due_at=now, **fields)
    row.pictures = [PictureRow(position=i, digest=digest) for i, digest in enumerate(digests)]
    session.add(row)
    session.flush()
    return row


def add_finding(
    session: Session, row: InspectionRow, mark: str, score: float = 0.9, **fields: Any
) -> FindingRow:
    """A finding of an inspection, as old as that."""
    finding = FindingRow(
        inspection=row.number,
        picture=0,
        mark=mark,
        fingerprint=secrets.token_hex(16),
        verdict="identical copy",
        score=score,
        log_odds=2.0,
        level="review",
        created_at=row.created_at,
        **fields,
    )
    session.add(finding)
    session.flush()
    return finding
