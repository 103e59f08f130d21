"""The names and labels of all series of a process, for tests of what others say of them."""

from __future__ import annotations

from types import SimpleNamespace

from prometheus_client import Metric

from detector.records import Provenance
from detector.service.service import Service
from detector.service.storage.database import now_of
from detector.service.storage.events import DeliveryRow, EventRow, WebhookRow
from detector.service.storage.marks import GenerationRow, MarkRow
from detector.service.storage.policies import PolicyRow
from tests.service.history import lay
from tests.service.rows import add_inspection

_SUFFIXES = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"], "info": ["_info"]}


def series_of(service: Service) -> dict[str, set[str]]:
    """The labels of every series, once there is something of everything."""
    _fill(service)
    series = {}
    for family in service.metrics.registry.collect():
        for name in _names(family):
            series[name] = {
                label for sample in family.samples if sample.name == name for label in sample.labels
            }
    return series


def _names(family: Metric) -> list[str]:
    return [family.name + suffix for suffix in _SUFFIXES.get(family.type, [""])]


def _fill(service: Service) -> None:
    metrics = service.metrics
    metrics.observe_request("GET", "/metrics", 200, 0.1)
    metrics.observe_stage("wait", 1)
    listing = SimpleNamespace(
        status="ok", findings=[SimpleNamespace(verdict="same word")], provenance=Provenance()
    )
    metrics.observe_inspection([listing], "block")
    lay(service.database, 9, 10)
    lay(service.database, 1, 50)
    with service.database.writing() as session:
        now = now_of(session)
        add_inspection(session, now)
        session.add(MarkRow(id="m", record={}, created_at=now, updated_at=now, state_since=now))
        session.add(GenerationRow(generation="g", marks=1, created_at=now))
        session.add(PolicyRow(version=1, text="", created_at=now, used_since=now))
        session.add(WebhookRow(id="w", url="", secret="", created_at=now))
        session.add(EventRow(number=1, id="e", kind="k", data={}, created_at=now))
        session.flush()
        session.add(DeliveryRow(webhook="w", event=1, due_at=now))
