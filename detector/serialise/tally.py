"""Counts over the listings of one scan: what the summary line and the head of the report say."""

from __future__ import annotations

from collections import Counter
from typing import get_args

from detector.records import STATUSES, Decision, Listing, Status
from detector.serialise.alarms import AlarmCounts, FrequentAlarm


class Tally:
    """Running counts over listings, so that a scan of any length is never held in memory.

    `images` counts photos, `listings` what they belong to: a photo alone is a listing of its own.
    `decisions` are those on listings. `found` counts photos with at least one finding, `findings`
    the findings in photos and in texts: one for each place of a mark. `marks` counts findings by
    mark id, `names` gives the name of each of these marks. Every status and decision is present in
    `statuses` and `decisions`, also when its count is 0. `review` and `block` are the thresholds of
    the policy by which `frequent_alarms` are told.
    """

    def __init__(self, *, review: float = 1.0, block: float = 1.0) -> None:
        self._alarms = AlarmCounts(review, block)
        self.images = 0
        self.listings = 0
        self.findings = 0
        self.found = 0
        self.statuses: dict[Status, int] = dict.fromkeys(STATUSES, 0)
        self.decisions: dict[Decision, int] = dict.fromkeys(get_args(Decision), 0)
        self.marks: Counter[str] = Counter()
        self.names: dict[str, str] = {}

    def add(self, listing: Listing) -> None:
        """Count one listing."""
        self.images += 1
        self.found += bool(listing.found)
        self.findings += len(listing.found)
        self.statuses[listing.status] += 1
        if listing.picture <= 1:
            self.listings += 1
            self.decisions[listing.whole_decision or listing.decision] += 1
        for finding in listing.found:
            self.marks[finding.mark] += 1
            self.names[finding.mark] = finding.name
        self._alarms.add(listing)

    @property
    def frequent_alarms(self) -> tuple[FrequentAlarm, ...]:
        """The marks that are in doubt in far more photos than the others."""
        return self._alarms.frequent()

    @property
    def unexamined(self) -> int:
        """Photos that were not fully examined: any status but ok."""
        return self.images - self.statuses["ok"]
