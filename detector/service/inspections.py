"""Inspections as callers see them: one, a page of them, and their removal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, exists, false, select, true
from sqlalchemy.orm import Session, selectinload, undefer

from detector.records import Decision
from detector.service.keys import Caller
from detector.service.picture_references import remove_unused
from detector.service.service import Service
from detector.service.storage.inspections import (
    FindingRow,
    InspectionRow,
    InspectionState,
    PictureRow,
)
from detector.service.storage.marks import MarkRow


@dataclass(frozen=True, slots=True)
class InspectionFilter:
    """Which inspections are listed; what is None or "" does not matter.

    `mark` has a finding in them. They were accepted at `created_from` or later, before
    `created_before`.
    """

    state: InspectionState | None = None
    decision: Decision | None = None
    mark: str = ""
    seller: str = ""
    external_id: str = ""
    created_from: datetime | None = None
    created_before: datetime | None = None


def visible_to(caller: Caller) -> ColumnElement[bool]:
    """Which inspections a caller may see.

    A seller sees his own, a rights holder those with a finding of his marks.
    """
    if caller.role in ("platform", "read_only"):
        return true()
    if caller.role == "seller":
        return InspectionRow.seller == caller.party
    if caller.role == "rights_holder":
        mine = owned_findings(caller).where(FindingRow.inspection == InspectionRow.number)
        return exists(mine)
    return false()


def owned_findings(caller: Caller) -> Select[int]:
    """The numbers of the findings of the marks that a rights holder owns."""
    return (
        select(FindingRow.number)
        .join(MarkRow, MarkRow.id == FindingRow.mark)
        .where(MarkRow.owner == caller.party)
    )


def owned_marks(session: Session, caller: Caller) -> frozenset[str]:
    """The ids of the marks that a rights holder owns; empty for others, who see all of them."""
    if caller.role != "rights_holder":
        return frozenset()
    return frozenset(session.scalars(select(MarkRow.id).filter_by(owner=caller.party)))


def shows(mark: str, caller: Caller) -> ColumnElement[bool]:
    """Which inspections have a finding of a mark that the caller may see.

    Asking for others' marks must not tell a rights holder what else was found beside its own.
    """
    of_mark = InspectionRow.findings.any(FindingRow.mark == mark)
    if caller.role != "rights_holder":
        return of_mark
    return of_mark & exists().where(MarkRow.id == mark, MarkRow.owner == caller.party)


def find_inspection(session: Session, name: str, caller: Caller) -> InspectionRow | None:
    """The inspection with the id `name` and all its parts; None where the caller may not see it."""
    found = select(InspectionRow).filter_by(id=name).where(visible_to(caller))
    parts = (selectinload(InspectionRow.pictures), selectinload(InspectionRow.findings))
    return session.scalars(found.options(*parts, undefer(InspectionRow.results))).one_or_none()


def page_of_inspections(
    session: Session,
    caller: Caller,
    wanted: InspectionFilter,
    *,
    before: int | None,
    most: int,
) -> Sequence[InspectionRow]:
    """At most `most` inspections, the newest first, with numbers below `before`; no results."""
    found = select(InspectionRow).where(visible_to(caller), *_conditions(wanted, caller))
    if before is not None:
        found = found.where(InspectionRow.number < before)
    parts = (selectinload(InspectionRow.pictures), selectinload(InspectionRow.findings))
    newest = found.order_by(InspectionRow.number.desc()).limit(most)
    return session.scalars(newest.options(*parts)).all()


def remove_inspection(service: Service, name: str) -> bool:
    """Delete the inspection with the id `name`, and its pictures where nobody else has them.

    Returns whether there was one.
    """
    with service.database.writing() as session:
        row = session.scalars(select(InspectionRow).filter_by(id=name)).one_or_none()
        if row is None:
            return False
        number, digests = row.number, {picture.digest for picture in row.pictures}
        # One worker may just be writing its findings: the database removes what there is by then.
        session.execute(delete(InspectionRow).where(InspectionRow.number == number))
    with service.database.writing() as session:
        remove_unused(session, service.pictures, digests)
    return True


def picture_at(row: InspectionRow, position: int) -> PictureRow | None:
    """The picture of an inspection at a position, counted from 1."""
    return next((one for one in row.pictures if one.position == position), None)


def _conditions(wanted: InspectionFilter, caller: Caller) -> list[ColumnElement[bool]]:
    conditions = list[ColumnElement[bool]]()
    if wanted.state:
        conditions.append(InspectionRow.state == wanted.state)
    if wanted.decision:
        conditions.append(InspectionRow.decision == wanted.decision)
    if wanted.mark:
        conditions.append(shows(wanted.mark, caller))
    if wanted.seller:
        conditions.append(InspectionRow.seller == wanted.seller)
    if wanted.external_id:
        conditions.append(InspectionRow.external_id == wanted.external_id)
    if wanted.created_from:
        conditions.append(InspectionRow.created_at >= wanted.created_from)
    if wanted.created_before:
        conditions.append(InspectionRow.created_at < wanted.created_before)
    return conditions
