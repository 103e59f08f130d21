"""The decision on an inspection: all its pictures, by the policy in use and the seller's past."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from detector.jobs.whole_listings import with_whole_decisions
from detector.records import Decision, Listing, Rights, TextFinding
from detector.scoring.policy import DECISIONS, Level, Policy, Ruling, decide
from detector.scoring.rules import NO_HISTORY, History, SellerCounts
from detector.service.mark_catalogue import mark_of
from detector.service.policies import policy_in_use
from detector.service.storage.access import AccessKeyRow
from detector.service.storage.inspections import FindingRow, InspectionRow
from detector.service.storage.marks import MarkRow

_BATCH = 500  # ids in one query: databases limit the parameters of a statement


@dataclass(frozen=True, slots=True)
class MarkStates:
    """What is to be known of marks: rights by id, which go to review at most, which don't count.

    Without effect are marks that were switched off or deleted.
    """

    rights: Mapping[str, Rights] = field(default_factory=dict)
    quarantined: frozenset[str] = frozenset()
    without_effect: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Decided:
    """The decision on an inspection.

    `levels` are what each finding alone asks for, by fingerprint (`text_fingerprint` for one in a
    text). `listings` are those that were decided, with their own and the whole decision.
    """

    decision: Decision
    reasons: list[str]
    policy_version: int
    levels: dict[str, Decision]
    listings: list[Listing]


def decide_inspection(
    session: Session, row: InspectionRow, listings: Sequence[Listing], now: datetime
) -> Decided:
    """Decide on the pictures of an inspection as one listing: the strictest of them holds.

    Findings of quarantined marks ask for a review at most. Raises `PolicyError` for a policy that
    this program cannot read.
    """
    version, policy = policy_in_use(session)
    marks = mark_states(session, _marks_of(listings))
    history = history_of(session, row, policy, now)
    return decide_listings(listings, (version, policy), marks, history, now)


def decide_listings(
    listings: Sequence[Listing],
    chosen: tuple[int, Policy],
    marks: MarkStates,
    history: History,
    now: datetime,
) -> Decided:
    """Decide on the pictures of one inspection by what is known already.

    `chosen` is a version of the policy and what it says.
    """
    version, policy = chosen
    counted = [_without(listing, marks.without_effect) for listing in listings]
    rulings = [
        decide(one, policy, marks.rights, now.date(), history, at_most_review=marks.quarantined)
        for one in counted
    ]
    decided = [
        replace(listing, decision=ruling.decision)
        for listing, ruling in zip(listings, rulings, strict=True)
    ]
    levels = dict[str, Decision]()
    for listing, ruling in zip(listings, rulings, strict=True):
        levels |= _levels(listing, ruling)
    return Decided(
        max((one.decision for one in decided), key=DECISIONS.index, default="pass"),
        _reasons(rulings),
        version,
        levels,
        [*with_whole_decisions(decided)],
    )


def mark_states(session: Session, ids: Iterable[str]) -> MarkStates:
    """What is known of some marks; of one that the database does not have, nothing."""
    wanted, rights = sorted(set(ids)), dict[str, Rights]()
    quarantined, without_effect = set[str](), set[str]()
    for start in range(0, len(wanted), _BATCH):
        query = select(MarkRow)
        for row in session.scalars(query.where(MarkRow.id.in_(wanted[start : start + _BATCH]))):
            rights[row.id] = _rights_of(row)
            if row.state == "off" or row.deleted_at is not None:
                without_effect.add(row.id)
            elif row.state == "quarantined":
                quarantined.add(row.id)
    return MarkStates(rights, frozenset(quarantined), frozenset(without_effect))


def history_of(session: Session, row: InspectionRow, policy: Policy, now: datetime) -> History:
    """What is known of the seller of an inspection, as far back as the rules ask; not of this one.

    Nothing is asked of the database for a policy without such rules, or without a seller.
    """
    if not row.seller or not policy.history_days:
        return NO_HISTORY
    counts = {
        days: SellerCounts(
            _confirmed(session, row, now - timedelta(days)),
            _blocked(session, row, now - timedelta(days)),
            _pre_checks(session, row, now - timedelta(days)),
        )
        for days in policy.history_days
    }
    return History(counts)


def text_fingerprint(listing: Listing, finding: TextFinding) -> str:
    """16 hex digits that identify a mark in a field of the texts of a listing."""
    parts = (listing.external_id, finding.mark, finding.field, str(finding.start))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _rights_of(row: MarkRow) -> Rights:
    assert isinstance(row.record, dict)
    return mark_of(row.id, row.record).rights


def _marks_of(listings: Iterable[Listing]) -> set[str]:
    scores = [score for listing in listings for score in listing.scores]
    rivals = {rival.mark for score in scores for rival in score.suppressed_by}
    return rivals | {score.mark for score in scores}


def _without(listing: Listing, marks: Collection[str]) -> Listing:
    """A listing as if some marks had not been searched for."""
    if not marks:
        return listing
    scores = (
        replace(
            score,
            suppressed_by=tuple(one for one in score.suppressed_by if one.mark not in marks),
            explained_by=tuple(one for one in score.explained_by if one.mark not in marks),
        )
        for score in listing.scores
        if score.mark not in marks
    )
    return replace(listing, scores=tuple(scores))


def _levels(listing: Listing, ruling: Ruling) -> dict[str, Decision]:
    """What each finding of a listing asks for; "pass" for one that does not count."""
    by_score = {_key(level): level.decision for level in reversed(ruling.levels) if level.found}
    photo = {
        one.fingerprint: by_score.get((one.mark, "photo", one.score), "pass")
        for one in listing.findings
    }
    texts = {
        text_fingerprint(listing, one): by_score.get((one.mark, one.field, one.score), "pass")
        for one in listing.text
    }
    return photo | texts


def _key(level: Level) -> tuple[str, str, float]:
    assert level.found is not None
    return level.found.mark, level.found.where, level.found.score


def _reasons(rulings: Sequence[Ruling]) -> list[str]:
    """The reasons of all pictures, the strictest first; of several, with the picture's number."""
    reasons = list[tuple[int, str]]()
    for number, ruling in enumerate(rulings, 1):
        head = f"picture {number}: " if len(rulings) > 1 else ""
        for level in ruling.levels:
            if level.reason:
                about_photo = level.found is None or level.found.where == "photo"
                text = f"{head if about_photo else ''}{level.reason}"
                reasons.append((-DECISIONS.index(level.decision), text))
    return list(dict.fromkeys(text for _, text in sorted(reasons, key=lambda one: one[0])))


def _of_the_seller(row: InspectionRow) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """That an inspection is another one of the same seller."""
    return InspectionRow.seller == row.seller, InspectionRow.number != row.number


def _confirmed(session: Session, row: InspectionRow, since: datetime) -> int:
    query = (
        select(func.count())
        .select_from(FindingRow)
        .join(InspectionRow, InspectionRow.number == FindingRow.inspection)
        .where(
            *_of_the_seller(row),
            FindingRow.state == "confirmed",
            FindingRow.reviewed_at > since,
        )
    )
    return session.scalars(query).one()


def _blocked(session: Session, row: InspectionRow, since: datetime) -> int:
    query = select(func.count()).where(
        *_of_the_seller(row),
        InspectionRow.decision == "block",
        InspectionRow.finished_at > since,
    )
    return session.scalars(query).one()


def _pre_checks(session: Session, row: InspectionRow, since: datetime) -> int:
    query = (
        select(func.count())
        .select_from(InspectionRow)
        .join(AccessKeyRow, AccessKeyRow.id == InspectionRow.key_id)
        .where(
            *_of_the_seller(row),
            AccessKeyRow.role == "seller",
            InspectionRow.created_at > since,
        )
    )
    return session.scalars(query).one()
