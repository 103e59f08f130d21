"""Work that comes again and again, done by one of all hosts at a time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from detector.service.storage.base import Base


class PeriodicTaskRow(Base):
    """When a task was last begun by any host."""

    __tablename__ = "periodic_tasks"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    begun_at: Mapped[datetime]
