"""Cursors of lists: where a page ends, in a form that callers do not take apart."""

from __future__ import annotations

import base64
import binascii

from detector.service.api.problems import Problem

_MOST_DIGITS = 18  # of a number of 63 bits


def cursor_after(number: int) -> str:
    """The cursor of the page that begins after the row with this number."""
    return base64.urlsafe_b64encode(str(number).encode()).decode().rstrip("=")


def number_of(cursor: str) -> int | None:
    """The number in a cursor, None for the first page. Raises `Problem` 422 for nonsense."""
    if not cursor:
        return None
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        text = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, UnicodeError):
        text = ""
    if not text.isdigit() or len(text) > _MOST_DIGITS:
        raise Problem(422, "this cursor is none", remedy="Take `next` of the page before.")
    return int(text)
