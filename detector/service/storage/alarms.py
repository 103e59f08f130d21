"""How often marks were found, by which a wrong reference is noticed."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from detector.service.storage.base import Base


class AlarmWeekRow(Base):
    """In how many listings of a week, from its Monday, a mark was found.

    The row of the mark "" counts all listings.
    """

    __tablename__ = "alarm_weeks"

    mark: Mapped[str] = mapped_column(primary_key=True)
    week: Mapped[date] = mapped_column(primary_key=True)
    listings: Mapped[int] = mapped_column(default=0)


class AlarmTestRow(Base):
    """Where the sequential test of a mark stands after so many `listings` in all."""

    __tablename__ = "alarm_tests"

    mark: Mapped[str] = mapped_column(primary_key=True)
    statistic: Mapped[float] = mapped_column(default=0.0)
    listings: Mapped[int] = mapped_column(default=0)
