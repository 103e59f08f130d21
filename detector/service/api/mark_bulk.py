"""Many marks at once: imported from an upload, and exported to an archive."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, UploadFile
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from detector.errors import MarkError
from detector.service.api.callers import ServiceNeeded
from detector.service.api.mark_access import MarkKeeper, MarkViewer
from detector.service.api.mark_models import MarksImported
from detector.service.api.problems import problems_of
from detector.service.keys import Caller
from detector.service.mark_catalogue import MarkFilter, list_marks
from detector.service.mark_import import export_mark, import_upload
from detector.service.mark_pictures import NamedPicture
from detector.service.service import Service
from detector.service.storage.marks import MarkRow

router = APIRouter(prefix="/v1", tags=["marks"])

_PAGE = 100  # marks that are read from the database at once


@router.post(
    "/marks/import",
    operation_id="importMarks",
    summary="Import many marks",
    responses=problems_of(401, 403, 422, 429, 503),
)
def import_many(
    service: ServiceNeeded,
    caller: MarkKeeper,
    files: Annotated[
        list[UploadFile],
        File(description="A CSV and its pictures, or pictures alone; names may have folders."),
    ],
) -> MarksImported:
    """Import what `detector marks import` reads: a table with pictures, mark folders, pictures.

    Each mark is kept by itself. What is wrong is told with its place, and the rest is kept.
    """
    read = [NamedPicture(file.filename or "", file.file.read()) for file in files]
    with tempfile.TemporaryDirectory(prefix="detector-import-") as folder:
        return MarksImported.of(import_upload(service, caller, read, Path(folder)))


@router.get(
    "/marks.zip",
    operation_id="exportMarks",
    summary="Export all marks",
    response_class=FileResponse,
    responses={200: {"content": {"application/zip": {}}}, **problems_of(401, 403, 429, 503)},
)
def export(service: ServiceNeeded, caller: MarkViewer) -> FileResponse:
    """Mark folders with the pictures in use, which `detector marks import` reads."""
    folder = tempfile.TemporaryDirectory(prefix="detector-export-")
    archive, after = Path(folder.name) / "marks.zip", ""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as packed:
        while rows := _page(service, caller, after):
            for row in rows:
                _pack(service, row, packed)
            after = rows[-1].id
    done = BackgroundTask(folder.cleanup)
    return FileResponse(archive, filename="marks.zip", background=done)


def _page(service: Service, caller: Caller, after: str) -> Sequence[MarkRow]:
    with service.database.reading() as session:
        return list_marks(session, caller, MarkFilter(), after, _PAGE)


def _pack(service: Service, row: MarkRow, packed: zipfile.ZipFile) -> None:
    with tempfile.TemporaryDirectory(prefix="detector-export-") as folder:
        try:
            target = export_mark(service, row, Path(folder))
        except OSError as error:
            raise MarkError(f"cannot be exported: {error.strerror}", place=row.id) from error
        for path in sorted(target.iterdir()):
            packed.write(path, path.relative_to(folder))
