"""What rights holders and sellers see and change: what is their own."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from detector.service.service import Service
from detector.service.storage.database import now_of
from detector.service.storage.tables import FindingRow, InspectionRow
from tests.service.api.conftest import PARTIES
from tests.service.api.role_table import PICTURE
from tests.service.api.things import Names, own_marks, things

HOOK = {"json": {"url": "https://shop.example/events"}}

OWN = {
    "rights_holder": [
        ("GET", "/v1/inspections/{inspection}", {}),
        ("GET", "/v1/inspections/{inspection}/pictures/{position}", {}),
        ("GET", "/v1/inspections/{inspection}/findings/{number}/evidence", {}),
        ("GET", "/v1/findings/{number}", {}),
        ("PATCH", "/v1/findings/{number}", {"json": {"state": "rejected"}}),
        ("GET", "/v1/marks/{mark_id}", {}),
        ("GET", "/v1/marks/{mark_id}/pictures/{position}", {}),
        ("GET", "/v1/marks/{mark_id}/views", {}),
        ("GET", "/v1/marks/{mark_id}/blocks", {}),
        ("POST", "/v1/marks/{mark_id}/retrospect", {}),
        ("GET", "/v1/retrospects/{name}", {}),
        ("PATCH", "/v1/marks/{mark_id}", {"json": {"name": "Ours"}}),
        ("PATCH", "/v1/marks/{mark_id}/pictures/{position}", {"json": {"used": False}}),
        ("POST", "/v1/marks/{mark_id}/pictures", {"files": {"pictures": ("b.png", PICTURE)}}),
        (
            "POST",
            "/v1/marks",
            {"data": {"mark": '{"id": "star"}'}, "files": {"pictures": ("a.png", PICTURE)}},
        ),
        ("POST", "/v1/marks/import", {"files": {"files": ("vornak.png", PICTURE)}}),
        ("POST", "/v1/webhooks", HOOK),
        ("DELETE", "/v1/marks/{mark_id}", {}),
    ],
    "seller": [
        ("GET", "/v1/inspections/{inspection}", {}),
        ("GET", "/v1/inspections/{inspection}/pictures/{position}", {}),
        ("GET", "/v1/inspections/{inspection}/findings/{number}/evidence", {}),
        ("GET", "/v1/findings/{number}", {}),
        ("POST", "/v1/webhooks", HOOK),
    ],
}
"""What each may do; the rest of their rows is in the table of roles."""


@pytest.fixture
def own(service: Service, listing_of, photo_of) -> Names:
    """A mark of the rights holder, which was found in a picture of the seller."""
    own_marks(service, {"vornak": PARTIES["rights_holder"], "ring": "Ring Ltd"})
    return things(service, "vornak", PARTIES["seller"], listing_of, photo_of)


@pytest.mark.parametrize("role", OWN)
def test_what_is_own_is_seen_and_changed(
    as_role: Callable[[str], httpx.Client], own: Names, role: str
) -> None:
    client, told = as_role(role), {}
    for method, path, sent in OWN[role]:
        answer = client.request(method, path.format(**own), **sent)
        if not answer.is_success:
            told[method, path] = answer.text
    assert told == {}


@pytest.mark.parametrize("role", OWN)
def test_what_is_own_is_listed(
    as_role: Callable[[str], httpx.Client], own: Names, role: str
) -> None:
    client = as_role(role)
    (inspection,) = client.get("/v1/inspections").json()["inspections"]
    assert inspection["id"] == own["inspection"]
    (finding,) = client.get("/v1/findings").json()["findings"]
    assert finding["number"] == own["number"]
    (event,) = client.get("/v1/events").json()["events"]
    assert event["data"] == {"inspection": own["inspection"]}
    assert len(client.get("/v1/inspections.coco").json()["annotations"]) == 1


@pytest.mark.parametrize("path", ["/v1/inspections", "/v1/inspections.coco"])
def test_a_filter_does_not_tell_a_rights_holder_of_others_marks(
    as_role: Callable[[str], httpx.Client], service: Service, own: Names, path: str
) -> None:
    """The photo of its mark shows another's too; asking for that one must find nothing."""
    with service.database.writing() as session:
        row = session.query(InspectionRow).filter_by(id=own["inspection"]).one()
        row.findings.append(
            FindingRow(
                picture=1,
                mark="ring",
                fingerprint="0" * 16,
                verdict="match",
                score=0.9,
                log_odds=2.0,
                level="block",
                created_at=now_of(session),
            )
        )

    def found(role: str, mark: str) -> int:
        answer = as_role(role).get(path, params={"mark": mark}).json()
        return len(answer["images"] if "images" in answer else answer["inspections"])

    assert [found("rights_holder", mark) for mark in ("vornak", "ring")] == [1, 0]
    assert [found("platform", mark) for mark in ("vornak", "ring")] == [1, 1]
