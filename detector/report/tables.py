"""Listings as a ranked table for a terminal and as rows for a spreadsheet. Nothing is printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from pathlib import PurePath
from typing import TYPE_CHECKING

from detector.records import Decision, Finding, Listing, TextFinding

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

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
)

_STYLES: dict[Decision, str] = {"block": "bold red", "review": "yellow", "pass": "green"}
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def printable(text: str) -> str:
    """The text with every control, bidirectional or undecodable character made visible.

    File names come from strangers: they must not move a cursor, turn text round or break a file.
    """
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def verdict_words(finding: Finding | TextFinding) -> str:
    """The verdict as people read it: the class, and that the seller may use the mark.

    Of a finding in a text it is the field: letters are no copy of a picture.
    """
    words = finding.verdict if isinstance(finding, Finding) else finding.field
    return f"{words}, authorised" if finding.authorised else words


def ranked(listings: Iterable[Listing]) -> list[Listing]:
    """Photos with findings first, best score first; then not fully examined; then clean ones."""
    return sorted(listings, key=_rank)


def ranked_table(listings: Iterable[Listing]) -> Table:
    """A table of photo, decision, mark, score, verdict and why, one row a finding, ranked.

    In the row of a finding in a text the verdict is where it was found: title or description.

    Photos are named from the folder on that all of them are in; it stands above the table.
    """
    from rich.table import Table
    from rich.text import Text

    listings = ranked(listings)
    folder = _common_folder([listing.path for listing in listings])
    title = Text(printable(f"Photos in {folder}")) if folder else None
    table = Table(
        show_edge=False, pad_edge=False, header_style="bold", title=title, title_justify="left"
    )
    for name in ("photo", "decision", "mark"):
        table.add_column(name, overflow="fold")
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("verdict")
    table.add_column("why", overflow="fold", ratio=1)
    for listing in listings:
        name = str(PurePath(listing.path).relative_to(folder)) if folder else listing.path
        for row in _table_rows(listing, name):
            table.add_row(*_texts(row, listing.decision))
    return table


def _common_folder(paths: Sequence[str]) -> PurePath | None:
    """The innermost folder that several paths are all in; None where there is no such folder."""
    levels = zip(*(PurePath(path).parent.parts for path in paths), strict=False)
    shared = [level[0] for level in takewhile(lambda level: len(set(level)) == 1, levels)]
    return PurePath(*shared) if shared and len(paths) > 1 else None


def csv_rows(listing: Listing) -> list[tuple[str, ...]]:
    """Rows under `CSV_HEADER`: one a finding, or one alone for a photo without findings.

    Text that a spreadsheet would run as a formula gets a leading apostrophe; characters that
    UTF-8 cannot hold are written as escapes, so that any file can be written.
    """
    before = tuple(_cell(text) for text in (listing.path, listing.status, listing.decision))
    message = _cell(listing.message)
    if not listing.found:
        return [(*before, *[""] * (len(CSV_HEADER) - len(before) - 1), message)]
    cells = [_finding_cells(finding) for finding in listing.findings]
    cells += [_text_cells(finding) for finding in listing.text]
    return [(*before, *row, message) for row in cells]


def _rank(listing: Listing) -> tuple[int, float, str]:
    best = max((finding.score for finding in listing.found), default=0.0)
    group = 0 if listing.found else 1 if listing.status != "ok" else 2
    return group, -best, listing.path


def _table_rows(listing: Listing, name: str) -> Iterator[tuple[str, ...]]:
    state = listing.decision if listing.status == "ok" else f"{listing.decision} ({listing.status})"
    if not listing.found:
        yield name, state, "", "", "", listing.message
    for finding in listing.findings:
        altered = ", ".join(finding.alterations)
        why = "; ".join(filter(None, (altered, *finding.reasons[:1], listing.message)))
        score = f"{finding.score:.2f}"
        yield name, state, finding.name, score, verdict_words(finding), why
    for named in listing.text:
        why = "; ".join(filter(None, (f"“{named.reading}”", *named.changes, listing.message)))
        yield name, state, named.name, f"{named.score:.2f}", verdict_words(named), why


def _texts(row: tuple[str, ...], decision: Decision) -> list[Text]:
    """Plain texts: a name such as `[red]` is shown as it is, never read as rich markup."""
    from rich.text import Text

    styles = ("", _STYLES[decision], "", "", "", "dim")
    return [Text(printable(cell), style) for cell, style in zip(row, styles, strict=True)]


def _finding_cells(finding: Finding) -> tuple[str, ...]:
    return (
        _cell(finding.mark),
        _cell(finding.name),
        f"{finding.score:.4f}",
        finding.verdict,
        "yes" if finding.authorised else "no",
        "photo",
        *(f"{side:.1f}" for side in finding.box),
        *[""] * 3,
        _cell("; ".join(finding.alterations)),
        _cell("; ".join(finding.reasons)),
        _cell(finding.fingerprint),
    )


def _text_cells(finding: TextFinding) -> tuple[str, ...]:
    return (
        _cell(finding.mark),
        _cell(finding.name),
        f"{finding.score:.4f}",
        "",
        "yes" if finding.authorised else "no",
        finding.field,
        *[""] * 4,
        str(finding.start),
        str(finding.end),
        _cell(finding.reading),
        _cell("; ".join(finding.changes)),
        *[""] * 2,
    )


def _cell(text: str) -> str:
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
