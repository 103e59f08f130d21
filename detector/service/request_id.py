"""The id of the request that is being answered, for every log record that is made meanwhile."""

from __future__ import annotations

import logging
from contextvars import ContextVar

REQUEST_ID: ContextVar[str] = ContextVar("REQUEST_ID", default="")
"""Set by the HTTP interface; threads that work for a request see it too."""


class WithRequestId(logging.Filter):
    """Gives records the field `request_id` while a request is answered; it keeps all of them."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add the field where there is an id."""
        if request_id := REQUEST_ID.get():
            record.request_id = request_id
        return True
