"""Findings over HTTP."""

from __future__ import annotations

import pytest

from detector.service.keys import add_key
from detector.service.service import Service
from detector.service.storage.database import now_of
from tests.service.made_up import add_marks, concluded
from tests.service.serving import serving


@pytest.fixture
def found(service: Service) -> Service:
    add_marks(service, "ring", owner="Acme")
    add_marks(service, "star")
    with service.database.writing() as session:
        for seller in ("s1", "s2", "s1"):
            concluded(session, ["ring", "star"], now_of(session), seller=seller)
    return service


def test_findings_are_paged_reviewed_and_counted(found: Service) -> None:
    with serving(found) as client:
        first = client.get("/v1/findings", params={"mark": "ring", "limit": 2}).json()
        rest = client.get("/v1/findings", params={"mark": "ring", "cursor": first["next"]}).json()
        assert (len(first["findings"]), len(rest["findings"]), rest["next"]) == (2, 1, None)
        url = f"/v1/findings/{first['findings'][0]['number']}"
        said = client.patch(url, json={"state": "confirmed", "note": "theirs"}).json()
        assert (said["state"], said["reviewed_by"], said["note"]) == (
            "confirmed",
            "operator",
            "theirs",
        )
        assert client.get(url).json() == said
        counts = client.get("/v1/marks/ring").json()["reviews"]
        assert (counts["shown"], counts["confirmed"], counts["precision"]) == (3, 1, 1.0)
        assert client.patch(url, json={"state": "open"}).json()["reviewed_at"] is None
        assert client.get("/v1/findings", params={"state": "confirmed"}).json()["findings"] == []
        assert client.get("/v1/findings", params={"cursor": "x"}).status_code == 422
        assert client.get("/v1/findings/999").status_code == 404
        assert client.patch(url, json={"state": "maybe"}).status_code == 422


@pytest.mark.parametrize(
    ("role", "party", "seen", "rejects", "confirms"),
    [
        ("platform", "", 6, 200, 200),
        ("read_only", "", 6, 403, 403),
        ("rights_holder", "Acme", 3, 200, 403),
        ("rights_holder", "Berta", 0, 404, 403),
        ("seller", "s1", 4, 403, 403),
    ],
)
def test_each_role_sees_and_says_what_it_may(
    found: Service, role, party, seen, rejects, confirms
) -> None:
    with found.database.writing() as session:
        key = add_key(session, "test", role, party, per_minute=100, now=now_of(session))
    with serving(found) as client:
        rows = client.get("/v1/findings", params={"mark": "ring"}).json()["findings"]
    with serving(found, key=key, needs_keys=True) as client:
        assert len(client.get("/v1/findings").json()["findings"]) == seen
        url = f"/v1/findings/{rows[0]['number']}"
        assert client.patch(url, json={"state": "rejected"}).status_code == rejects
        assert client.patch(url, json={"state": "confirmed"}).status_code == confirms
