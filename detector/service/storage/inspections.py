"""Inspections, which are also the queue, with their pictures and findings."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from detector.records import Decision
from detector.service.storage.base import Base, RowNumber

InspectionState = Literal["queued", "running", "done", "failed"]
ReviewState = Literal["open", "confirmed", "rejected"]
FindingOrigin = Literal["inspection", "retrospect"]

_KEPT = text("deleted_at IS NULL")


class InspectionRow(Base):
    """One listing with its pictures, to be inspected or inspected.

    A row is its own place in the queue: `due_at` is when a worker may take it. While one is at it
    the state is "running", `lease` is the token of that worker, and `due_at` is when the lease
    ends, so that what a dead worker left is taken by another. "failed" is parked after too many
    attempts.

    `results` are the listings of the pictures as the command line writes them; with `reasons`,
    `policy_version` and `generation` (of the index) they are written once, with the state "done".
    `trace` is the trace context (`traceparent` of W3C) of the request, "" where none is traced.
    """

    __tablename__ = "inspections"
    __table_args__ = (Index(None, "state", "due_at"),)

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    id: Mapped[str] = mapped_column(String(32), unique=True)
    key_id: Mapped[int | None] = mapped_column(ForeignKey("access_keys.id"))
    origin: Mapped[str] = mapped_column(String(16), default="api")

    external_id: Mapped[str] = mapped_column(default="", index=True)
    title: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    category: Mapped[str] = mapped_column(default="")
    brand: Mapped[str] = mapped_column(default="")
    seller: Mapped[str] = mapped_column(default="", index=True)
    classes: Mapped[list[int]] = mapped_column(JSON, default=list)

    state: Mapped[InspectionState] = mapped_column(String(16), default="queued")
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None] = mapped_column(String(32))
    error: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(index=True)
    finished_at: Mapped[datetime | None] = mapped_column(index=True)

    decision: Mapped[Decision | None] = mapped_column(String(16), index=True)
    reasons: Mapped[list[str]] = mapped_column(JSON, default=list)
    policy_version: Mapped[int | None] = mapped_column(ForeignKey("policies.version"))
    trace: Mapped[str] = mapped_column(String(64), default="")
    generation: Mapped[str] = mapped_column(String(64), default="")
    seconds: Mapped[float | None]
    results: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, deferred=True)

    pictures: Mapped[list[PictureRow]] = relationship(
        order_by="PictureRow.position", cascade="all, delete-orphan"
    )
    findings: Mapped[list[FindingRow]] = relationship(
        order_by="FindingRow.number", cascade="all, delete-orphan"
    )

    @property
    def listing_fields(self) -> dict[str, Any]:
        """The fields of the listing, by their names in a `Submission` and in a `Listing`."""
        texts = ("title", "description", "category", "brand", "seller", "external_id")
        return {name: getattr(self, name) for name in texts} | {"classes": tuple(self.classes)}


class PictureRow(Base):
    """One picture of an inspection: its bytes lie in the picture store under their digest.

    `digest` is the SHA-256 of the bytes, "" for an address that was not fetched yet (`uri`).
    `deleted_at` is when the bytes were too old to be kept; another row may have brought them back.
    """

    __tablename__ = "inspection_pictures"
    # Retention looks for those that are still there, whatever the number of those that are not.
    __table_args__ = (
        Index("ix_inspection_pictures_kept", "digest", sqlite_where=_KEPT, postgresql_where=_KEPT),
    )

    inspection: Mapped[int] = mapped_column(
        ForeignKey("inspections.number", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), default="", index=True)
    name: Mapped[str] = mapped_column(default="")
    uri: Mapped[str] = mapped_column(default="")
    deleted_at: Mapped[datetime | None]


class FindingRow(Base):
    """One finding of an inspection, so that findings can be listed, reviewed and counted by mark.

    `picture` is the position of the picture, None for a finding in a text. `level` is what the
    finding alone asks for. The whole finding stands in the inspection's `results`; that of a later
    search for a new mark (`origin` "retrospect") in `details`.
    """

    __tablename__ = "findings"
    __table_args__ = (UniqueConstraint("inspection", "fingerprint"), Index(None, "mark", "number"))

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    inspection: Mapped[int] = mapped_column(ForeignKey("inspections.number", ondelete="CASCADE"))
    picture: Mapped[int | None]
    mark: Mapped[str]
    fingerprint: Mapped[str] = mapped_column(String(64))
    verdict: Mapped[str] = mapped_column(String(64))
    score: Mapped[float]
    log_odds: Mapped[float]
    level: Mapped[Decision] = mapped_column(String(16))
    origin: Mapped[FindingOrigin] = mapped_column(String(16), default="inspection")
    details: Mapped[dict[str, Any] | None] = mapped_column(JSON, deferred=True)
    created_at: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[ReviewState] = mapped_column(String(16), default="open", index=True)
    reviewed_by: Mapped[str] = mapped_column(default="")
    reviewed_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")
