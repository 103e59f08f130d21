"""Who may call the service, and the answers to calls that may be repeated."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from detector.service.storage.base import Base

Role = Literal["platform", "rights_holder", "seller", "read_only"]


class AccessKeyRow(Base):
    """A bearer key, of which only the SHA-256 is kept.

    `party` is whose key it is: the owner of marks for a rights holder, the id of a seller.
    """

    __tablename__ = "access_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[Role] = mapped_column(String(16))
    party: Mapped[str] = mapped_column(default="")
    per_minute: Mapped[int]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class IdempotencyRow(Base):
    """What an `Idempotency-Key` led to; a repeated request gets the same inspection.

    `caller` is the id of the access key, 0 without one; `request` the SHA-256 of the request.
    """

    __tablename__ = "idempotency_keys"

    caller: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    request: Mapped[str] = mapped_column(String(64))
    inspection: Mapped[int] = mapped_column(ForeignKey("inspections.number", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(index=True)
