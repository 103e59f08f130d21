"""Kept features of past photos, and the searches of a mark in them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from detector.service.storage.base import Base, RowNumber

RetrospectState = Literal["queued", "running", "done", "failed"]


class PhotoFeaturesRow(Base):
    """The features of a photo that are kept for later marks, in the picture store.

    `digest` is the SHA-256 of the photo, `described_with` of all that they depend on besides it,
    `blob` of the features; "" where the photo was gone when it should have been described again.
    """

    __tablename__ = "photo_features"
    __table_args__ = (
        UniqueConstraint("digest", "described_with"),
        Index(None, "described_with", "number"),
    )

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    described_with: Mapped[str] = mapped_column(String(16))
    blob: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    created_at: Mapped[datetime]


class RetrospectRow(Base):
    """The search of one mark in past photos, which goes on where it stopped.

    `position` is the number of the last features that were searched, `photos` how many were,
    `missing` how many more could not be, `found` in how many the mark was found, and `findings` how
    many inspections have a new finding. `due_at` and `lease` are as of an inspection.
    """

    __tablename__ = "retrospects"
    __table_args__ = (Index(None, "state", "due_at"),)

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    id: Mapped[str] = mapped_column(String(32), unique=True)
    mark: Mapped[str] = mapped_column(ForeignKey("marks.id"), index=True)
    asked_by: Mapped[str] = mapped_column(default="")
    state: Mapped[RetrospectState] = mapped_column(String(16), default="queued")
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None] = mapped_column(String(32))
    generation: Mapped[str] = mapped_column(String(64), default="")
    total: Mapped[int] = mapped_column(default=0)
    position: Mapped[int] = mapped_column(RowNumber, default=0)
    photos: Mapped[int] = mapped_column(default=0)
    missing: Mapped[int] = mapped_column(default=0)
    found: Mapped[int] = mapped_column(default=0)
    findings: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
