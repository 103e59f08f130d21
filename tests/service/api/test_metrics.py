"""Who may read the metrics, and how requests are counted."""

from __future__ import annotations

import httpx
import pytest

from detector.errors import UsageError
from detector.service.api.metrics import serving_metrics
from detector.service.keys import ROLES, add_key
from detector.service.service import Service
from detector.service.storage.database import now_of
from tests.service.samples import parsed, samples_of, value
from tests.service.serving import serving

FORWARDED = {"X-Forwarded-For": "203.0.113.5"}
"""What a proxy on this host adds, so that the caller is not taken for one on this host."""


def key_of(service: Service, role: str) -> str:
    with service.database.writing() as session:
        party = "someone" if role in ("rights_holder", "seller") else ""
        return add_key(session, role, role, party, per_minute=0, now=now_of(session))


def test_this_host_may_scrape_without_a_key(service: Service) -> None:
    with serving(service, needs_keys=True) as client:
        answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert value(parsed(answer.text), "detector_database_up") == 1


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via"])
def test_a_proxy_on_this_host_lets_nobody_in(service: Service, header: str) -> None:
    with serving(service, needs_keys=True) as client:
        answer = client.get("/metrics", headers={header: "203.0.113.5"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("role", ROLES)
def test_keys_that_see_everything_may_scrape(service: Service, role: str) -> None:
    with serving(service, key=key_of(service, role), needs_keys=True) as client:
        answer = client.get("/metrics", headers=FORWARDED)
    assert answer.status_code == (200 if role in ("platform", "read_only") else 403)


def test_open_metrics_are_given_where_asked_for(service: Service) -> None:
    accept = {"Accept": "application/openmetrics-text; version=1.0.0"}
    with serving(service) as client:
        answer = client.get("/metrics", headers=accept)
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")


def test_requests_are_counted_by_route_and_status(service: Service) -> None:
    with serving(service) as client:
        client.get("/metrics")
        client.post("/metrics")
        client.get("/a/path/with/somebodys/name")
    name, samples = "detector_http_request_duration_seconds_count", samples_of(service.metrics)
    counted = {
        (labels["method"], labels["route"], labels["status"]): count
        for (sample, pairs), count in samples.items()
        if sample == name
        for labels in [dict(pairs)]
    }
    assert counted == {
        ("GET", "/metrics", "200"): 1,
        ("POST", "/metrics", "405"): 1,
        ("GET", "unmatched", "404"): 1,
    }


def test_a_worker_serves_metrics_alone(service: Service) -> None:
    with serving_metrics(service, "127.0.0.1", 0) as (host, port):
        address = f"http://{host}:{port}"
        assert httpx.get(f"{address}/metrics").status_code == 200
        assert httpx.get(f"{address}/metrics", headers=FORWARDED).status_code == 200
        assert httpx.get(f"{address}/openapi.json").status_code == 404


def test_a_worker_that_others_reach_asks_for_a_key(service: Service) -> None:
    key = {"Authorization": f"Bearer {key_of(service, 'read_only')}"}
    with serving_metrics(service, "0.0.0.0", 0) as (_, port):
        address = f"http://127.0.0.1:{port}/metrics"
        assert httpx.get(address).status_code == 200
        assert httpx.get(address, headers=FORWARDED).status_code == 401
        assert httpx.get(address, headers=FORWARDED | key).status_code == 200


def test_a_port_in_use_is_told(service: Service) -> None:
    with (
        serving_metrics(service, "127.0.0.1", 0) as (host, port),
        pytest.raises(UsageError, match=f"{host}:{port}"),
        serving_metrics(service, host, port),
    ):
        pass
