"""The pictures of a mark, and the views that the index keeps of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict

from detector.records import View
from detector.service.api.callers import ServiceNeeded
from detector.service.api.mark_access import (
    IfMatch,
    MarkKeeper,
    MarkPath,
    MarkViewer,
    changing,
    etag_of,
    existing,
)
from detector.service.api.mark_models import MarkShown, Views, ViewShown, href_of
from detector.service.api.marks import Pictures, checked_pictures
from detector.service.api.problems import Problem, problems_of
from detector.service.keys import Caller
from detector.service.mark_catalogue import (
    mark_of,
    pictures_of,
    replace_pictures,
    stored,
    stored_pictures,
    use_picture,
)
from detector.service.mark_pictures import as_png, views_of
from detector.service.service import Service
from detector.service.storage.marks import MarkPictureRow, MarkRow

router = APIRouter(prefix="/v1/marks/{mark_id}", tags=["marks"])

MOST_PICTURES = 100  # of a mark
Position = Annotated[int, Path(ge=0, le=MOST_PICTURES)]
Number = Annotated[int, Path(ge=0, le=1000)]


class PictureChange(BaseModel):
    """Whether a picture is used."""

    model_config = ConfigDict(extra="forbid")

    used: bool


@router.post(
    "/pictures",
    operation_id="addMarkPictures",
    summary="Add or replace pictures of a mark",
    responses=problems_of(401, 403, 404, 412, 422, 429, 503),
)
def add(
    service: ServiceNeeded,
    caller: MarkKeeper,
    response: Response,
    mark_id: MarkPath,
    pictures: Pictures,
    *,
    replace: Annotated[
        bool, Query(description="Whether they take the place of the others.")
    ] = False,
    if_match: IfMatch = None,
) -> MarkShown:
    """Add pictures to a mark. One that is wrong is told, and nothing kept."""
    with service.database.reading() as session:
        row = existing(session, caller, mark_id)
    checked = checked_pictures(service, mark_of(row.id, row.record), pictures)
    kept = stored(service, checked.sound)
    with changing(service, caller, mark_id, if_match) as (session, row, now):
        all_pictures = [*([] if replace else stored_pictures(row)), *kept]
        if len(all_pictures) > MOST_PICTURES:
            raise Problem(422, f"a mark has {MOST_PICTURES} pictures at most")
        unused = [] if replace else [one.position for one in row.pictures if not one.used]
        replace_pictures(session, row, all_pictures, now)
        for picture in row.pictures:
            picture.used = picture.position not in unused
        response.headers["ETag"] = etag_of(row)
        return MarkShown.of(row, notes=list(map(str, checked.notes)))


@router.get(
    "/pictures/{position}",
    operation_id="getMarkPicture",
    summary="A picture of a mark, as it was given",
    response_class=Response,
    responses={
        200: {"content": {"application/octet-stream": {}}},
        **problems_of(401, 403, 404, 422, 429, 503),
    },
)
def picture(
    service: ServiceNeeded, caller: MarkViewer, mark_id: MarkPath, position: Position
) -> Response:
    """The bytes of a picture, which somebody has sent: no browser shows them from here."""
    with service.database.reading() as session:
        digest = _picture(existing(session, caller, mark_id), position).digest
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    return Response(service.references.get(digest), 200, headers, "application/octet-stream")


@router.patch(
    "/pictures/{position}",
    operation_id="switchMarkPicture",
    summary="Switch a picture of a mark off or on",
    responses=problems_of(401, 403, 404, 412, 422, 429, 503),
)
def switch(
    service: ServiceNeeded,
    caller: MarkKeeper,
    response: Response,
    mark_id: MarkPath,
    position: Position,
    *,
    wanted: PictureChange,
    if_match: IfMatch = None,
) -> MarkShown:
    """The index keeps no view of a picture that is switched off."""
    with changing(service, caller, mark_id, if_match) as (session, row, now):
        use_picture(session, row, _picture(row, position), wanted.used, now)
        response.headers["ETag"] = etag_of(row)
        return MarkShown.of(row)


@router.get(
    "/views",
    operation_id="listMarkViews",
    summary="The views that the index keeps of a mark",
    responses=problems_of(401, 403, 404, 422, 429, 503),
)
def views(service: ServiceNeeded, caller: MarkViewer, mark_id: MarkPath) -> Views:
    """The views of the pictures in use, without those that are only mirrored or inverted."""
    row = _read(service, caller, mark_id)
    return Views(views=[_shown(row, *numbered) for numbered in enumerate(_views(service, row))])


@router.get(
    "/views/{number}.png",
    operation_id="getMarkView",
    summary="A view as the index keeps it",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}}, **problems_of(401, 403, 404, 422, 429, 503)},
)
def view(service: ServiceNeeded, caller: MarkViewer, mark_id: MarkPath, number: Number) -> Response:
    """The picture of a view: what is cut, blank or misread is seen at a glance."""
    found = next(islice(_views(service, _read(service, caller, mark_id)), number, None), None)
    if found is None:
        raise Problem(404, "the mark has no such view")
    return Response(as_png(found), media_type="image/png")


def _read(service: Service, caller: Caller, mark_id: str) -> MarkRow:
    with service.database.reading() as session:
        return existing(session, caller, mark_id)


def _views(service: Service, row: MarkRow) -> Iterator[View]:
    mark, pictures = mark_of(row.id, row.record), pictures_of(service, row)
    return views_of(mark, pictures, service.settings.detection.reader)


def _picture(row: MarkRow, position: int) -> MarkPictureRow:
    for one in row.pictures:
        if one.position == position:
            return one
    raise Problem(404, "the mark has no such picture")


def _shown(row: MarkRow, number: int, view: View) -> ViewShown:
    height, width = view.pixels.shape[:2]
    return ViewShown(
        number=number,
        source=view.source,
        part=view.part,
        width=width,
        height=height,
        href=f"{href_of(row.id)}/views/{number}.png",
    )
