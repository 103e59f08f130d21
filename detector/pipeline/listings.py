"""Assembling a listing from a submission, its reading, and its scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from detector.pictures.read_submission import name_of
from detector.pipeline.faults import Failure
from detector.pipeline.omissions import Limit
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


def undecided_listing(
    submission: Submission, reading: Reading, scores: tuple[MarkScore, ...]
) -> Listing:
    """A listing without findings and before its decision."""
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
        picture=submission.picture,
        pictures=submission.pictures,
        scores=scores,
    )


def with_failures(listing: Listing, failures: Sequence[Failure], marks: Sequence[str]) -> Listing:
    """A listing with a message about what could not be examined; `marks` are all ids, by row."""
    if not failures:
        return listing
    channels = dict.fromkeys(failure.channel for failure in failures if failure.channel)
    names = dict.fromkeys(marks[one.mark] for one in failures if one.mark is not None)
    notes = []
    if names:
        notes.append(f"a place could not be examined for: {', '.join(names)}.")
    if channels:
        notes.append(f"the photo could not be searched by: {', '.join(channels)}.")
    words = filter(None, (listing.message, *notes, "Please report it with the photo."))
    status = "partial" if listing.status == "ok" else listing.status
    return replace(listing, status=status, message=" ".join(words))


def with_limits(listing: Listing, limits: Sequence[Limit]) -> Listing:
    """A listing with a message about the limits that cut its search short."""
    words = dict.fromkeys([listing.message, *(limit.words for limit in limits)])
    message = " ".join(filter(None, words))
    hides_marks = any(limit.hides_marks for limit in limits)
    status = "partial" if hides_marks and listing.status == "ok" else listing.status
    return replace(listing, status=status, message=message)


def with_unread_text(listing: Listing, lines: int) -> Listing:
    """A listing with a message about lines of text in the photo that could not be read."""
    if not lines:
        return listing
    note = f"text in a script that is not read ({lines} line{'s' * (lines > 1)})."
    return replace(listing, message=f"{listing.message} {note}".strip())


def with_rights(
    finding: AnyFinding, seller: str, rights: Mapping[str, Rights], day: date
) -> AnyFinding:
    """A finding with `authorised` and `expired` set."""
    right = rights.get(finding.mark, NO_RIGHTS)
    return replace(finding, authorised=right.authorises(seller), expired=right.has_expired(day))
