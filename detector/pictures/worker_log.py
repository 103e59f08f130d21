"""What a child process logs and prints, passed on to the logging of its parent.

A child writes its log records to standard error as lines of JSON, among whatever C libraries print
there. The parent believes none of it: a child that a hostile file has taken over can write log
lines, of bounded length and number, and nothing else.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import IO, Any

MOST_BYTES = 64 * 1024
"""How much of what a process writes during one call is passed on."""

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
    """Give the fields that were added to a log record with `extra`."""
    return {name: value for name, value in vars(record).items() if name not in _STANDARD}


class RecordsToStderr(logging.Handler):
    """Writes each log record as one line of JSON to file descriptor 2, for a `Forwarder`."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record; one too long for a line loses its fields, and the middle of its text."""
        text = self.format(record)
        head = {"level": record.levelno, "logger": record.name, "message": text}
        line = json.dumps(head | extra_fields(record), default=str)
        if len(line) >= _LINE_BYTES:
            line = json.dumps(head | {"message": f"{text[:_START]} ... {text[-_END:]}"})
        with suppress(OSError):  # the parent has gone
            os.write(2, f"{line}\n".encode())


class Forwarder:
    """Passes what a process writes into a pipe on to logging, each line as a record.

    What is no record of the process's own is logged at INFO. All records get the field `worker`,
    the id of the process. Lifetime: a thread that closes the pipe when the other end is closed.
    """

    def __init__(self, pipe: IO[bytes], process: int) -> None:
        self._pipe, self._process, self._left = pipe, process, MOST_BYTES
        # Not waited for at exit: a process that outlives the child may hold the pipe open.
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def begin_call(self) -> None:
        """Pass on another `MOST_BYTES` from here on."""
        self._left = MOST_BYTES

    def finish(self) -> None:
        """Wait until all that an ended process has written is passed on."""
        self._thread.join(_END_SECONDS)

    def _run(self) -> None:
        with self._pipe:
            while line := self._pipe.readline(_LINE_BYTES):
                before, self._left = self._left, self._left - len(line)
                if self._left >= 0:
                    self._emit(*_parsed(line))
                elif before >= 0:
                    self._emit(logging.WARNING, _LOG.name, "wrote too much; the rest is dropped")

    def _emit(self, level: int, name: str, text: str, fields: Mapping[str, Any] = {}) -> None:
        if not _LOG.isEnabledFor(level):
            return
        # Handled by one logger whatever the name is: loggers are kept for good.
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
        sound = level in _LEVELS and isinstance(name, str) and isinstance(text, str)
        if sound and not _STANDARD & fields.keys():
            return level, name, text, fields
    return logging.INFO, f"{_LOG.name}.stderr", line.decode(errors="replace"), {}


def _shown(value: Any) -> Any:
    """Give a number as it is, and anything else as visible text."""
    if value is None or isinstance(value, bool | int | float):
        return value
    return visible(value if isinstance(value, str) else json.dumps(value))
