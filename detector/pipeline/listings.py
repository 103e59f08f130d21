"""Putting a listing together from what was submitted, read, and found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from detector.pictures.submission import name_of
from detector.records import (
    Finding,
    Listing,
    MarkScore,
    Reading,
    Rights,
    Submission,
    TextFinding,
)
from detector.scoring.policy import NO_RIGHTS

AnyFinding = TypeVar("AnyFinding", Finding, TextFinding)


def begun(submission: Submission, reading: Reading, scores: tuple[MarkScore, ...]) -> Listing:
    """A listing before its decision: what was submitted, what was read, and every score."""
    return Listing(
        path=reading.path or name_of(submission),
        status=reading.status,
        decision="review",
        message=reading.message,
        width=reading.width,
        height=reading.height,
        digest=reading.digest,
        title=submission.title,
        description=submission.description,
        category=submission.category,
        brand=submission.brand,
        seller=submission.seller,
        classes=submission.classes,
        external_id=submission.external_id,
        scores=scores,
    )


def with_failures(listing: Listing, marks: Sequence[str]) -> Listing:
    """A listing that says of which marks, by name, a place could not be examined."""
    if not marks:
        return listing
    names = ", ".join(dict.fromkeys(marks))
    said = f"a place could not be examined for: {names}. Please report it with the photo."
    message = f"{listing.message} {said}".strip()
    status = "partial" if listing.status == "ok" else listing.status
    return replace(listing, status=status, message=message)


def excused(
    finding: AnyFinding, seller: str, rights: Mapping[str, Rights], day: date
) -> AnyFinding:
    """A finding that says whether the seller may use the mark, and whether its right expired."""
    right = rights.get(finding.mark, NO_RIGHTS)
    return replace(finding, authorised=right.authorises(seller), expired=right.has_expired(day))
