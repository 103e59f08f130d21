"""The conclusion of an inspection: everything that follows from its results, written once.

One transaction, and only while the lease is held: either all of it is there or nothing.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from detector.records import Decision, Finding, Listing, TextFinding
from detector.scoring.scorer import log_odds_of
from detector.serialise.jsonl import listing_to_json
from detector.service import alarm_rates, quarantine
from detector.service.decisions import Decided, decide_inspection, text_fingerprint
from detector.service.events import record
from detector.service.queue import held
from detector.service.storage.inspections import FindingRow, InspectionRow
from detector.service.storage.marks import MarkRow
from detector.service.storage.notifications import notify

_LEAST_SCORE = 1e-12  # so that log-odds are finite, as JSON and databases want them


def conclude(
    session: Session,
    row: InspectionRow,
    lease: str,
    listings: Sequence[Listing],
    *,
    generation: str,
    seconds: float,
    now: datetime,
) -> Decision | None:
    """Write the results of an inspection and all that follows, and return the decision.

    It is None, and nothing is written, where the lease is lost. `listings` are those of its
    pictures, in their order, `generation` the state of the index with which all of them were made,
    `seconds` what it took.
    """
    held_row = held(session, row.id, lease)
    if held_row is None:
        return None
    alarm_rates.take_turn(session)
    decided = decide_inspection(session, held_row, listings, now)
    held_row.results = [json.loads(listing_to_json(one)) for one in decided.listings]
    held_row.decision, held_row.reasons = decided.decision, list(decided.reasons)
    held_row.policy_version, held_row.generation = decided.policy_version, generation
    held_row.seconds, held_row.error = seconds, ""
    held_row.state, held_row.lease, held_row.finished_at = "done", None, now
    _write_findings(held_row, decided, now)
    session.flush()
    alarm_rates.count(session, held_row, decided.listings, now)
    quarantine.check(session, sorted({finding.mark for finding in held_row.findings}), now)
    notify(session, "inspection_finished")
    _record_events(session, held_row, decided, now)
    return decided.decision


def _write_findings(row: InspectionRow, decided: Decided, now: datetime) -> None:
    """Make the findings of a row those of its results.

    One that an earlier inspection of the same row had keeps its number and its review.
    """
    known = {finding.fingerprint: finding for finding in row.findings}
    found = dict[str, FindingRow]()
    for fingerprint, picture, finding in _findings(row, decided.listings):
        if fingerprint in found:  # of a picture, or in a text, that the listing has twice
            continue
        kept = known.get(fingerprint) or FindingRow(fingerprint=fingerprint, created_at=now)
        kept.picture, kept.mark, kept.score = picture, finding.mark, finding.score
        kept.verdict, kept.log_odds = _verdict(finding), _log_odds(finding)
        kept.level = decided.levels.get(fingerprint, "review")
        found[fingerprint] = kept
    row.findings = list(found.values())


def _findings(
    row: InspectionRow, listings: Sequence[Listing]
) -> Iterator[tuple[str, int | None, Finding | TextFinding]]:
    """Yield the fingerprint of each finding, the position of its picture, and the finding."""
    for picture, listing in zip(row.pictures, listings, strict=True):
        for finding in listing.findings:
            yield finding.fingerprint, picture.position, finding
        for named in listing.text:
            yield text_fingerprint(listing, named), None, named


def _verdict(finding: Finding | TextFinding) -> str:
    """As in the column `verdict` of a scan's CSV."""
    if isinstance(finding, Finding):
        return finding.verdict
    return "named as compatible" if finding.compatible else ""


def _log_odds(finding: Finding | TextFinding) -> float:
    if isinstance(finding, Finding) and math.isfinite(finding.log_odds):
        return finding.log_odds
    return log_odds_of(min(max(finding.score, _LEAST_SCORE), 1 - _LEAST_SCORE))


def _record_events(session: Session, row: InspectionRow, decided: Decided, now: datetime) -> None:
    """Tell the platform and the seller of the inspection, and each owner of his own marks."""
    about = {"inspection": row.id, "external_id": row.external_id, "decision": decided.decision}
    reasons = {"reasons": list(decided.reasons), "findings": len(row.findings)}
    record(session, "inspection.done", {**about, **reasons}, seller=row.seller, now=now)
    for owner, marks in _marks_by_owner(session, row).items():
        record(session, "mark.found", {**about, "marks": marks}, owner=owner, now=now)


def _marks_by_owner(session: Session, row: InspectionRow) -> dict[str, list[str]]:
    marks = {finding.mark for finding in row.findings}
    owned = select(MarkRow.owner, MarkRow.id).where(MarkRow.id.in_(marks), MarkRow.owner != "")
    by_owner = defaultdict[str, list[str]](list)
    for owner, mark in session.execute(owned.order_by(MarkRow.owner, MarkRow.id)):
        by_owner[owner].append(mark)
    return by_owner
