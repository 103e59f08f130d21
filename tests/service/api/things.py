"""Things that belong to somebody: marks to rights holders, inspections to sellers."""

from __future__ import annotations

from detector.service import events, retrospect_requests
from detector.service.service import Service
from detector.service.storage.database import now_of
from detector.service.storage.tables import InspectionRow, MarkPictureRow, MarkRow
from detector.service.taken_over import take_over_index
from tests.service.inspected import finish, uploaded

Names = dict[str, object]
"""What the parameters of paths are called."""


def own_marks(service: Service, owners: dict[str, str]) -> None:
    """The marks of the index become rows of these owners, with two pictures each."""
    take_over_index(service)
    with service.database.writing() as session:
        for mark, owner in owners.items():
            row = session.get_one(MarkRow, mark)
            row.owner, row.record = owner, row.record | {"owner": owner}
            digest = row.pictures[0].digest
            row.pictures.append(
                MarkPictureRow(position=1, name="again.png", digest=digest, used=True)
            )


def things(service: Service, mark: str, seller: str, listing_of, photo_of) -> Names:
    """An inspection of a seller that has found a mark, and a retrospect of the mark."""
    inspection = uploaded(service, photo_of(mark), seller=seller).id
    finish(service, inspection, [listing_of(mark)])
    with service.database.writing() as session:
        row, now = session.query(InspectionRow).filter_by(id=inspection).one(), now_of(session)
        marked = session.get_one(MarkRow, mark)
        retrospect = retrospect_requests.ask_for_retrospect(session, marked, now=now)
        about = {"inspection": inspection}
        events.record(session, "inspection.done", about, seller=seller, now=now)
        events.record(session, "mark.found", about, owner=marked.owner, now=now)
        return {
            "inspection": inspection,
            "position": 1,
            "number": row.findings[0].number,
            "mark_id": mark,
            "name": retrospect.id,
        }
