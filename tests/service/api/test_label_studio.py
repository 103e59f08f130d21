"""The ML backend, called as Label Studio calls it (label_studio/ml/api_connector.py, 1.23.2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest

from detector.service.keys import add_key
from detector.service.service import Service
from tests.service.api.test_hma import a_shop
from tests.service.inspecting import inspecting
from tests.service.serving import serving
from tests.service.test_label_studio import CONFIG

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def predicted(client: httpx.Client, *pictures: str) -> list[dict]:
    tasks = [
        {"id": number, "data": {"picture": picture}, "project": 1}
        for number, picture in enumerate(pictures, 1)
    ]
    asked = {
        "tasks": tasks,
        "project": "1.1700000000",
        "label_config": CONFIG,
        "params": {"login": None, "password": None, "context": None},
    }
    answer = client.post("/label-studio/predict", json=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()["results"]


def test_each_task_gets_its_boxes_in_its_place(service: Service, photo_of) -> None:
    limits = replace(service.settings.limits, wait_seconds=50)
    service.settings = replace(service.settings, allowed_hosts=("127.0.0.1",), limits=limits)
    photos = {"vornak.jpg": photo_of("vornak"), "clean.jpg": photo_of("", 1), "bad.jpg": b"bad"}
    with a_shop(photos) as shop, serving(service) as client, inspecting(service):
        client.timeout = 300
        shown, clean, bad, elsewhere, strange = predicted(
            client,
            *(f"{shop}/{name}" for name in photos),
            "http://elsewhere.example/a.jpg",
            "/data/\0.jpg",
        )
    (box,) = shown["result"]
    assert box["value"]["rectanglelabels"] == ["Vornak"]
    assert clean["result"] == []
    for failed in (bad, elsewhere, strange):
        assert "result" not in failed
        assert failed["error"]


def test_a_project_is_connected(service: Service) -> None:
    with serving(service) as client:
        assert client.get("/label-studio/health").json()["status"] == "UP"
        wanted = {"project": "1.17", "schema": CONFIG, "hostname": "http://h", "access_token": "t"}
        answer = client.post("/label-studio/setup", json=wanted)
        assert answer.json()["model_version"].startswith("detector")
        refused = client.post("/label-studio/setup", json=wanted | {"schema": "<View/>"})
    assert refused.status_code == 422
    assert "RectangleLabels" in refused.json()["remedy"]


@pytest.mark.parametrize(
    ("role", "status"),
    [("platform", 200), ("read_only", 403), ("rights_holder", 403), ("seller", 403), ("", 401)],
)
def test_a_key_is_the_password_of_basic_authentication(
    service: Service, role: str, status: int
) -> None:
    key = "det_none"
    if role:
        with service.database.writing() as session:
            key = add_key(session, role, role, "us", per_minute=0, now=NOON)
    with serving(service, needs_keys=True) as client:
        assert client.get("/label-studio/health", auth=("any", key)).status_code == status
        bearer = {"Authorization": f"Bearer {key}"}
        assert client.get("/label-studio/health", headers=bearer).status_code == status
        for strange in ("", "Basic", "Basic !", "Basic /w==", "Basic YQ=="):
            headers = {"Authorization": strange}
            assert client.get("/label-studio/health", headers=headers).status_code == 401
