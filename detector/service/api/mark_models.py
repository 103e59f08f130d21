"""Marks as the interface shows and takes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from detector.records import Kind
from detector.service.api.texts import storable
from detector.service.mark_import import ImportedMarks
from detector.service.reviews import Counts
from detector.service.storage.marks import MarkRow, MarkState

Text = Annotated[str, Field(max_length=1000)]
Texts = Annotated[list[Text], Field(max_length=1000)]
MarkId = Annotated[str, Field(min_length=1, max_length=128)]

EXAMPLE: JsonDict = {"id": "vornak", "name": "Vornak", "owner": "Vornak AG", "nice_classes": [25]}


class MarkFields(BaseModel):
    """The fields of a mark, as in its `mark.toml`; those that are left out stay as they are."""

    model_config = ConfigDict(extra="forbid")

    name: Text | None = None
    kind: Kind | None = None
    owner: Text | None = None
    nice_classes: Annotated[list[int], Field(max_length=45)] | None = None
    vienna_codes: Texts | None = None
    locarno_classes: Texts | None = None
    registration: Text | None = None
    valid_until: Text | None = Field(None, examples=["2031-05-04"])
    authorised_sellers: Texts | None = None
    words: Texts | None = None


class NewMark(MarkFields):
    """A mark to be made, with its id."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    id: MarkId


class MarkChange(MarkFields):
    """What changes in a mark. `state` and `expected_alarms` are the platform's to say.

    A mark that is quarantined leaves it by the state "active", and is then expected as often as it
    was found.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"state": "off", "reason": "a plain star"}]},
    )

    state: Literal["active", "off"] | None = None
    reason: Annotated[Text, AfterValidator(storable)] = ""
    expected_alarms: Annotated[float, Field(ge=0, le=1)] | None = None


class PictureShown(BaseModel):
    """A picture of a mark. One that is not `used` is switched off."""

    position: int
    name: str
    digest: str
    used: bool
    href: str


class Distinctive(BaseModel):
    """How much a mark resembles common graphics, as `detector marks show` says it."""

    cosine: float | None
    sigmas: float | None
    common: bool


class Reviews(BaseModel):
    """How many findings of a mark were made, confirmed and rejected.

    `precision` is the share of the confirmed among the reviewed; `interval` is Wilson's, 95 %.
    """

    shown: int
    confirmed: int
    rejected: int
    precision: float | None
    interval: tuple[float, float] | None


class Alarms(BaseModel):
    """The share of listings, 0..1, in which a mark is expected and was found of late."""

    expected: float
    observed: float


class MarkShown(BaseModel):
    """A mark. `indexed` says whether the index has it as it is here.

    `alarms` are there where one mark was asked for.
    """

    id: str
    owner: str
    fields: dict[str, Any]
    state: MarkState
    state_reason: str
    state_since: datetime
    revision: int
    indexed: bool
    index_problem: str
    expected_alarms: float | None
    distinctiveness: Distinctive | None
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None
    pictures: list[PictureShown]
    reviews: Reviews | None = None
    alarms: Alarms | None = None
    notes: list[str] = []

    @classmethod
    def of(
        cls,
        row: MarkRow,
        counts: Mapping[str, Counts] | None = None,
        notes: list[str] | None = None,
    ) -> MarkShown:
        """Show a row, with its counts and what is told about its pictures."""
        return cls(
            id=row.id,
            owner=row.owner,
            fields=row.record,
            state=row.state,
            state_reason=row.state_reason,
            state_since=row.state_since,
            revision=row.revision,
            indexed=not row.index_due,
            index_problem=row.index_problem,
            expected_alarms=row.expected_alarms,
            distinctiveness=Distinctive(**row.distinctiveness) if row.distinctiveness else None,
            created_at=row.created_at,
            updated_at=row.updated_at,
            deleted_at=row.deleted_at,
            pictures=[
                PictureShown(
                    position=one.position,
                    name=one.name,
                    digest=one.digest,
                    used=one.used,
                    href=f"{href_of(row.id)}/pictures/{one.position}",
                )
                for one in row.pictures
            ],
            reviews=reviews_of(counts[row.id]) if counts else None,
            notes=notes or [],
        )


class MarkPage(BaseModel):
    """Some marks; `next` is where the next page begins, null on the last."""

    marks: list[MarkShown]
    next: str | None


class ViewShown(BaseModel):
    """A view as the index keeps it."""

    number: int
    source: str
    part: str
    width: int
    height: int
    href: str


class Views(BaseModel):
    """The views of a mark."""

    views: list[ViewShown]


class Problem(BaseModel):
    """What is wrong with a source of marks, where, and what to do."""

    message: str
    place: str
    remedy: str


class MarksImported(BaseModel):
    """The ids of marks that are new or have changed, and of those that were there already."""

    stored: list[str]
    unchanged: list[str]
    problems: list[Problem]
    notes: list[str]

    @classmethod
    def of(cls, done: ImportedMarks) -> MarksImported:
        """Show what an import has done."""
        return cls(
            stored=done.stored,
            unchanged=done.unchanged,
            problems=[
                Problem(message=one.message, place=one.place, remedy=one.remedy)
                for one in done.problems
            ],
            notes=list(map(str, done.notes)),
        )


def reviews_of(counts: Counts) -> Reviews:
    """Show the counts of a mark."""
    return Reviews(
        shown=counts.shown,
        confirmed=counts.confirmed,
        rejected=counts.rejected,
        precision=counts.precision,
        interval=counts.interval,
    )


def href_of(mark_id: str) -> str:
    """The address of a mark."""
    return f"/v1/marks/{quote(mark_id, safe='')}"
