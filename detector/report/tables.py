"""Listings as a ranked table for a terminal. Nothing is printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from pathlib import PurePath
from typing import TYPE_CHECKING

from detector.records import Decision, Finding, Listing, TextFinding
from detector.report.wording import (
    alteration_words,
    finding_name,
    unshown_words,
    verdict_words,
)

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

_STYLES: dict[Decision, str] = {"block": "bold red", "review": "yellow", "pass": "green"}


def printable(text: str) -> str:
    """Replace every control, bidirectional or undecodable character by a visible one.

    File names come from strangers: they must not move a cursor, turn text round or break a file.
    """
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def ranked(listings: Iterable[Listing]) -> list[Listing]:
    """Sort listings: photos with findings, best score first; not fully examined; clean.

    A photo whose findings are all left out for display stands at the end of the first group.
    """
    return sorted(listings, key=_rank)


def ranked_table(listings: Iterable[Listing], least: float) -> Table:
    """Return a table of ranked findings: photo, decision, mark, score, verdict, and why.

    `least` is the score, 0..1, from which a finding counts or would be shown: a row says how many
    of these are left out. Of a finding in a text the verdict is the field where it stands. Photos
    are named from the folder on that all of them are in; its name stands above the table.
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
        for row in _table_rows(listing, name, least):
            table.add_row(*_texts(row, listing.decision))
    return table


def _common_folder(paths: Sequence[str]) -> PurePath | None:
    """The innermost folder that several paths are all in; None where there is no such folder."""
    levels = zip(*(PurePath(path).parent.parts for path in paths), strict=False)
    shared = [level[0] for level in takewhile(lambda level: len(set(level)) == 1, levels)]
    return PurePath(*shared) if shared and len(paths) > 1 else None


def _rank(listing: Listing) -> tuple[int, float, str]:
    best = max((finding.score for finding in listing.found), default=0.0)
    unexamined = listing.status != "ok" and not listing.found
    group = 2 if listing.clean else 1 if unexamined else 0
    return group, -best, listing.path


def _table_rows(listing: Listing, name: str, least: float) -> Iterator[tuple[str, ...]]:
    state = listing.decision if listing.status == "ok" else f"{listing.decision} ({listing.status})"
    for finding in listing.findings:
        altered = ", ".join(alteration_words(finding.alterations))
        why = (altered, *finding.reasons[:1], listing.message)
        yield name, state, *_finding_cells(finding), _joined(why)
    for named in listing.text:
        why = (f"“{named.reading}”", *named.changes, listing.message)
        yield name, state, *_finding_cells(named), _joined(why)
    unshown = unshown_words(listing, least)
    if unshown or not listing.found:
        yield name, state, "", "", "", _joined((unshown, listing.message))


def _finding_cells(finding: Finding | TextFinding) -> tuple[str, str, str]:
    return finding_name(finding), f"{finding.score:.2f}", verdict_words(finding)


def _joined(parts: Iterable[str]) -> str:
    return "; ".join(filter(None, parts))


def _texts(row: tuple[str, ...], decision: Decision) -> list[Text]:
    """Plain texts: a name such as `[red]` is shown as it is, never read as rich markup."""
    from rich.text import Text

    styles = ("", _STYLES[decision], "", "", "", "dim")
    return [Text(printable(cell), style) for cell, style in zip(row, styles, strict=True)]
