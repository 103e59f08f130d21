"""What happened, for webhooks and for those who poll."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from detector.service.storage.base import Base, Json, RowNumber

DeliveryState = Literal["waiting", "delivered", "dead"]


class EventRow(Base):
    """Something that happened. Numbers have the order of commits, so that none is missed by a poll.

    `owner` and `seller` are the parties, besides the platform, who may see it; "" for nobody.
    """

    __tablename__ = "events"

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[str] = mapped_column(String(64), index=True)
    owner: Mapped[str] = mapped_column(default="", index=True)
    seller: Mapped[str] = mapped_column(default="", index=True)
    data: Mapped[Json]
    created_at: Mapped[datetime] = mapped_column(index=True)


class WebhookRow(Base):
    """Where events are sent. `kinds` empty means all; `key_id` decides what it may see."""

    __tablename__ = "webhooks"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    key_id: Mapped[int | None] = mapped_column(ForeignKey("access_keys.id"))
    url: Mapped[str]
    secret: Mapped[str]
    kinds: Mapped[Json] = mapped_column(default=list)
    created_at: Mapped[datetime]
    off_since: Mapped[datetime | None]


class DeliveryRow(Base):
    """One event for one webhook: waiting until `due_at`, delivered, or dead after all attempts."""

    __tablename__ = "deliveries"
    __table_args__ = (Index(None, "state", "due_at"),)

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    webhook: Mapped[str] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"), index=True)
    event: Mapped[int] = mapped_column(ForeignKey("events.number", ondelete="CASCADE"))
    state: Mapped[DeliveryState] = mapped_column(String(16), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    status: Mapped[int | None]
    error: Mapped[str] = mapped_column(default="")
    finished_at: Mapped[datetime | None]
