"""What a process counts, and what is read from the database at a scrape."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from detector.pipeline.detector import Detector
from detector.records import Submission
from detector.service.bounded_call import BoundedCall
from detector.service.database_gauges import DatabaseGauges
from detector.service.metrics import Metrics
from detector.service.storage.database import Database, now_of
from detector.service.storage.events import DeliveryRow, EventRow, WebhookRow
from detector.service.storage.marks import GenerationRow, MarkRow
from detector.service.storage.policies import PolicyRow
from tests.service.rows import add_inspection
from tests.service.samples import samples_of, value

NAMES = (
    "detector_build_info",
    "detector_inspections_accepted_total",
    "detector_queue_oldest_age_seconds",
    "process_resident_memory_bytes",
    "detector_child_resident_memory_bytes",
)


@pytest.fixture
def metrics(database: Database) -> Metrics:
    return Metrics(database)


def test_a_fresh_process_has_its_metrics(metrics: Metrics) -> None:
    names = {name for name, _ in samples_of(metrics)}
    assert names >= set(NAMES)
    assert value(samples_of(metrics), "detector_inspections_accepted_total") == 0


def test_two_services_of_one_process_count_apart(database: Database) -> None:
    first, second = Metrics(database), Metrics(database)
    first.observe_retry()
    assert value(samples_of(first), "detector_inspection_retries_total") == 1
    assert value(samples_of(second), "detector_inspection_retries_total") == 0


def test_inspections_are_counted_by_decision_status_and_verdict(
    metrics: Metrics, small_index, photo_of
) -> None:
    detector = Detector.open(small_index)
    listing = detector.inspect(Submission(photo_of("vornak")))
    metrics.observe_inspection([listing, detector.inspect(Submission(b"no picture"))], "block")
    samples = samples_of(metrics)
    assert value(samples, "detector_inspections_total", decision="block") == 1
    assert value(samples, "detector_pictures_total", status="ok") == 1
    assert value(samples, "detector_pictures_total", status="error") == 1
    verdict = listing.findings[0].verdict
    assert value(samples, "detector_findings_total", verdict=verdict) == 1
    made = listing.provenance
    labels = {"index": made.index, "model": made.model, "scorer": made.scorer}
    assert value(samples, "detector_worker_info", **labels) == 1


def test_stages_uploads_and_what_was_given_up_are_counted(metrics: Metrics) -> None:
    metrics.observe_stage("wait", 0.3)
    metrics.observe_upload()
    for size in (20_000, 1000):
        metrics.observe_picture(size)
    metrics.observe_parked()
    samples = samples_of(metrics)
    assert value(samples, "detector_stage_duration_seconds_sum", stage="wait") == 0.3
    assert value(samples, "detector_picture_size_bytes_sum") == 21_000
    assert value(samples, "detector_picture_size_bytes_bucket", le="16384.0") == 1
    assert value(samples, "detector_inspections_accepted_total") == 1
    assert value(samples, "detector_inspections_parked_total") == 1


def test_any_method_of_a_request_is_one_of_few_labels(metrics: Metrics) -> None:
    for method in ("GET", "BREW", "WHATEVER"):
        metrics.observe_request(method, "/healthz", 200, 0.001)
    name, samples = "detector_http_request_duration_seconds_count", samples_of(metrics)
    assert value(samples, name, method="GET", route="/healthz", status="200") == 1
    assert value(samples, name, method="other", route="/healthz", status="200") == 2


def test_the_queue_is_read_at_the_scrape(database: Database, metrics: Metrics) -> None:
    with database.writing() as session:
        now = now_of(session)
        add_inspection(session, now - timedelta(hours=1), state="done")
        add_inspection(session, now - timedelta(minutes=5))
        add_inspection(session, now)
        add_inspection(session, now, state="running")
        add_inspection(session, now, state="failed")
    samples = samples_of(metrics)
    lengths = {
        state: value(samples, "detector_queue_inspections", state=state)
        for state in ("queued", "running", "failed", "done")
    }
    assert lengths == {"queued": 2, "running": 1, "failed": 1, "done": None}
    assert 300 <= value(samples, "detector_queue_oldest_age_seconds") < 400


def test_index_policy_marks_and_deliveries_are_read_at_the_scrape(
    database: Database, metrics: Metrics
) -> None:
    with database.writing() as session:
        now = now_of(session)
        for number in (1, 2):
            session.add(GenerationRow(generation=f"g{number}", marks=number, created_at=now))
            used = now - timedelta(days=number)
            session.add(PolicyRow(version=number, text="", created_at=now, used_since=used))
            session.flush()
        for name, gone in (("a", None), ("b", now)):
            mark = MarkRow(id=name, record={}, state="quarantined", deleted_at=gone)
            mark.created_at = mark.updated_at = mark.state_since = now
            session.add(mark)
        session.add(WebhookRow(id="w", url="", secret="", created_at=now))
        session.add(EventRow(number=1, id="e", kind="k", data={}, created_at=now))
        session.flush()
        session.add(DeliveryRow(webhook="w", event=1, state="dead", due_at=now))
    samples = samples_of(metrics)
    assert value(samples, "detector_index_info", generation="g2") == 1
    assert value(samples, "detector_index_marks") == 2
    assert value(samples, "detector_policy_info", version="1") == 1
    assert value(samples, "detector_marks", state="quarantined") == 1
    assert value(samples, "detector_webhook_deliveries", state="dead") == 1
    assert value(samples, "detector_database_up") == 1


def test_a_scrape_does_not_wait_for_a_database_that_hangs(database: Database) -> None:
    if database.is_sqlite:  # whose readers wait for nobody
        with database.writing() as session:
            session.execute(text("DROP TABLE deliveries"))
            session.commit()
            assert [family.name for family in DatabaseGauges(database).collect()] == [
                "detector_database_up"
            ]
        return
    gauges = DatabaseGauges(database, seconds=0.05)
    with database.writing() as session:
        session.execute(text("LOCK TABLE inspections IN ACCESS EXCLUSIVE MODE"))
        families = list(gauges.collect())
        assert [sample.value for family in families for sample in family.samples] == [0]
    # The query that hung has its answer now, and the next scrape gets it.
    assert any(len(list(gauges.collect())) > 1 for _ in range(600))


def test_a_call_that_is_late_is_not_made_twice_at_once() -> None:
    go_on, calls = threading.Event(), []

    def work() -> int:
        calls.append(1)
        assert go_on.wait(30)
        return len(calls)

    bounded = BoundedCall(work, 0.01)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            bounded()
    go_on.set()
    assert bounded() == 1


def test_an_error_of_a_bounded_call_is_raised_and_the_next_call_is_made() -> None:
    answers = iter((DBAPIError("first", None, ValueError()), None))

    def work() -> str:
        error = next(answers)
        if error:
            raise error
        return "second"

    bounded = BoundedCall(work, 30)
    with pytest.raises(DBAPIError):
        bounded()
    assert bounded() == "second"


def test_the_memory_of_child_processes_is_told(metrics: Metrics) -> None:
    before = value(samples_of(metrics), "detector_child_processes")
    code = "import sys; sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE) as child:
        samples = samples_of(metrics)
        child.stdin.close()
    assert value(samples, "detector_child_processes") == before + 1
    assert value(samples, "detector_child_resident_memory_bytes") > 1_000_000


def test_names_keep_the_conventions_of_prometheus(metrics: Metrics) -> None:
    """OpenMetrics' own parser refuses wrong suffixes, types and units."""
    content, media_type = metrics.exposition("application/openmetrics-text; version=1.0.0")
    assert media_type.startswith("application/openmetrics-text")
    families = {family.name: family for family in text_string_to_metric_families(content.decode())}
    ours = [name for name in families if name.startswith("detector_")]
    assert len(ours) > 10
    for name in ours:
        assert families[name].documentation
        assert not name.endswith(("_ms", "_total", "_count", "_kb"))
