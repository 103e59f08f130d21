"""Exit statuses, as of virus scanners: an error outweighs a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detector.records import Listing

NOTHING, FOUND, FAILED = 0, 1, 2
INTERRUPTED = 130
BROKEN_PIPE = 141


def status_of(listing: Listing, *, named: bool = True) -> int:
    """The exit status for one photo and its texts; the largest is that of a scan.

    It is `FOUND` where the decision is to review or to block, even if no finding is shown. A
    finding that does not count, because of an authorised seller or an expired right, is ignored. A
    skipped file counts as not examined only when the user `named` it, not when it is in a folder.
    """
    if listing.status != "ok":
        return NOTHING if listing.status == "skipped" and not named else FAILED
    found = any(finding.actionable for finding in listing.found)
    return FOUND if found or listing.decision != "pass" else NOTHING
