"""What a process counts and times (stand-in: part F writes this module)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from detector.records import Decision, Listing
from detector.service.storage.database import Database

Stage = Literal["wait", "fetch", "examine", "conclude"]


class Metrics:
    """Counters of this process."""

    def __init__(self, database: Database) -> None:
        pass

    def observe_stage(self, stage: Stage, seconds: float) -> None:
        """Time a stage of one inspection."""

    def observe_inspection(self, listings: Iterable[Listing], decision: Decision) -> None:
        """Count an inspection that this process concluded, with the results of its pictures."""

    def observe_retry(self) -> None:
        """Count a failed attempt at an inspection that will be tried again."""

    def observe_parked(self) -> None:
        """Count an inspection that is tried no more."""
