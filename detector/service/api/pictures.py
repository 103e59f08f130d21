"""The pictures of an inspection, and those that prove its findings."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi import Path as PathParameter

from detector.errors import DetectorError
from detector.pictures.formats import HEAD, detect_format
from detector.service.api.callers import AnyCaller, ServiceNeeded
from detector.service.api.inspections import InspectionId, seen_inspection
from detector.service.api.problems import Problem, problems_of
from detector.service.evidence_pictures import EvidencePictures
from detector.service.generations import current_generation
from detector.service.index_copies import index_at
from detector.service.inspections import owned_marks, picture_at
from detector.service.keys import Caller
from detector.service.service import Service
from detector.service.storage.inspections import FindingRow, InspectionRow

router = APIRouter(prefix="/v1/inspections/{inspection}", tags=["inspections"])

# Of all formats that are read, those that a browser shows without running anything.
_SHOWN = {"JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "TIFF", "HEIF"}
_BYTES = "application/octet-stream"

Number = Annotated[int, PathParameter(ge=1, le=2**53)]

_LOG = logging.getLogger(__name__)


def _content(*types: str) -> dict[int | str, dict[str, Any]]:
    binary = {"schema": {"type": "string", "format": "binary"}}
    return {200: {"description": "The picture.", "content": dict.fromkeys(types, binary)}}


@router.get(
    "/pictures/{position}",
    operation_id="getInspectionPicture",
    summary="Get a picture as it was uploaded",
    response_class=Response,
    responses={**_content("image/*", _BYTES), **problems_of(401, 404, 410, 422, 429, 503)},
)
def get_picture(
    service: ServiceNeeded, caller: AnyCaller, inspection: InspectionId, position: Number
) -> Response:
    """The bytes of a picture, which are not looked at: they may be no picture at all."""
    row = seen_inspection(service, inspection, caller)
    data = _stored(service, row, position)
    kind = detect_format(data[:HEAD])
    media = f"image/{kind.lower()}" if kind in _SHOWN else _BYTES
    return _kept(data, media, f"{row.id}-{position}")


@router.get(
    "/findings/{number}/evidence",
    operation_id="getFindingEvidence",
    summary="Get the picture that proves a finding",
    response_class=Response,
    responses={**_content("image/webp"), **problems_of(401, 404, 410, 422, 429, 503)},
)
def get_evidence(
    request: Request,
    service: ServiceNeeded,
    caller: AnyCaller,
    inspection: InspectionId,
    number: Number,
) -> Response:
    """The sign in the photo, outlined, beside the reference that it was found by."""
    row = seen_inspection(service, inspection, caller)
    finding = _finding(service, row, number, caller)
    if finding.picture is None:
        raise Problem(404, "this finding is in a text, and has no picture")
    photo = _stored(service, row, finding.picture)
    line, index = row.results[finding.picture - 1], _index(service)
    evidence: EvidencePictures = request.app.state.evidence
    drawn = evidence.draw(photo, line, finding.fingerprint, index)
    if not drawn:
        raise Problem(410, "the photo cannot be drawn any more")
    return _kept(drawn, "image/webp", f"finding-{number}")


def _finding(service: Service, row: InspectionRow, number: int, caller: Caller) -> FindingRow:
    """A finding of an inspection. Raises `Problem` 404 where the caller may not see it."""
    found = next((one for one in row.findings if one.number == number), None)
    with service.database.reading() as session:
        owned = owned_marks(session, caller)
    if found is None or (caller.role == "rights_holder" and found.mark not in owned):
        raise Problem(404, "there is no such finding")
    return found


def _index(service: Service) -> Path | None:
    """The index in use: the ids of views are the same in each generation. None without one."""
    with service.database.reading() as session:
        generation = current_generation(session)
    try:
        return index_at(service, generation.generation) if generation else None
    except DetectorError as error:
        _LOG.warning("evidence is drawn without its reference", exc_info=error)
        return None


def _stored(service: Service, row: InspectionRow, position: int) -> bytes:
    picture = picture_at(row, position)
    if picture is None:
        raise Problem(404, "there is no such picture")
    if not service.pictures.has(picture.digest):
        raise Problem(410, "this picture is not kept any more")
    return service.pictures.get(picture.digest)


def _kept(data: bytes, media: str, name: str) -> Response:
    """A picture that never changes, and that a browser shows as nothing but a picture."""
    headers = {
        "Cache-Control": "private, max-age=86400, immutable",
        "Content-Disposition": f'inline; filename="{name}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(data, media_type=media, headers=headers)
