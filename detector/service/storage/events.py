"""What happened, for webhooks and for those who poll."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from detector.service.storage.base import Base, Json, RowNumber

DeliveryState = Literal["waiting", "delivered", "dead"]


class EventRow(Base):
    """Something that happened. Numbers have the order of commits, so that none is missed by a poll.

    `owner` and `seller` are the parties, besides the platform, who may see it; "" for nobody.
    No number is given twice, also after old events were deleted.
    """

    __tablename__ = "events"
    __table_args__ = ({"sqlite_autoincrement": True},)

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    id: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(64), index=True)
    owner: Mapped[str] = mapped_column(default="", index=True)
    seller: Mapped[str] = mapped_column(default="", index=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(index=True)


class WebhookRow(Base):
    """Where events are sent. `kinds` empty means all; `key_id` decides what it may see.

    After a rotation `old_secret` signs too, until `old_secret_until`. `failing_since` is when the
    first of the failures came that no success has followed. Nothing is sent once it is
    `off_since`, for the `off_reason`.
    """

    __tablename__ = "webhooks"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    key_id: Mapped[int | None] = mapped_column(ForeignKey("access_keys.id"))
    url: Mapped[str]
    secret: Mapped[str]
    old_secret: Mapped[str] = mapped_column(default="")
    old_secret_until: Mapped[datetime | None]
    kinds: Mapped[Json] = mapped_column(default=list)
    created_at: Mapped[datetime]
    failing_since: Mapped[datetime | None]
    off_since: Mapped[datetime | None]
    off_reason: Mapped[str] = mapped_column(default="")


class DeliveryRow(Base):
    """One event for one webhook: waiting until `due_at`, delivered, or dead after all attempts.

    While a sender is at it, `lease` is its token and `due_at` when another may take it over.
    `status` is the HTTP status of the last answer, None where there was none.
    """

    __tablename__ = "deliveries"
    __table_args__ = (Index(None, "state", "due_at"),)

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    webhook: Mapped[str] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"), index=True)
    event: Mapped[int] = mapped_column(ForeignKey("events.number", ondelete="CASCADE"), index=True)
    state: Mapped[DeliveryState] = mapped_column(String(16), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    lease: Mapped[str | None] = mapped_column(String(32))
    status: Mapped[int | None]
    error: Mapped[str] = mapped_column(default="")
    finished_at: Mapped[datetime | None]
