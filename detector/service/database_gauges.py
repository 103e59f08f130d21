"""Gauges read from the database when Prometheus asks: queue, marks, index, policy."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import InstrumentedAttribute, Session

from detector.service.bounded_call import BoundedCall
from detector.service.queue import oldest_age
from detector.service.storage.database import Database, now_of
from detector.service.storage.events import DeliveryRow
from detector.service.storage.inspections import InspectionRow
from detector.service.storage.marks import GenerationRow, MarkRow
from detector.service.storage.policies import PolicyRow

SCRAPE_SECONDS = 2.0
"""How long a scrape waits for the database; Prometheus itself gives up after 10 s."""

_LOG = logging.getLogger(__name__)


class DatabaseGauges(Collector):
    """Gauges of the database. Where it does not answer in time, `detector_database_up` 0 alone."""

    def __init__(self, database: Database, seconds: float = SCRAPE_SECONDS) -> None:
        self._database = database
        self._read = BoundedCall(self._gauges, seconds)

    def describe(self) -> list[Metric]:
        """Registering reads nothing."""
        return []

    def collect(self) -> Iterator[Metric]:
        """The gauges as they are now."""
        gauges: list[Metric] = []
        try:
            gauges = self._read()
        except (TimeoutError, SQLAlchemyError) as error:
            _LOG.warning("the database was not read for a scrape", extra={"error": repr(error)})
        up = "Whether the database answered this scrape in time"
        yield GaugeMetricFamily("detector_database_up", up, bool(gauges))
        yield from gauges

    def _gauges(self) -> list[Metric]:
        with self._database.reading() as session:
            return [
                _queue_length(session),
                _queue_age(session),
                _by_state(session, MarkRow.state, "marks", "Marks", MarkRow.deleted_at.is_(None)),
                _by_state(
                    session,
                    DeliveryRow.state,
                    "webhook_deliveries",
                    "Webhook deliveries that wait or were given up",
                    DeliveryRow.state.in_(("waiting", "dead")),
                ),
                *_index(session),
                *_policy(session),
            ]


def _queue_length(session: Session) -> Metric:
    # Named one by one, so that an index answers: those that are done grow without end.
    unfinished = InspectionRow.state.in_(("queued", "running", "failed"))
    meaning = "Inspections that wait, are under way, or were given up"
    return _by_state(session, InspectionRow.state, "queue_inspections", meaning, unfinished)


def _queue_age(session: Session) -> Metric:
    age = oldest_age(session, now_of(session)) or timedelta()
    meaning = "How long the inspection that waits longest could have been taken, 0 without any"
    return GaugeMetricFamily("detector_queue_oldest_age_seconds", meaning, age.total_seconds())


def _by_state(
    session: Session,
    state: InstrumentedAttribute[Any],
    name: str,
    meaning: str,
    condition: ColumnElement[bool],
) -> Metric:
    """How many rows of each state fulfil a condition."""
    family = GaugeMetricFamily(f"detector_{name}", meaning, labels=("state",))
    rows = session.execute(select(state, func.count()).where(condition).group_by(state))
    for value, count in rows:
        family.add_metric((value,), count)
    return family


def _index(session: Session) -> Iterator[Metric]:
    newest = select(GenerationRow).order_by(GenerationRow.number.desc()).limit(1)
    row = session.scalars(newest).one_or_none()
    if row is not None:
        meaning = "The generation of the reference index that is in use"
        yield InfoMetricFamily("detector_index", meaning, {"generation": row.generation})
        yield GaugeMetricFamily("detector_index_marks", "Marks in the reference index", row.marks)


def _policy(session: Session) -> Iterator[Metric]:
    used = select(PolicyRow.version).where(PolicyRow.used_since.is_not(None))
    latest = used.order_by(PolicyRow.used_since.desc(), PolicyRow.version.desc()).limit(1)
    version = session.scalar(latest)
    if version is not None:
        meaning = "The version of the policy that is in use"
        yield InfoMetricFamily("detector_policy", meaning, {"version": str(version)})
