"""Marks as rights holders and operators keep them, and the index generations made from them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from detector.service.storage.base import Base, RowNumber

MarkState = Literal["active", "off", "quarantined"]


class MarkRow(Base):
    """A mark. `record` holds what its `mark.toml` would; the reference index is made from rows.

    Nothing is found of a mark that is "off" (it is not in the index); what is found of a
    "quarantined" one goes to review at most. `expected_alarms` is the share of listings, 0..1, in
    which the platform says that it is found; None leaves it to the figures. A deleted mark keeps
    its row, for the findings that name it.

    `index_due` says that the index does not hold yet what this row says, `index_problem` why a part
    of it could not be indexed; `described` is a digest of the pictures from which its views in the
    index were made. `distinctiveness` is what the index says of the mark: `cosine` and `sigmas` of
    the nearest common graphic, and whether it is as `common` as a letter.
    """

    __tablename__ = "marks"

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(default="", index=True)
    record: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[MarkState] = mapped_column(String(16), default="active")
    state_reason: Mapped[str] = mapped_column(default="")
    state_since: Mapped[datetime]
    expected_alarms: Mapped[float | None]
    revision: Mapped[int] = mapped_column(default=1)
    index_due: Mapped[bool] = mapped_column(default=True, index=True)
    described: Mapped[str] = mapped_column(String(64), default="")
    index_problem: Mapped[str] = mapped_column(default="")
    distinctiveness: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
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
    """A state of the reference index; the one with the highest number is in use.

    `manifest` is the SHA-256 of its manifest, which lies in the store with the files it names; ""
    for one whose files were deleted.
    """

    __tablename__ = "generations"

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    generation: Mapped[str] = mapped_column(String(64), index=True)
    manifest: Mapped[str] = mapped_column(String(64), default="")
    marks: Mapped[int]
    reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
