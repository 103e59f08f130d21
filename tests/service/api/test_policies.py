"""Policies over HTTP: added, read, tried on the past, taken into use and back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from detector.service.keys import add_key
from detector.service.service import Service
from detector.service.storage.database import now_of
from tests.service.past import add_inspection, listing, score
from tests.service.serving import serving


def test_from_a_draft_to_use_and_back(service: Service) -> None:
    with service.database.writing() as session:
        now = now_of(session)
        for days in (1, 2, 40):
            given = [listing(score(0.75))]
            add_inspection(session, now - timedelta(days), given, decision="review", title="bag")
    with serving(service) as client:
        first = client.get("/v1/policies").json()
        assert [(one["version"], one["in_use"]) for one in first["policies"]] == [(1, True)]
        added = client.post("/v1/policies", json={"text": "block = 0.7", "note": "stricter"})
        assert added.status_code == 201
        assert (added.json()["version"], added.json()["in_use"]) == (2, False)
        tried = client.post("/v1/policies/2/dry-run", json={}).json()
        (change,) = tried["changes"]
        assert (change["before"], change["after"], change["count"]) == ("review", "block", 2)
        assert [one["title"] for one in change["examples"]] == ["bag", "bag"]
        assert "block from 0.7" in change["examples"][0]["reasons"][0]
        longer = client.post("/v1/policies/2/dry-run", json={"days": 90, "most": 1000}).json()
        assert longer["changed"] == 3
        assert client.post("/v1/policies/2/use").json()["in_use"]
        assert client.get("/v1/policies/1").json()["in_use"] is False
        assert client.post("/v1/policies/1/use").json()["in_use"]
        page = client.get("/v1/policies?limit=1").json()
        assert page["next"] == 2
        rest = client.get(f"/v1/policies?before={page['next']}").json()
        assert [one["version"] for one in rest["policies"]] == [1]
        assert rest["next"] is None


def test_a_mistake_is_a_problem_with_place_and_remedy(service: Service) -> None:
    with serving(service) as client:
        wrong = client.post("/v1/policies", json={"text": "[[rule]]\ndecision = 'pass'"})
        assert wrong.status_code == 422
        assert wrong.json()["detail"] == "the rule has no reason"
        assert wrong.json()["place"] == "the policy:1: rule 1"
        for path in ("", "/use", "/dry-run"):
            call = client.post if path else client.get
            options = {"json": {}} if path == "/dry-run" else {}
            assert call(f"/v1/policies/9{path}", **options).status_code == 404
        assert client.post("/v1/policies/1/dry-run", json={"most": 10**9}).status_code == 422


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [
        ("platform", 200, 201),
        ("read_only", 200, 403),
        ("rights_holder", 403, 403),
        ("seller", 403, 403),
    ],
)
def test_who_may(service: Service, role, reads: int, writes: int) -> None:
    with service.database.writing() as session:
        key = add_key(session, "k", role, "party", per_minute=0, now=now_of(session))
    with serving(service, key=key, needs_keys=True) as client:
        assert client.get("/v1/policies").status_code == reads
        assert client.get("/v1/policies/1").status_code == reads
        assert client.post("/v1/policies", json={"text": ""}).status_code == writes
        changed = 200 if writes == 201 else 403
        assert client.post("/v1/policies/1/use").status_code == changed
        assert client.post("/v1/policies/1/dry-run", json={}).status_code == changed
