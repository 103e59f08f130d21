"""Who may do what with a mark, and in which revision."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Header, Path
from sqlalchemy.orm import Session

from detector.records import Mark
from detector.service.api.callers import only
from detector.service.api.problems import Problem
from detector.service.api.texts import storable
from detector.service.keys import Caller
from detector.service.mark_catalogue import find_mark
from detector.service.mark_import import own_mark
from detector.service.service import Service
from detector.service.storage.database import now_of
from detector.service.storage.marks import MarkRow

MarkViewer = Annotated[Caller, Depends(only("platform", "rights_holder", "read_only"))]
MarkKeeper = Annotated[Caller, Depends(only("platform", "rights_holder"))]
MarkPath = Annotated[str, Path(min_length=1, max_length=128, description="The id of a mark.")]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=1000,
        description='The `ETag` of the mark as you know it, such as `"3"`; one that was changed '
        "since is left as it is.",
    ),
]


def existing(
    session: Session, caller: Caller, mark_id: str, *, for_update: bool = False
) -> MarkRow:
    """A mark that the caller may see. Raises `Problem` 404 where there is none."""
    try:
        row = find_mark(session, caller, storable(mark_id), for_update=for_update)
    except ValueError:
        row = None
    if row is None:
        raise Problem(404, "there is no such mark")
    return row


@contextmanager
def changing(
    service: Service, caller: Caller, mark_id: str, if_match: str | None
) -> Iterator[tuple[Session, MarkRow, datetime]]:
    """A transaction that changes a mark. Raises `Problem` 404, or 412 for another revision."""
    with service.database.writing() as session:
        row = existing(session, caller, mark_id, for_update=True)
        check_revision(row, if_match)
        yield session, row, now_of(session)


def check_revision(row: MarkRow, if_match: str | None) -> None:
    """Raise `Problem` 412 where a mark is in none of the revisions of an `If-Match`."""
    if if_match is None:
        return
    named = [tag.strip().removeprefix("W/") for tag in if_match.split(",")]
    if "*" not in named and etag_of(row) not in named:
        told = f"the mark is in revision {row.revision} now"
        raise Problem(412, told, remedy="Get it again, and repeat the change.")


def etag_of(row: MarkRow) -> str:
    """The entity tag of a mark: its revision."""
    return f'"{row.revision}"'


def declared(caller: Caller, mark: Mark) -> Mark:
    """The mark as the caller may declare it. Raises `Problem` 403 for another's."""
    if caller.role == "rights_holder" and mark.rights.owner not in ("", caller.party):
        raise Problem(403, "the owner of a mark is the party of the key")
    return own_mark(caller, mark)
