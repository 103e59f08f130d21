"""The names of all series that a process can tell, for tests of what others say of them."""

from __future__ import annotations

from prometheus_client import Metric

from detector.service.service import Service
from detector.service.storage.database import now_of
from detector.service.storage.marks import GenerationRow
from detector.service.storage.policies import PolicyRow
from tests.service.history import lay

_SUFFIXES = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"], "info": ["_info"]}


def series_of(service: Service) -> set[str]:
    """Every name, once the database has something of everything."""
    lay(service.database, 9, 10)
    lay(service.database, 1, 50)
    with service.database.writing() as session:
        now = now_of(session)
        session.add(GenerationRow(generation="g", marks=1, created_at=now))
        session.add(PolicyRow(version=1, text="", created_at=now, used_since=now))
    return {name for family in service.metrics.registry.collect() for name in _names(family)}


def _names(family: Metric) -> list[str]:
    return [family.name + suffix for suffix in _SUFFIXES.get(family.type, [""])]
