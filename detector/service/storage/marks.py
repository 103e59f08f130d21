"""Marks as rights holders and operators keep them, and the index generations made from them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from detector.service.storage.base import Base, Json, RowNumber

MarkState = Literal["active", "off", "quarantined"]


class MarkRow(Base):
    """A mark. `record` holds what its `mark.toml` would; the reference index is made from rows.

    Nothing is found of a mark that is "off" (it is not in the index); what is found of a
    "quarantined" one goes to review at most. `expected_alarms` is the share of photos, 0..1, in
    which it is expected to be found. A deleted mark keeps its row, for the findings that name it.
    """

    __tablename__ = "marks"

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(default="", index=True)
    record: Mapped[Json]
    state: Mapped[MarkState] = mapped_column(String(16), default="active")
    state_reason: Mapped[str] = mapped_column(default="")
    state_since: Mapped[datetime]
    expected_alarms: Mapped[float | None]
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None] = mapped_column(index=True)

    pictures: Mapped[list[MarkPictureRow]] = relationship(
        order_by="MarkPictureRow.position", cascade="all, delete-orphan"
    )


class MarkPictureRow(Base):
    """A picture of a mark, in the picture store under its digest; one that is not `used` is off."""

    __tablename__ = "mark_pictures"

    mark: Mapped[str] = mapped_column(ForeignKey("marks.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    name: Mapped[str]
    used: Mapped[bool] = mapped_column(default=True)


class GenerationRow(Base):
    """A state of the reference index; the one with the highest number is in use."""

    __tablename__ = "generations"

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    generation: Mapped[str] = mapped_column(String(64))
    marks: Mapped[int]
    reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
