"""Versions of the policy."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from detector.service.storage.base import Base


class PolicyRow(Base):
    """A version of the policy as TOML; the one with the latest `used_since` decides.

    One that was never taken into use has no `used_since`. No version is ever changed.
    """

    __tablename__ = "policies"

    version: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    author: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    used_since: Mapped[datetime | None] = mapped_column(index=True)
