"""Quotes a finding in a text with the words around it."""

from __future__ import annotations

import re

from detector.records import Listing, TextFinding

CONTEXT = 40
"""Characters of a text that are quoted before and after a finding."""


def quote(finding: TextFinding, listing: Listing) -> tuple[str, str, str]:
    """Return the text before a finding, the finding itself, and the text after it.

    Line breaks become blanks; `…` marks where the text is cut. Neither side is longer than
    `CONTEXT` characters and that sign.
    """
    text: str = getattr(listing, finding.field)
    first, last = max(0, finding.start - CONTEXT), finding.end + CONTEXT
    before = ("…" if first else "") + text[first : finding.start]
    after = text[finding.end : last] + ("…" if last < len(text) else "")
    before, span, after = (
        re.sub(r"\s+", " ", part) for part in (before, text[finding.start : finding.end], after)
    )
    return before.lstrip(), span, after.rstrip()
