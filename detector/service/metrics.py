"""`Metrics`: what a process of the service counts and times, for Prometheus."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import version
from typing import Literal

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
)
from prometheus_client.exposition import choose_encoder

from detector.records import Decision, Listing
from detector.service.child_memory import ChildMemory
from detector.service.database_gauges import DatabaseGauges
from detector.service.drift_gauges import DriftGauges
from detector.service.storage.database import Database

Stage = Literal["wait", "fetch", "examine", "conclude"]
"""Of an inspection: in the queue, getting its pictures, the detector's work, writing results."""

_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_REQUEST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_STAGE_SECONDS = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 300, 1800)
_PICTURE_BYTES = tuple(float(1 << power) for power in range(14, 27))  # 16 KiB to 64 MiB


class Metrics:
    """Counters of this process, and gauges that are read from the database at each scrape.

    Each object has a registry of its own, so that nothing is shared between services of one
    process. Lifetime: that of its `Service`; threads may share it.
    """

    def __init__(self, database: Database) -> None:
        self.registry = CollectorRegistry()
        self._add_counters()
        self._add_histograms()
        build = Info("detector_build", "The running program", registry=self.registry)
        build.info({"version": version("detector")})
        self._worker = Info(
            "detector_worker",
            "What this process made its latest inspection with",
            registry=self.registry,
        )
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        for collector in (ChildMemory(), DatabaseGauges(database), DriftGauges(database)):
            self.registry.register(collector)

    def observe_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an HTTP request that was answered, by the template of its route, not its path."""
        known = method if method in _METHODS else "other"
        self._requests.labels(known, route, str(status)).observe(seconds)

    def observe_upload(self) -> None:
        """Count an inspection that was taken into the queue."""
        self._accepted.inc()

    def observe_picture(self, size: int) -> None:
        """Count a picture that was stored, of so many bytes."""
        self._picture_bytes.observe(size)

    def observe_stage(self, stage: Stage, seconds: float) -> None:
        """Time a stage of one inspection."""
        self._stages.labels(stage).observe(seconds)

    def observe_inspection(self, listings: Iterable[Listing], decision: Decision) -> None:
        """Count an inspection that this process concluded, with the results of its pictures."""
        self._inspections.labels(decision).inc()
        for listing in listings:
            self._pictures.labels(listing.status).inc()
            for finding in listing.findings:
                self._findings.labels(finding.verdict).inc()
            made = listing.provenance
            self._worker.info({"index": made.index, "model": made.model, "scorer": made.scorer})

    def observe_retry(self) -> None:
        """Count a failed attempt at an inspection that will be tried again."""
        self._retries.inc()

    def observe_parked(self) -> None:
        """Count an inspection that is tried no more."""
        self._parked.inc()

    def exposition(self, accept: str = "") -> tuple[bytes, str]:
        """All metrics, and the media type: OpenMetrics where the header `Accept` asks for it."""
        encode, media_type = choose_encoder(accept)
        return encode(self.registry), media_type

    def _add_counters(self) -> None:
        self._accepted = self._counter("inspections_accepted", "Inspections taken into the queue")
        self._inspections = self._counter("inspections", "Concluded inspections", "decision")
        self._pictures = self._counter("pictures", "Pictures that were examined", "status")
        self._findings = self._counter("findings", "Findings in pictures", "verdict")
        self._retries = self._counter("inspection_retries", "Failed attempts, tried again")
        self._parked = self._counter("inspections_parked", "Inspections that are tried no more")

    def _add_histograms(self) -> None:
        self._requests = Histogram(
            "detector_http_request_duration_seconds",
            "HTTP requests, from their first byte to the last one of the answer",
            ("method", "route", "status"),
            buckets=_REQUEST_SECONDS,
            registry=self.registry,
        )
        self._stages = Histogram(
            "detector_stage_duration_seconds",
            "Stages of inspections",
            ("stage",),
            buckets=_STAGE_SECONDS,
            registry=self.registry,
        )
        self._picture_bytes = Histogram(
            "detector_picture_size_bytes",
            "Sizes of stored pictures",
            buckets=_PICTURE_BYTES,
            registry=self.registry,
        )

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(f"detector_{name}", meaning, labels, registry=self.registry)
