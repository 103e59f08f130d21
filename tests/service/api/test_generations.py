"""Generations of the index over HTTP."""

from __future__ import annotations

from detector.service.service import Service
from detector.service.taken_over import take_over_index
from tests.service.serving import serving


def test_generations_are_made_and_listed(service: Service) -> None:
    with serving(service) as client:
        assert client.get("/v1/generations/current").status_code == 404
        assert client.post("/v1/generations").status_code == 422
        take_over_index(service)
        assert client.get("/v1/generations/current").json()["due"] is False
        client.patch("/v1/marks/ring", json={"name": "Ring of fire"})
        assert client.get("/v1/generations/current").json()["due"] is True
        made = client.post("/v1/generations").json()
        assert (made["number"], made["marks"]) == (2, 2)
        assert client.get("/v1/generations/current").json() == {"generation": made, "due": False}
        page = client.get("/v1/generations", params={"limit": 1}).json()
        rest = client.get("/v1/generations", params={"cursor": page["next"]}).json()
        assert page["generations"] == [made]
        assert [one["reason"] for one in rest["generations"]] == ["taken over"]
        assert client.get("/v1/marks/ring").json()["indexed"]
