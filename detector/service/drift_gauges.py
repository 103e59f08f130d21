"""The latest week beside the first weeks, for Prometheus."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from detector.service.bounded_call import BoundedCall
from detector.service.database_gauges import SCRAPE_SECONDS
from detector.service.drift import Drift, drift
from detector.service.storage.database import Database, now_of

KEPT_SECONDS = 3600.0
"""A week changes slowly, and counting it reads five weeks of rows."""

MARKS = 50
"""The most flagged marks that are told, so that a bad index does not make thousands of series."""

_LOG = logging.getLogger(__name__)


class DriftGauges(Collector):
    """Gauges of the drift, counted at most once an hour; none while the service is too young."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database, self._clock = database, clock
        self._gauges: list[Metric] = []
        self._until = -1.0
        self._count = BoundedCall(self._recount, SCRAPE_SECONDS)

    def describe(self) -> list[Metric]:
        """Registering reads nothing."""
        return []

    def collect(self) -> Iterator[Metric]:
        """The gauges of the last count, which is made anew where it is old."""
        if self._clock() >= self._until:
            try:
                self._count()
            except (TimeoutError, SQLAlchemyError) as error:
                _LOG.warning("drift was not counted", extra={"error": repr(error)})
        yield from self._gauges

    def _recount(self) -> None:
        with self._database.reading() as session:
            counted = drift(session, now_of(session), weeks=1)
        self._gauges, self._until = list(_families(counted)), self._clock() + KEPT_SECONDS


def _families(counted: Drift) -> Iterator[Metric]:
    if not counted.weeks or counted.first is None:
        return
    first, week = counted.first, counted.weeks[-1]
    for name, meaning, number in (
        ("score_psi", "Population stability index of the week's scores", week.score_psi),
        ("score_psi_by_chance", "What of it chance explains", week.score_psi_by_chance),
        ("flagged_marks", "Marks found far more or less often", len(week.flagged)),
    ):
        yield GaugeMetricFamily(f"detector_drift_{name}", meaning, number)
    for name, meaning, period in (
        ("mark_share", "Share of the week's inspections with a flagged mark", week.period),
        ("mark_first_share", "The same share in the first weeks", first),
    ):
        family = GaugeMetricFamily(f"detector_drift_{name}", meaning, labels=("mark",))
        for mark in week.flagged[:MARKS]:
            family.add_metric((mark,), period.share(mark))
        yield family
