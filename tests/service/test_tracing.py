"""Traces: from the request over the queue to the worker, and to a real collector."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import Any

import pytest
from fastapi import APIRouter
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import select

from detector.errors import MissingExtra, UsageError
from detector.service.api import app as app_module
from detector.service.api.callers import ServiceNeeded
from detector.service.service import Service
from detector.service.settings import ServiceSettings
from detector.service.storage.database import now_of
from detector.service.storage.inspections import InspectionRow
from detector.service.tracing import Tracing
from tests.service.inspecting import inspecting
from tests.service.rows import add_inspection
from tests.service.serving import serving

CALLER = "00-11112222333344445555666677778888-9999aaaabbbbcccc-01"

uploads = APIRouter()


@uploads.post("/v1/upload/{kind}")
def upload(kind: str, service: ServiceNeeded) -> None:
    """What the route of uploads does, as far as traces are concerned."""
    if kind == "broken":
        raise ValueError("what somebody uploaded")
    with service.tracing.span("enqueue") as span, service.database.writing() as session:
        add_inspection(session, now_of(session), trace=span.context)


def work(service: Service) -> None:
    """What a worker does, as far as traces are concerned."""
    with service.database.reading() as session:
        row = session.scalars(select(InspectionRow)).one()
    with service.tracing.span("lease", parent=row.trace):
        for stage in ("examine", "conclude"):
            with service.tracing.span(stage):
                pass


@pytest.fixture
def exporter(service: Service, monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    monkeypatch.setattr(app_module, "ROUTERS", (*app_module.ROUTERS, uploads))
    exporter = InMemorySpanExporter()
    service.tracing = Tracing(SimpleSpanProcessor(exporter))
    return exporter


def named(exporter: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {span.name: span for span in exporter.get_finished_spans()}


def test_an_inspection_is_one_trace_over_the_queue(service: Service, exporter) -> None:
    with serving(service) as client:
        assert client.post("/v1/upload/good").status_code == 200
    thread = threading.Thread(target=work, args=(service,))
    thread.start()
    thread.join(30)
    spans = named(exporter)
    chain = ["POST /v1/upload/{kind}", "enqueue", "lease"]
    for outer, inner in (*pairwise(chain), ("lease", "examine"), ("lease", "conclude")):
        assert spans[inner].parent.span_id == spans[outer].context.span_id
    assert len({span.context.trace_id for span in spans.values()}) == 1
    assert spans["enqueue"].kind.name == "PRODUCER"
    assert spans["lease"].kind.name == "CONSUMER"


def test_an_upload_is_traced_from_its_request_to_its_result(
    service: Service, exporter, photo_of
) -> None:
    with serving(service) as client, inspecting(service):
        answer = client.post(
            "/v1/inspections?wait=60", files={"picture": ("photo.jpg", photo_of("vornak"))}
        )
        assert answer.json()["state"] == "done"
    spans = named(exporter)
    assert spans["enqueue"].parent.span_id == spans["POST /v1/inspections"].context.span_id
    assert spans["lease"].parent.span_id == spans["enqueue"].context.span_id
    for stage in ("examine", "conclude"):
        assert spans[stage].parent.span_id == spans["lease"].context.span_id
    assert spans["lease"].attributes["detector.inspection.id"] == answer.json()["id"]


def test_a_request_goes_on_with_the_trace_of_its_caller(service: Service, exporter) -> None:
    with serving(service) as client:
        client.post("/v1/upload/good", headers={"traceparent": CALLER})
        client.post("/v1/upload/good", headers={"traceparent": "nonsense"})
    first, second = (s for s in exporter.get_finished_spans() if s.kind.name == "SERVER")
    assert f"{first.context.trace_id:032x}" in CALLER
    assert f"{first.parent.span_id:016x}" in CALLER
    assert second.parent is None
    assert dict(first.attributes) == {
        "http.request.method": "POST",
        "http.route": "/v1/upload/{kind}",
        "http.response.status_code": 200,
    }


def test_an_error_is_told_by_its_kind_alone(service: Service, exporter) -> None:
    with serving(service) as client:
        assert client.post("/v1/upload/broken").status_code == 500
    (span,) = exporter.get_finished_spans()
    assert span.status.status_code.name == "ERROR"
    assert span.name == "POST /v1/upload/{kind}"
    assert span.attributes["error.type"] == "ValueError"
    assert "somebody" not in span.to_json()


def test_probes_make_no_spans(service: Service, exporter) -> None:
    with serving(service) as client:
        client.get("/metrics")
    assert exporter.get_finished_spans() == ()


def test_without_a_collector_nothing_is_traced(service: Service) -> None:
    with service.tracing.span("request") as span:
        span.note({"a": 1})
        span.rename("b")
        span.fail("c")
        assert span.context == ""


@pytest.mark.parametrize("address", ["localhost:4318", "grpc://localhost:4317"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="4318"):
        Tracing.to(address)


def test_the_extra_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace.export", None)
    with pytest.raises(MissingExtra, match=r"detector\[tracing\]"):
        Tracing.to("http://localhost:4318")


@contextmanager
def collector() -> Iterator[tuple[str, list[ExportTraceServiceRequest]]]:
    """A collector on a loopback port that keeps what it gets by OTLP over HTTP."""
    received: list[ExportTraceServiceRequest] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.path == "/v1/traces":
                received.append(ExportTraceServiceRequest.FromString(body))
            self.send_response(200 if self.path == "/v1/traces" else 404)
            self.send_header("content-type", "application/x-protobuf")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", received
        server.shutdown()
        thread.join(30)


@pytest.mark.parametrize("path", ["", "/", "/v1/traces"])
def test_spans_reach_a_real_collector(path: str) -> None:
    with collector() as (address, received):
        tracing = Tracing.to(address + path)
        with tracing.span("lease", attributes={"detector.inspection.id": "i1"}):
            pass
        tracing.close()
    (resource,) = received[0].resource_spans
    names = {one.key: one.value.string_value for one in resource.resource.attributes}
    assert names["service.name"] == "detector"
    (span,) = resource.scope_spans[0].spans
    assert span.name == "lease"
    assert span.attributes[0].value.string_value == "i1"


def test_the_last_spans_are_sent_when_a_service_closes(tmp_path) -> None:
    with collector() as (address, received):
        settings = ServiceSettings(f"sqlite:///{tmp_path / 'x.db'}", str(tmp_path), tracing=address)
        with Service(settings) as service, service.tracing.span("enqueue"):
            pass
        assert received
