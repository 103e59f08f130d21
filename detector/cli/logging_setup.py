"""Log records on stderr, where `--log-level` asks for them: as lines for people, or as JSON."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import click

LEVELS = ("debug", "info", "warning", "error")
FORMS = ("text", "json")


@contextmanager
def logging_to_stderr(level: str, form: str) -> Iterator[None]:
    """Write the records of the logger `detector` from `level` on to stderr while it lasts."""
    logger, handler = logging.getLogger("detector"), _ToStderr()
    handler.setFormatter(_JsonLines() if form == "json" else _TextLines())
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(level.upper())
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)


class _ToStderr(logging.Handler):
    """Writes to what is stderr at that moment: a progress bar may have taken its place."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line. A log that nobody can read any more must not end a scan."""
        with suppress(OSError):
            click.echo(self.format(record), err=True)


class _JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and the fields of the record."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line, plain ASCII."""
        return json.dumps({**_head(record), **_fields(record)})


class _TextLines(logging.Formatter):
    """The same for people: time, level, logger and message, then `name=value` for each field."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line, without a character that moves the cursor or turns text round."""
        from detector.pictures.worker_log import visible

        head = _head(record)
        start = f"{head['time']} {head['level'].upper()} {head['logger']}: {head['message']}"
        fields = (f"{name}={_as_text(value)}" for name, value in _fields(record).items())
        return visible(" ".join((start, *fields)))


def _head(record: logging.LogRecord) -> dict[str, str]:
    moment = datetime.fromtimestamp(record.created, UTC)
    return {
        "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": record.getMessage(),
    }


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    """The added fields, and the traceback of an exception; nothing but text and numbers."""
    from detector.pictures.worker_log import extra_fields

    fields = {name: _plain(value) for name, value in extra_fields(record).items()}
    if record.exc_info:
        fields["exception"] = logging.Formatter().formatException(record.exc_info)
    return fields


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return f"<{type(value).__name__}>" if isinstance(value, bytes) else str(value)


def _as_text(value: Any) -> str:
    """A value as it stands behind a name: in quotes where a space would part it."""
    plain = isinstance(value, str) and value and " " not in value and '"' not in value
    return value if plain else json.dumps(value, ensure_ascii=False)
