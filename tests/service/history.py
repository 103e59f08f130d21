"""A past of the service, laid into its database."""

from __future__ import annotations

from datetime import timedelta

from detector.service.drift import WEEK
from detector.service.storage.database import Database, now_of
from tests.service.rows import add_finding, add_inspection


def lay(database: Database, weeks_ago: int, found: int) -> None:
    """A hundred inspections, and the mark "ring" found in so many of them."""
    with database.writing() as session:
        begin = now_of(session) - weeks_ago * WEEK
        for number in range(100):
            moment = begin + timedelta(minutes=1 + number)
            row = add_inspection(session, moment, state="done", finished_at=moment)
            if number < found:
                add_finding(session, row, "ring", 0.97)
