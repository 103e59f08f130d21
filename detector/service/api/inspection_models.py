"""Inspections as JSON, and the fields of an upload."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from detector.records import Decision
from detector.service.api.texts import Id, Text
from detector.service.keys import Caller
from detector.service.storage.inspections import (
    FindingRow,
    InspectionRow,
    InspectionState,
    PictureRow,
    ReviewState,
)

_ID = "8c1f0e6a5b7d4c39a2e1f0d3b4c5a697"
_EXAMPLE: dict[str, Any] = {
    "id": _ID,
    "state": "done",
    "origin": "api",
    "external_id": "A-7",
    "title": "Mug with a fox",
    "description": "",
    "category": "kitchen",
    "brand": "",
    "seller": "shop-7",
    "classes": [21],
    "created_at": "2026-07-01T12:00:00Z",
    "finished_at": "2026-07-01T12:00:01Z",
    "decision": "review",
    "reasons": ["vornak: look-alike, 0.83"],
    "policy_version": 3,
    "generation": "32aea1269c3bce6265691df9b1663122",
    "seconds": 0.71,
    "attempts": 1,
    "error": "",
    "pictures": [
        {
            "position": 1,
            "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "name": "mug.jpg",
            "uri": "",
            "href": f"/v1/inspections/{_ID}/pictures/1",
        }
    ],
    "findings": [
        {
            "number": 12,
            "mark": "vornak",
            "picture": 1,
            "fingerprint": "5b41c0ffee",
            "verdict": "look-alike",
            "score": 0.83,
            "log_odds": 1.59,
            "level": "review",
            "state": "open",
            "note": "",
            "evidence": f"/v1/inspections/{_ID}/findings/12/evidence",
        }
    ],
}


class UploadFields(BaseModel):
    """What is said of a listing beside its pictures."""

    model_config = ConfigDict(extra="forbid")

    title: Text = Field("", max_length=100_000, examples=["Mug with a fox"])
    description: Text = Field("", max_length=100_000)
    category: Text = Field("", max_length=1000, examples=["kitchen"])
    brand: Text = Field("", max_length=1000)
    seller: Id = Field("", description="Whose listing it is; a seller's own key says so itself.")
    classes: Text = Field(
        "", max_length=1000, description="Nice classes of the goods.", examples=["9,25"]
    )
    external_id: Id = Field("", description="The caller's own id of the listing.", examples=["A-7"])


class InspectionPicture(BaseModel):
    """A picture of an inspection. `href` is where its bytes are; null once they are deleted."""

    position: int
    digest: str = Field(description="SHA-256 of the bytes.")
    name: str
    uri: str
    href: str | None


class InspectionFinding(BaseModel):
    """A mark that was found. The whole finding stands in `results`, by its `fingerprint`.

    `picture` is the position of the picture, null for a finding in a text. `evidence` is where its
    picture is.
    """

    number: int
    mark: str
    picture: int | None
    fingerprint: str
    verdict: str
    score: float | None
    log_odds: float | None
    level: Decision
    state: ReviewState
    note: str
    evidence: str | None


class InspectionSummary(BaseModel):
    """An inspection without the listings of its pictures."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    id: str
    state: InspectionState
    origin: str
    external_id: str
    title: str
    description: str
    category: str
    brand: str
    seller: str
    classes: list[int]
    created_at: datetime
    finished_at: datetime | None
    decision: Decision | None
    reasons: list[str]
    policy_version: int | None
    generation: str = Field(description="The generation of the reference index.")
    seconds: float | None
    attempts: int
    error: str = Field(description="Why it failed, or why its last attempt did.")
    pictures: list[InspectionPicture]
    findings: list[InspectionFinding]


class Inspection(InspectionSummary):
    """An inspection; `results` are its pictures as the lines of `detector scan --format jsonl`."""

    # A whole line is long: docs/command-line.md has one.
    model_config = ConfigDict(json_schema_extra={"examples": [{**_EXAMPLE, "results": []}]})

    results: list[dict[str, Any]]  # the document has their schema: see `openapi`


class InspectionPage(BaseModel):
    """Inspections, the newest first. `next` is the cursor of the next page, null on the last."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"inspections": [_EXAMPLE], "next": "MTIz"}]}
    )

    inspections: list[InspectionSummary]
    next: str | None


def summary_of(row: InspectionRow, caller: Caller, owned: frozenset[str]) -> InspectionSummary:
    """An inspection as a caller sees it: a rights holder sees the findings of `owned` marks."""
    return InspectionSummary(**_values(row, caller, owned))


def inspection_of(row: InspectionRow, caller: Caller, owned: frozenset[str]) -> Inspection:
    """The same with its results, which a rights holder does not get: others' marks are in them."""
    results = [] if caller.role == "rights_holder" else row.results
    return Inspection(**_values(row, caller, owned), results=results)


def _values(row: InspectionRow, caller: Caller, owned: frozenset[str]) -> dict[str, Any]:
    """The fields of an inspection, as far as the caller may see them."""
    restricted = caller.role == "rights_holder"
    own = ("pictures", "findings", "reasons")
    names = [name for name in InspectionSummary.model_fields if name not in own]
    return {
        **{name: getattr(row, name) for name in names},
        "reasons": [] if restricted else row.reasons,
        "pictures": [_picture_of(row, picture) for picture in row.pictures],
        "findings": [
            _finding_of(row, finding)
            for finding in row.findings
            if not restricted or finding.mark in owned
        ],
    }


def _picture_of(row: InspectionRow, picture: PictureRow) -> InspectionPicture:
    return InspectionPicture(
        position=picture.position,
        digest=picture.digest,
        name=picture.name,
        uri=picture.uri,
        href=f"/v1/inspections/{row.id}/pictures/{picture.position}" if picture.digest else None,
    )


def _finding_of(row: InspectionRow, finding: FindingRow) -> InspectionFinding:
    names = [name for name in InspectionFinding.model_fields if name != "evidence"]
    href = f"/v1/inspections/{row.id}/findings/{finding.number}/evidence"
    shown = None if finding.picture is None else href
    return InspectionFinding(**{name: getattr(finding, name) for name in names}, evidence=shown)
