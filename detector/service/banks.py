"""Banks of Meta's Hasher-Matcher-Actioner (HMA): one for each rights holder, holding its marks.

A bank has the name of an owner in capitals: the marks of "Vornak Ltd." are in VORNAK_LTD. Owners
that differ only in what is no letter or digit share one. ROOST's Coop puts COOP_ and the id of an
organisation before the names of its banks; COOP_ORG1_VORNAK_LTD is then the same bank.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from random import Random

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from detector.errors import UsageError
from detector.service.storage.banks import BankRow
from detector.service.storage.inspections import FindingRow
from detector.service.storage.marks import MarkRow

SIGNAL_TYPE = "detector"
"""The name of our signal: its value is the id of an inspection."""

NO_OWNER = "MARKS_WITHOUT_OWNER"

_NAME = re.compile(r"[A-Z_][A-Z0-9_]*")
_OF_COOP = re.compile(r"COOP_[^_]+_(?P<name>.+)")


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank: its name, the name of the bank whose marks it has, and the share that is told."""

    name: str
    of: str
    enabled_ratio: float = 1.0


@dataclass(frozen=True, slots=True)
class Match:
    """A mark that an inspection found: its number among the contents of banks, and its score."""

    content: int
    score: float


def bank_name_of(owner: str) -> str:
    """The name of the bank of an owner: capitals, digits and underscores."""
    name = re.sub(r"[^A-Z0-9]+", "_", owner.upper()).strip("_")
    if not name:
        return f"OWNER_{sha256(owner.encode()).hexdigest()[:12].upper()}" if owner else NO_OWNER
    return name if _NAME.fullmatch(name) else f"_{name}"


def content_number(mark: str) -> int:
    """The number of a mark among the contents of banks: 52 bits, so that JavaScript can keep it."""
    return int(sha256(mark.encode()).hexdigest()[:13], 16)


def all_banks(session: Session) -> list[Bank]:
    """Banks of all owners of marks, and those that callers have made, by name."""
    owners = select(MarkRow.owner).where(MarkRow.deleted_at.is_(None)).distinct()
    named = {bank_name_of(owner) for owner in session.scalars(owners)}
    made = {row.name: row.enabled_ratio for row in session.scalars(select(BankRow))}
    return [
        Bank(name, _same_as(name, named), made.get(name, 1.0)) for name in sorted(named | {*made})
    ]


def find_bank(session: Session, name: str) -> Bank | None:
    """The bank of a name; None where there is none."""
    return next((bank for bank in all_banks(session) if bank.name == name), None)


def put_bank(session: Session, name: str, enabled_ratio: float, now: datetime) -> None:
    """Make a bank, or change the share of it that is told.

    Raises `UsageError` for a name that HMA would refuse, and for a share that is none.
    """
    if not _NAME.fullmatch(name) or len(name) > 255:
        raise UsageError("the name of a bank has capitals, digits and underscores alone")
    if not 0 <= enabled_ratio <= 1:
        raise UsageError("the share of a bank that is told is 0 to 1")
    row = session.get(BankRow, name)
    if row is None:
        session.add(BankRow(name=name, enabled_ratio=enabled_ratio, created_at=now))
    else:
        row.enabled_ratio = enabled_ratio


def remove_bank(session: Session, bank: Bank) -> None:
    """Remove a bank that a caller has made. Raises `UsageError` for one with marks of its own."""
    if bank.of == bank.name and marks_of(session, bank):
        raise UsageError("this bank has marks", remedy="Delete the marks of its owner first.")
    if row := session.get(BankRow, bank.name):
        session.delete(row)


def marks_of(session: Session, bank: Bank) -> Sequence[MarkRow]:
    """The marks in a bank, by id."""
    query = select(MarkRow).where(MarkRow.deleted_at.is_(None)).order_by(MarkRow.id)
    return [row for row in session.scalars(query) if bank_name_of(row.owner) == bank.of]


def owner_of(session: Session, bank: Bank) -> str:
    """The owner of a new mark in a bank: that of its other marks, or the bank's own name."""
    marks = marks_of(session, bank)
    return marks[0].owner if marks else bank.of


def matches(session: Session, inspection: int) -> list[tuple[str, Match]]:
    """The marks that an inspection found, with the names of their owners' banks, best first.

    The policy's threshold is applied: only findings that ask for review or block, of marks in
    use. Quarantined marks and findings that were rejected do not count.
    """
    score = func.max(FindingRow.score)
    query = (
        select(MarkRow.owner, MarkRow.id, score)
        .join(MarkRow, MarkRow.id == FindingRow.mark)
        .where(
            FindingRow.inspection == inspection,
            FindingRow.level != "pass",
            FindingRow.state != "rejected",
            MarkRow.state == "active",
            MarkRow.deleted_at.is_(None),
        )
        .group_by(MarkRow.owner, MarkRow.id)
        .order_by(score.desc(), MarkRow.id)
    )
    return [
        (bank_name_of(owner), Match(content_number(mark), best))
        for owner, mark, best in session.execute(query)
    ]


def matches_by_bank(
    session: Session, inspection: int, names: Collection[str] = (), seed: str | None = None
) -> dict[str, list[Match]]:
    """The matches of an inspection by bank; of `names` alone where they are given.

    A bank is told with the probability of its share; the same `seed` draws the same.
    """
    draw, found = Random(seed).random(), matches(session, inspection)
    by_bank = defaultdict[str, list[Match]](list)
    for bank in all_banks(session):
        if bank.enabled_ratio > draw and (not names or bank.name in names):
            for name, match in found:
                if name == bank.of:
                    by_bank[bank.name].append(match)
    return dict(by_bank)


def _same_as(name: str, named: Collection[str]) -> str:
    """The bank of an owner for which a name stands: itself, or what Coop has put a prefix to."""
    coop = _OF_COOP.fullmatch(name)
    return coop["name"] if coop and name not in named and coop["name"] in named else name
