"""What a retrospect found becomes findings of the inspections that have the photo."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from detector.pipeline.listings import with_rights
from detector.records import Finding, Listing
from detector.serialise.jsonl import listing_to_json
from detector.service.decisions import decide_listings, history_of, mark_states
from detector.service.policies import policy_in_use
from detector.service.storage.inspections import FindingRow, InspectionRow, PictureRow


def add_findings(session: Session, found: Mapping[str, Listing], mark: str, now: datetime) -> int:
    """Add the findings of a mark to past inspections, and return how many have a new one.

    `found` are listings by the digest of their photo. Decisions and results stay as they were made:
    a new finding is open, with the level that it asks for by the policy in use.
    """
    if not found:
        return 0
    photos = (
        select(PictureRow, InspectionRow)
        .join(InspectionRow, InspectionRow.number == PictureRow.inspection)
        .where(PictureRow.digest.in_(found), InspectionRow.state == "done")
        .order_by(PictureRow.inspection, PictureRow.position)
    )
    inspections = set[int]()
    for picture, row in session.execute(photos).all():
        listing = _as_listing_of(row, found[picture.digest])
        rows = [*_new_rows(session, row, listing, mark, now)]
        for new in rows:
            new.picture = picture.position
        session.add_all(rows)
        session.flush()
        inspections |= {new.inspection for new in rows}
    return len(inspections)


def _new_rows(
    session: Session, row: InspectionRow, listing: Listing, mark: str, now: datetime
) -> Iterator[FindingRow]:
    """Yield a row for each finding of a mark that an inspection does not have."""
    known = set(session.scalars(select(FindingRow.fingerprint).filter_by(inspection=row.number)))
    chosen = policy_in_use(session)
    states = mark_states(session, {score.mark for score in listing.scores})
    history = history_of(session, row, chosen[1], now)
    levels = decide_listings([listing], chosen, states, history, now).levels
    for finding, details in _findings(listing, mark):
        if finding.fingerprint not in known:
            known.add(finding.fingerprint)
            own = with_rights(finding, row.seller, states.rights, now.date())
            yield FindingRow(
                inspection=row.number,
                mark=mark,
                fingerprint=own.fingerprint,
                verdict=own.verdict,
                score=own.score,
                log_odds=own.log_odds,
                level=levels.get(own.fingerprint, "review"),
                origin="retrospect",
                details=details | {"authorised": own.authorised, "expired": own.expired},
                created_at=now,
            )


def _as_listing_of(row: InspectionRow, listing: Listing) -> Listing:
    """A listing of a photo with the fields of an inspection."""
    return replace(listing, **row.listing_fields)


def _findings(listing: Listing, mark: str) -> Iterator[tuple[Finding, dict[str, Any]]]:
    """The findings of a mark, each with its JSON."""
    values: Sequence[dict[str, Any]] = json.loads(listing_to_json(listing))["findings"]
    for finding, value in zip(listing.findings, values, strict=True):
        if finding.mark == mark:
            yield finding, value
