"""What stands in every log record of the service, and what never does.

The command line writes the records (`detector/cli/logging_setup.py`), as lines or as JSON. Here
they get the ids of the request and of the inspection that they are about, and lose what is nobody's
business: pictures, keys, and the full texts of listings. uvicorn's records take the same way.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from detector.pictures.worker_log import extra_fields
from detector.service.request_id import REQUEST_ID

MESSAGE, FIELD, TRACEBACK = 1000, 200, 20_000
"""The most characters that are written of a message, of a field, and of a traceback."""

_INSPECTION_ID: ContextVar[str] = ContextVar("INSPECTION_ID", default="")
_OTHERS = ("uvicorn", "opentelemetry")
_SECRETS = (
    (re.compile(r"\bdet_[\w-]{8,}"), "det_***"),
    (re.compile(r"\bwhsec_[\w+/=-]{8,}"), "whsec_***"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[^\s'\",]+"), r"\1 ***"),
    (re.compile(r"(://[^\s/:@]*):[^\s/@]+@"), r"\1:***@"),
)


@contextmanager
def about_inspection(inspection: str) -> Iterator[None]:
    """Let the records of this thread name the inspection that they are about."""
    token = _INSPECTION_ID.set(inspection)
    try:
        yield
    finally:
        _INSPECTION_ID.reset(token)


@contextmanager
def service_logging() -> Iterator[None]:
    """While it lasts, the handlers of `detector` write records of the service as said above.

    uvicorn, which must be configured with `log_config=None`, and OpenTelemetry write to them too.
    """
    ours, clean, forward = logging.getLogger("detector"), ServiceRecords(), _ToDetector()
    handlers, others = list(ours.handlers), [logging.getLogger(name) for name in _OTHERS]
    before = [(other.level, other.propagate) for other in others]
    for handler in handlers:
        handler.addFilter(clean)
    for other in others:
        other.addHandler(forward)
        other.setLevel(ours.getEffectiveLevel())
        other.propagate = False
    try:
        yield
    finally:
        for handler in handlers:
            handler.removeFilter(clean)
        for other, (level, propagate) in zip(others, before, strict=True):
            other.removeHandler(forward)
            other.setLevel(level)
            other.propagate = propagate


class ServiceRecords(logging.Filter):
    """Adds `request_id` and `inspection` to records, and takes out what must not be written.

    It keeps every record.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Change a record in place."""
        for name, value in extra_fields(record).items():
            setattr(record, name, _safe(value))
        if record.args:
            record.args = _safe_args(record.args)
        record.msg, record.args = _short(_without_secrets(record.getMessage()), MESSAGE), ()
        if record.exc_info:
            told = logging.Formatter().formatException(record.exc_info)
            record.exception = _without_secrets(told)[-TRACEBACK:]
            record.exc_info = record.exc_text = None
        for name, variable in (("request_id", REQUEST_ID), ("inspection", _INSPECTION_ID)):
            if value := variable.get():
                setattr(record, name, value)
        return True


class _ToDetector(logging.Handler):
    """Passes the records of another package on to the logger `detector`, whose handlers write."""

    def emit(self, record: logging.LogRecord) -> None:
        """Pass one record on, if its level is asked for."""
        fields = dict(vars(record), name=f"detector.service.{record.name}")
        if record.name == "uvicorn.access":
            fields |= _request_fields(record.args)
        fields.pop("color_message", None)  # uvicorn's message once more, for terminals
        logging.getLogger("detector").handle(logging.makeLogRecord(fields))


def _request_fields(args: Any) -> Mapping[str, Any]:
    """The parts of a line of uvicorn's access log; what was searched for is left out."""
    client, method, path, _, status = args
    fields = {"client": client.rpartition(":")[0], "method": method, "status": status}
    return {**fields, "path": path.partition("?")[0], "msg": "request", "args": ()}


def _safe_args(args: Any) -> Any:
    """The arguments of a message: numbers stay, for `%d`."""
    if isinstance(args, Mapping):
        return {name: _safe(value) for name, value in args.items()}
    return tuple(_safe(value) for value in args)


def _safe(value: Any) -> Any:
    """A value that may be written: numbers as they are, and of the rest text that is short."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        return f"<{len(value)} bytes>"
    if isinstance(value, Mapping):
        return {str(name): _safe(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return _short(str([_safe(item) for item in value]), FIELD)
    return _short(_without_secrets(str(value)), FIELD)


def _without_secrets(text: str) -> str:
    for pattern, shown in _SECRETS:
        text = pattern.sub(shown, text)
    return text


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}... ({len(text)} characters)"
