"""The files of generations that are no longer needed."""

from __future__ import annotations

import tempfile
from pathlib import Path

from sqlalchemy import select

from detector.service.index_copies import digests_of
from detector.service.service import Service
from detector.service.storage.marks import GenerationRow

KEPT = 5  # generations whose files stay in the store: hosts may be downloading an older one


def forget_old_files(service: Service) -> None:
    """Delete the files of older generations that no newer one has.

    Only a builder may call it: another one could be sending the same files.
    """
    with service.database.reading() as session:
        rows = session.scalars(
            select(GenerationRow)
            .where(GenerationRow.manifest != "")
            .order_by(GenerationRow.number.desc())
        ).all()
    if len(rows) <= KEPT:
        return
    with tempfile.TemporaryDirectory(prefix="detector-manifests-") as folder:
        digests = [
            digests_of(service.references, row.manifest, Path(folder) / str(row.number))
            for row in rows
        ]
    with service.database.writing() as session:
        for row in rows[KEPT:]:
            session.merge(row).manifest = ""
    service.references.remove(set().union(*digests[KEPT:]) - set().union(*digests[:KEPT]))
