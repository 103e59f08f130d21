"""The dashboard, the alerts and the configuration of Prometheus fit what the service tells."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from detector.service.service import Service
from tests.deploy.promql import series_in
from tests.service.metric_names import series_of
from tools import write_dashboard

DEPLOY = Path(__file__).parents[2] / "deploy"
ALERTS = [
    rule
    for group in yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
DASHBOARD = json.loads((DEPLOY / "grafana.json").read_text())
QUERIES = [
    *(target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]),
    *(rule["expr"] for rule in ALERTS),
]
OF_PROMETHEUS = {"up": {"job", "instance"}}
OF_SCRAPES = {"job", "instance"}


def test_every_query_reads_series_that_there_are(service: Service) -> None:
    labels = series_of(service) | OF_PROMETHEUS
    for query in QUERIES:
        found = list(series_in(query))
        assert found
        for name, asked in found:
            assert name in labels, query
            assert asked <= labels[name] | OF_SCRAPES, query


def test_the_dashboard_shows_every_metric_of_the_page(service: Service) -> None:
    """What is worth telling is worth a look; build and child counts stand for themselves."""
    shown = {name for query in QUERIES for name, _ in series_in(query)}
    families = {name for name in series_of(service) if name.startswith("detector_")}
    unseen = {
        name
        for name in families - shown
        if not name.endswith(("_bucket", "_sum", "_count"))
        and name not in ("detector_build_info", "detector_child_processes", "detector_index_marks")
    }
    assert unseen == set()


def test_the_dashboard_is_written_by_its_tool() -> None:
    assert write_dashboard.dashboard() == DASHBOARD


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_an_alert_says_how_urgent_it_is_and_what_happened(rule: dict[str, object]) -> None:
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert rule["annotations"]["summary"]


def test_alerts_have_different_names() -> None:
    names = [rule["alert"] for rule in ALERTS]
    assert len(names) == len(set(names)) > 5


def test_prometheus_asks_what_compose_runs() -> None:
    prometheus = yaml.safe_load((DEPLOY / "prometheus.yml").read_text())
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    assert [(DEPLOY / name).is_file() for name in prometheus["rule_files"]] == [True]
    service, worker = prometheus["scrape_configs"]
    assert service["static_configs"][0]["targets"] == ["service:8000"]
    (discovered,) = worker["dns_sd_configs"]
    assert set(discovered["names"]) | {"service"} <= compose.keys()
    command = compose["worker"]["command"]
    assert command[command.index("--metrics-port") + 1] == str(discovered["port"])
