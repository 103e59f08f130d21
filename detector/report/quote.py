"""The words round a finding in a text, as people are shown them."""

from __future__ import annotations

import re

from detector.records import Listing, TextFinding

AROUND = 40
"""Characters of a text that are quoted before and after a finding."""


def quote(finding: TextFinding, listing: Listing) -> tuple[str, str, str]:
    """Return the text before a finding, the finding itself, and the text after it.

    Line ends become blanks; `…` stands where the text is cut. Neither side is longer than `AROUND`
    characters and that sign.
    """
    text = listing.title if finding.field == "title" else listing.description
    first, last = max(0, finding.start - AROUND), finding.end + AROUND
    before = ("…" if first else "") + text[first : finding.start]
    after = text[finding.end : last] + ("…" if last < len(text) else "")
    before, span, after = (
        re.sub(r"\s+", " ", part) for part in (before, text[finding.start : finding.end], after)
    )
    return before.lstrip(), span, after.rstrip()
