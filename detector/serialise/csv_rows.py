"""Listings as rows for a spreadsheet."""

from __future__ import annotations

from detector.records import Finding, Listing, TextFinding

CSV_HEADER = (
    "path",
    "status",
    "decision",
    "mark",
    "name",
    "score",
    "verdict",
    "authorised",
    "where",
    "x0",
    "y0",
    "x1",
    "y1",
    "start",
    "end",
    "reading",
    "alterations",
    "reasons",
    "fingerprint",
    "message",
    "instance",
    "expired",
    "external_id",
    "picture",
    "pictures",
    "whole_decision",
)
"""The names of the columns. They keep their place: new ones are added at the end."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
NUMBERS = ("score", "x0", "y0", "x1", "y1", "start", "end", "instance", "picture", "pictures")
"""Columns that hold numbers."""


def csv_rows(listing: Listing) -> list[tuple[str, ...]]:
    """Return the rows of a listing: one for each finding, or one for a photo without findings.

    Each row has a cell for every column of `CSV_HEADER`. Boxes are in pixels with one decimal,
    scores have four. Text that a spreadsheet would run as a formula gets a leading apostrophe;
    characters that UTF-8 cannot hold are written as escapes, so that any row can go into a file.
    """
    return [_row(cells) for cells in finding_rows(listing)]


def finding_rows(listing: Listing) -> list[dict[str, str]]:
    """Return the same rows as texts by column, as they are; empty cells may be missing."""
    photo = {
        "path": listing.path,
        "status": listing.status,
        "decision": listing.decision,
        "message": listing.message,
        "external_id": listing.external_id,
        "picture": str(listing.picture or ""),
        "pictures": str(listing.pictures or ""),
        "whole_decision": listing.whole_decision or "",
    }
    cells = [_finding_cells(finding) for finding in listing.findings]
    cells += [_text_cells(finding) for finding in listing.text]
    return [{**photo, **found} for found in cells or [{}]]


def _finding_cells(finding: Finding) -> dict[str, str]:
    corners = zip(("x0", "y0", "x1", "y1"), finding.box, strict=True)
    return {
        **_mark_cells(finding),
        "verdict": finding.verdict,
        "where": "photo",
        **{name: f"{side:.1f}" for name, side in corners},
        "alterations": "; ".join(finding.alterations),
        "reasons": "; ".join(finding.reasons),
        "fingerprint": finding.fingerprint,
        "instance": str(finding.instance),
    }


def _text_cells(finding: TextFinding) -> dict[str, str]:
    return {
        **_mark_cells(finding),
        "verdict": "named as compatible" if finding.compatible else "",
        "where": finding.field,
        "start": str(finding.start),
        "end": str(finding.end),
        "reading": finding.reading,
        "alterations": "; ".join(finding.changes),
        "reasons": "; ".join(finding.hints),
    }


def _mark_cells(finding: Finding | TextFinding) -> dict[str, str]:
    return {
        "mark": finding.mark,
        "name": finding.name,
        "score": f"{finding.score:.4f}",
        "authorised": "yes" if finding.authorised else "no",
        "expired": "yes" if finding.expired else "no",
    }


def _row(cells: dict[str, str]) -> tuple[str, ...]:
    texts = ((name, cells.get(name, "")) for name in CSV_HEADER)
    return tuple(text if name in NUMBERS else _disarmed(text) for name, text in texts)


def _disarmed(text: str) -> str:
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
