"""Stand-in for part C's thread that keeps the index up to date."""

from __future__ import annotations

from typing import Self

from detector.index.manifest import MANIFEST
from detector.index.store import ReferenceIndex
from detector.service.generations import current_generation
from detector.service.service import Service
from detector.service.storage.database import now_of
from detector.service.storage.marks import GenerationRow


class IndexUpdater:
    """Takes over an index that is there already."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def __enter__(self) -> Self:
        """Take over the index."""
        folder = self._service.settings.index
        with self._service.database.writing() as session:
            if current_generation(session) is None and (folder / MANIFEST).is_file():
                with ReferenceIndex.open(folder) as index:
                    generation, marks = index.generation, len(index.marks)
                now = now_of(session)
                session.add(GenerationRow(generation=generation, marks=marks, created_at=now))
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing."""
