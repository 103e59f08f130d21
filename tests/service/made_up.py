"""Inspections that are made up, to be concluded without inspecting anything."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime

import numpy as np
from sqlalchemy.orm import Session

from detector.records import Finding, Listing, MarkScore
from detector.service.conclusion import conclude
from detector.service.mark_catalogue import StoredPicture, mark_of, put_mark
from detector.service.service import Service
from detector.service.storage.database import now_of
from detector.service.storage.inspections import InspectionRow, PictureRow
from detector.service.storage.marks import MarkRow

BOX = (10.0, 10.0, 90.0, 90.0)


def listing(digest: str, marks: Iterable[str], score: float = 0.95) -> Listing:
    """What inspecting a photo that shows these marks gives."""
    findings = tuple(_finding(digest, mark, score) for mark in marks)
    scores = tuple(MarkScore(one.mark, "photo", score, one.log_odds, BOX) for one in findings)
    decision = "block" if findings else "pass"
    return Listing(
        f"{digest[:8]}.jpg", "ok", decision, digest=digest, findings=findings, scores=scores
    )


def concluded(
    session: Session, marks: Iterable[str], now: datetime, *, pictures: int = 1, seller: str = ""
) -> InspectionRow:
    """An inspection whose pictures all show these marks, concluded now."""
    marks = list(marks)
    row = InspectionRow(
        id=secrets.token_hex(16), state="running", lease="held", due_at=now, seller=seller
    )
    row.created_at = now
    digests = [hashlib.sha256(f"{row.id} {n}".encode()).hexdigest() for n in range(pictures)]
    row.pictures = [PictureRow(position=n, digest=digest) for n, digest in enumerate(digests)]
    session.add(row)
    session.flush()
    listings = [listing(digest, marks) for digest in digests]
    assert conclude(session, row, "held", listings, generation="0" * 32, seconds=1.0, now=now)
    return row


def add_marks(service: Service, *ids: str, owner: str = "") -> None:
    """Marks in the database, which no index has."""
    with service.database.writing() as session:
        for mark_id in ids:
            mark = mark_of(mark_id, {"owner": owner})
            put_mark(session, mark, [StoredPicture("a.png", "0" * 64)], now_of(session))


def state_of(session: Session, mark: str) -> str:
    return session.get_one(MarkRow, mark).state


def _finding(digest: str, mark: str, score: float) -> Finding:
    fingerprint = hashlib.sha256(f"{digest} {mark}".encode()).hexdigest()[:16]
    quad = np.array([[10, 10], [90, 10], [90, 90], [10, 90]], np.float32)
    odds = float(np.log(score / (1 - score)))
    return Finding(mark, mark, score, "look-alike", BOX, quad, (), fingerprint, log_odds=odds)
