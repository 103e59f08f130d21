"""The first start with an index that `detector marks import` made: its marks become rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from detector.index.lock import writer_lock
from detector.index.manifest import MANIFEST
from detector.index.store import ReferenceIndex
from detector.records import Mark
from detector.service.generations import current_generation
from detector.service.index_copies import publish
from detector.service.mark_catalogue import StoredPicture, digest_of, record_of
from detector.service.mark_pictures import as_png
from detector.service.service import Service
from detector.service.storage.database import now_of
from detector.service.storage.marks import GenerationRow, MarkPictureRow, MarkRow
from detector.service.storage.pictures import PictureStore


def take_over_index(service: Service) -> GenerationRow | None:
    """Take over the marks of the index in the service's folder; return the generation in use.

    Only into a database that has neither marks nor generations; later that index is not looked at
    any more, and it is never changed. It is in use as it is. An index does not keep the pictures
    that it was made from: the whole view of each stands for it, and is described only when the
    mark's pictures change or the mark is switched off and on again.

    Returns None where there is no index to take over. Raises `IndexVersion` and `IndexDamaged`.
    """
    with service.database.reading() as session:
        if _is_begun(session):
            return current_generation(session)
    folder = service.settings.index
    if not (folder / MANIFEST).is_file():
        return None
    with writer_lock(folder), ReferenceIndex.open(folder) as index:
        if not len(index.marks):
            return None
        marks = list(_marks_of(index, service.references))
        manifest = publish(service.references, folder)
        with service.database.writing() as session:
            if not _is_begun(session):  # another process was faster
                _add(session, index, manifest, marks, now_of(session))
            return current_generation(session)


def _is_begun(session: Session) -> bool:
    has_marks = session.scalars(select(MarkRow.id).limit(1)).first() is not None
    return has_marks or current_generation(session) is not None


def _marks_of(
    index: ReferenceIndex, store: PictureStore
) -> Iterator[tuple[Mark, list[StoredPicture]]]:
    """Every mark of an index with a stored picture for each source that it was made from."""
    table = index.view_table
    given = [
        view
        for view in range(len(table))
        if not table.inverted[view] and not table.mirrored[view] and table.part_of(view) == "whole"
    ]
    for row, views in groupby(given, key=lambda view: int(table.marks[view])):
        decoded = [index.view(view) for view in views]
        yield (
            index.marks[row],
            [StoredPicture(_png_name(view.source), store.put(as_png(view))) for view in decoded],
        )


def _png_name(source: str) -> str:
    """The name of a source picture whose view is a PNG."""
    return f"{source.rpartition('.')[0] or source or 'view'}.png"


def _add(
    session: Session,
    index: ReferenceIndex,
    manifest: str,
    marks: Sequence[tuple[Mark, list[StoredPicture]]],
    now: datetime,
) -> None:
    for mark, pictures in marks:
        row = MarkRow(
            id=mark.id,
            owner=mark.rights.owner,
            record=record_of(mark),
            state_since=now,
            index_due=False,
            created_at=now,
            updated_at=now,
        )
        row.pictures = [
            MarkPictureRow(position=position, digest=picture.digest, name=picture.name, used=True)
            for position, picture in enumerate(pictures)
        ]
        row.described = digest_of(row.pictures)
        session.add(row)
    session.add(
        GenerationRow(
            number=1,
            generation=index.generation,
            manifest=manifest,
            marks=len(index.marks),
            reason="taken over",
            created_at=now,
        )
    )
