"""`GET /v1/inspections.coco`: what annotation tools open, by those who may see it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from detector.pipeline.detector import Detector
from detector.records import Submission
from detector.serialise.jsonl import listing_to_json
from detector.service.keys import add_key
from detector.service.service import Service
from detector.service.storage.inspections import FindingRow, InspectionRow
from detector.service.storage.marks import MarkRow
from tests.service.serving import serving

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def results(small_index, photo_of) -> dict[str, dict]:
    """Results of real inspections, as a worker writes them, by the mark that is shown."""
    detector = Detector.open(small_index)
    lines = {
        mark: listing_to_json(detector.inspect(Submission(photo_of(mark))))
        for mark in ("vornak", "")
    }
    return {mark: json.loads(line) | {"path": f"{mark}.jpg"} for mark, line in lines.items()}


@pytest.fixture
def inspected(service: Service, results: dict[str, dict]) -> Service:
    """Inspections of two sellers, one with a mark and one clean, and one that still waits."""
    with service.database.writing() as session:
        for mark, seller in (("vornak", "shop"), ("", "other")):
            row = InspectionRow(
                id=f"i-{mark}", seller=seller, state="done", due_at=NOON, created_at=NOON,
                decision="block" if mark else "pass", results=[results[mark]],
            )  # fmt: skip
            row.findings = [
                FindingRow(
                    mark=one["mark"], fingerprint=one["fingerprint"], verdict=one["verdict"],
                    score=one["score"], log_odds=one["log_odds"], level="block", created_at=NOON,
                )
                for one in results[mark]["findings"]
            ]  # fmt: skip
            session.add(row)
        session.add(InspectionRow(id="waits", due_at=NOON, created_at=NOON))
        for mark, owner in (("vornak", "us"), ("ring", "them")):
            session.add(
                MarkRow(
                    id=mark, owner=owner, record={}, state_since=NOON, created_at=NOON,
                    updated_at=NOON,
                )
            )  # fmt: skip
    return service


def test_findings_come_as_outlines_with_their_marks(inspected: Service, results) -> None:
    with serving(inspected) as client:
        coco = client.get("/v1/inspections.coco").json()
    assert [image["file_name"] for image in coco["images"]] == [".jpg", "vornak.jpg"]
    assert [category["name"] for category in coco["categories"]] == ["vornak"]
    (annotation,) = coco["annotations"]
    x0, y0, x1, y1 = results["vornak"]["findings"][0]["box"]
    assert annotation["bbox"] == pytest.approx([x0, y0, x1 - x0, y1 - y0], abs=0.11)
    assert annotation["image_id"] == coco["images"][1]["id"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("decision=block", ["vornak.jpg"]),
        ("decision=pass", [".jpg"]),
        ("mark=vornak", ["vornak.jpg"]),
        ("mark=ring", []),
        ("seller=other", [".jpg"]),
        ("inspection=i-&inspection=i-vornak&inspection=none", [".jpg", "vornak.jpg"]),
        ("inspection=waits", []),
    ],
)
def test_a_set_is_chosen(inspected: Service, query: str, names: list[str]) -> None:
    with serving(inspected) as client:
        coco = client.get(f"/v1/inspections.coco?{query}").json()
    assert [image["file_name"] for image in coco["images"]] == names


def test_a_large_set_is_paged(inspected: Service) -> None:
    names, query = [], "limit=1"
    with serving(inspected) as client:
        while True:
            page = client.get(f"/v1/inspections.coco?{query}")
            names += [image["file_name"] for image in page.json()["images"]]
            if "x-next-before" not in page.headers:
                break
            query = f"limit=1&before={page.headers['x-next-before']}"
    assert names == [".jpg", "vornak.jpg"]


@pytest.mark.parametrize(
    ("role", "party", "images", "annotations"),
    [
        ("read_only", "", 2, 1),
        ("seller", "shop", 1, 1),
        ("seller", "nobody", 0, 0),
        ("rights_holder", "us", 1, 1),
        ("rights_holder", "them", 0, 0),
    ],
)
def test_each_role_gets_its_own(
    inspected: Service, role: str, party: str, images: int, annotations: int
) -> None:
    with inspected.database.writing() as session:
        key = add_key(session, role, role, party, per_minute=0, now=NOON)
    with serving(inspected, key=key, needs_keys=True) as client:
        coco = client.get("/v1/inspections.coco").json()
    assert (len(coco["images"]), len(coco["annotations"])) == (images, annotations)
