"""Listings as a ranked table for a terminal. Nothing is printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from pathlib import PurePath
from typing import TYPE_CHECKING

from detector.records import Decision, Finding, Listing, TextFinding

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

_STYLES: dict[Decision, str] = {"block": "bold red", "review": "yellow", "pass": "green"}


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
