"""Banks: the names under which callers of HMA's routes know rights holders."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from detector.service.storage.base import Base


class BankRow(Base):
    """A bank that a caller has made or changed; others are named after the owners of marks.

    `enabled_ratio`, 0..1, is for which share of inspections its matches are told.
    """

    __tablename__ = "banks"

    name: Mapped[str] = mapped_column(primary_key=True)
    enabled_ratio: Mapped[float] = mapped_column(default=1.0)
    created_at: Mapped[datetime]
