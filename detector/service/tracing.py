"""Traces of inspections (OpenTelemetry), from the request over the queue to the result.

One inspection is one trace: a `request` to the HTTP interface and within it `enqueue`; its context
is kept with the inspection (`InspectionRow.trace`), so that `lease` in a worker goes on from it,
with `examine` and `conclude` within. An inspection that is tried again has a `lease` each time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal, Self

from detector.errors import MissingExtra, UsageError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor
    from opentelemetry.trace import Span as OpenTelemetrySpan

SpanName = Literal["request", "enqueue", "lease", "examine", "conclude"]

_KINDS = {"request": "SERVER", "enqueue": "PRODUCER", "lease": "CONSUMER"}
_EXPORT_SECONDS = 5.0
_PATH = "/v1/traces"


class Span:
    """A span under way, or nothing where traces are off."""

    def __init__(self, span: OpenTelemetrySpan | None = None) -> None:
        self._span = span

    @property
    def context(self) -> str:
        """The trace context as the header `traceparent` of W3C, "" where traces are off."""
        if self._span is None:
            return ""
        from opentelemetry.trace import set_span_in_context
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        carrier: dict[str, str] = {}
        TraceContextTextMapPropagator().inject(carrier, set_span_in_context(self._span))
        return carrier.get("traceparent", "")

    def note(self, attributes: Mapping[str, str | int | float]) -> None:
        """Add attributes. Never pictures, keys or texts of a listing."""
        if self._span is not None:
            self._span.set_attributes(dict(attributes))

    def rename(self, name: str) -> None:
        """Give the span a name that was not known when it began."""
        if self._span is not None:
            self._span.update_name(name)

    def fail(self, reason: str) -> None:
        """Mark the span as failed. `reason` is a kind of error, not its message."""
        if self._span is not None:
            from opentelemetry.trace import StatusCode

            self._span.set_status(StatusCode.ERROR)
            self._span.set_attribute("error.type", reason)


class Tracing:
    """Sends spans to a collector. Without a processor of spans, nothing is done.

    Nothing is shared between two objects. Lifetime: until `close`; threads may share it.
    """

    def __init__(self, processor: SpanProcessor | None = None) -> None:
        self._provider: Any = None
        if processor is None:
            return
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider

        names = {"service.name": "detector", "service.version": version("detector")}
        self._provider = TracerProvider(resource=Resource.create(names), shutdown_on_exit=False)
        self._provider.add_span_processor(processor)

    @classmethod
    def to(cls, address: str) -> Self:
        """Send to an OTLP/HTTP collector such as `http://localhost:4318`; "" turns traces off.

        `OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_TRACES_SAMPLER` and the like are heeded. Raises
        `MissingExtra` without the extra "tracing", and `UsageError` for what is no address.
        """
        if not address:
            return cls()
        if not address.startswith(("http://", "https://")):
            remedy = "Give an address such as http://localhost:4318."
            raise UsageError("traces are sent over HTTP alone", place=address, remedy=remedy)
        try:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
        except ImportError as error:
            raise MissingExtra("opentelemetry-sdk", "tracing") from error
        endpoint = address if address.endswith(_PATH) else address.rstrip("/") + _PATH
        return cls(BatchSpanProcessor(OTLPSpanExporter(endpoint, timeout=_EXPORT_SECONDS)))

    def close(self) -> None:
        """Send what is left."""
        if self._provider is not None:
            self._provider.shutdown()

    @contextmanager
    def span(
        self,
        name: SpanName,
        *,
        parent: str = "",
        attributes: Mapping[str, str | int | float] | None = None,
    ) -> Iterator[Span]:
        """A span until the end of the context, within that of this thread or of `parent`.

        `parent` is the context of a span of another process; what is none begins a trace. An
        exception fails the span by its type: a message may repeat what somebody uploaded.
        """
        if self._provider is None:
            yield Span()
            return
        from opentelemetry.trace import SpanKind
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        around = TraceContextTextMapPropagator().extract({"traceparent": parent})
        with self._provider.get_tracer("detector").start_as_current_span(
            name,
            context=around if parent else None,
            kind=SpanKind[_KINDS.get(name, "INTERNAL")],
            attributes=attributes,
            record_exception=False,
            set_status_on_exception=False,
        ) as opened:
            span = Span(opened)
            try:
                yield span
            except BaseException as error:
                span.fail(type(error).__name__)
                raise
