"""Features of past photos (stand-in: part D writes this module)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from detector.service.storage.pictures import PictureStore


def keep_features(
    session: Session,
    store: PictureStore,
    digest: str,
    blob: bytes,
    *,
    described_with: str,
    now: datetime,
) -> None:
    """Keep the packed features of a photo for searches in the past."""
