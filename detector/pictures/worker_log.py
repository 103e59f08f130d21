"""Forwards what a child process logs and prints to the logging of its parent.

A child writes its log records to standard error as lines of JSON, among whatever C libraries print
there. The parent trusts none of it: a child that a hostile file has taken over can only write log
lines, of bounded length and number.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import IO, Any

MAX_BYTES = 64 * 1024
"""Limit on the output of one call that is forwarded."""

_LINE_BYTES = 4096  # longer lines arrive in pieces; a pipe takes as much without mixing it
_START, _END = 100, 190  # characters left of a message whose record would not fit into a line
_END_SECONDS = 2.0  # to wait for the last lines of a process that has ended
_LEVELS = (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL)
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

_LOG = logging.getLogger(__name__)


def visible(text: str) -> str:
    r"""Write control, bidirectional and undecodable characters as escapes such as `\x1b`."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


def extra_fields(record: logging.LogRecord) -> dict[str, Any]:
    """Return the fields that were added to a log record with `extra`."""
    return {name: value for name, value in vars(record).items() if name not in _STANDARD}


class RecordsToStderr(logging.Handler):
    """Writes each log record as one line of JSON to file descriptor 2, for a `Forwarder`."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record; one too long for a line loses its fields and the middle of its text."""
        text = self.format(record)
        header = {"level": record.levelno, "logger": record.name, "message": text}
        line = json.dumps(header | extra_fields(record), default=str)
        if len(line) >= _LINE_BYTES:
            line = json.dumps(header | {"message": f"{text[:_START]} ... {text[-_END:]}"})
        with suppress(OSError):  # the parent has gone
            os.write(2, f"{line}\n".encode())


class Forwarder:
    """Forwards what a process writes into a pipe to logging, each line as a record.

    A line that is not a log record is logged at INFO. All records get the field `worker`,
    the id of the process. Lifetime: a thread that closes the pipe when the other end is closed.
    """

    def __init__(self, pipe: IO[bytes], process: int) -> None:
        self._pipe, self._process, self._remaining = pipe, process, MAX_BYTES
        # Not waited for at exit: a process that outlives the child may hold the pipe open.
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def begin_call(self) -> None:
        """Forward up to `MAX_BYTES` from now on."""
        self._remaining = MAX_BYTES

    def finish(self) -> None:
        """Wait until all output of an ended process is forwarded."""
        self._thread.join(_END_SECONDS)

    def _run(self) -> None:
        with self._pipe:
            while line := self._pipe.readline(_LINE_BYTES):
                before, self._remaining = self._remaining, self._remaining - len(line)
                if self._remaining >= 0:
                    self._emit(*_parsed(line))
                elif before >= 0:
                    self._emit(logging.WARNING, _LOG.name, "wrote too much; the rest is dropped")

    def _emit(self, level: int, name: str, text: str, fields: Mapping[str, Any] = {}) -> None:
        if not _LOG.isEnabledFor(level):
            return
        # One logger handles every name, as loggers are never freed.
        extra = {visible(key): _shown(value) for key, value in fields.items()}
        extra["worker"] = self._process
        message = visible(text.rstrip())
        record = _LOG.makeRecord(visible(name), level, "", 0, message, (), None, extra=extra)
        _LOG.handle(record)


def _parsed(line: bytes) -> tuple[int, str, str, dict[str, Any]]:
    """Level, logger, message and fields of a record; a line that is none is a message at INFO."""
    with suppress(ValueError, RecursionError, KeyError, AttributeError, TypeError):
        fields = json.loads(line)
        level, name, text = (fields.pop(key) for key in ("level", "logger", "message"))
        is_valid = level in _LEVELS and isinstance(name, str) and isinstance(text, str)
        if is_valid and not _STANDARD & fields.keys():
            return level, name, text, fields
    return logging.INFO, f"{_LOG.name}.stderr", line.decode(errors="replace"), {}


def _shown(value: Any) -> Any:
    """Return a number unchanged, and anything else as visible text."""
    if value is None or isinstance(value, bool | int | float):
        return value
    return visible(value if isinstance(value, str) else json.dumps(value))
