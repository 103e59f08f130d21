"""Ranked listings as a table for a terminal; nothing is printed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from pathlib import PurePath
from typing import TYPE_CHECKING

from detector.records import Decision, Finding, Listing, TextFinding
from detector.report.wording import (
    alteration_words,
    finding_name,
    signs_words,
    unshown_words,
    verdict_words,
)
from detector.scoring.scorer import log_odds_of

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

_STYLES: dict[Decision, str] = {"block": "bold red", "review": "yellow", "pass": "green"}


def printable(text: str) -> str:
    """Replace every control, bidirectional or undecodable character by U+FFFD.

    File names are untrusted: they must not move a cursor, reverse text or break a file.
    """
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def ranked(listings: Iterable[Listing]) -> list[Listing]:
    """Sort listings: photos with findings, highest log-odds first; not fully examined; clean.

    A photo whose findings are all omitted from display comes last in the first group.
    """
    return sorted(listings, key=_rank)


def ranked_table(listings: Iterable[Listing], least: float, *, verbose: bool = False) -> Table:
    """Return a table of ranked findings: photo, decision, mark, score, and why.

    Why is the verdict, or the field of a finding in a text, and what decided it in a few words;
    `verbose` gives all reasons. `least` is the score, 0..1, from which a finding counts or would be
    shown: a row says how many of these are omitted. Photos are named relative to their innermost
    common folder, which is the title of the table.
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
    table.add_column("why", overflow="fold", ratio=1)
    for listing in listings:
        name = str(PurePath(listing.path).relative_to(folder)) if folder else listing.path
        for row in _table_rows(listing, name, least, verbose=verbose):
            table.add_row(*_texts(row, listing.decision))
    return table


def _common_folder(paths: Sequence[str]) -> PurePath | None:
    """The innermost common folder of the paths, or None."""
    levels = zip(*(PurePath(path).parent.parts for path in paths), strict=False)
    common = [level[0] for level in takewhile(lambda level: len(set(level)) == 1, levels)]
    return PurePath(*common) if common else None


def _rank(listing: Listing) -> tuple[int, float, str]:
    best = max(map(_log_odds, listing.found), default=-math.inf)
    unexamined = listing.status != "ok" and not listing.found
    group = 2 if listing.clean else 1 if unexamined else 0
    return group, -best, listing.path


def _log_odds(finding: Finding | TextFinding) -> float:
    """What a finding is ranked by: unlike the score, log-odds do not saturate."""
    if isinstance(finding, Finding) and not math.isnan(finding.log_odds):
        return finding.log_odds
    return log_odds_of(finding.score)


def _table_rows(
    listing: Listing, name: str, least: float, *, verbose: bool
) -> Iterator[tuple[str, ...]]:
    decision = str(listing.decision)
    if listing.status != "ok":
        decision += f" ({listing.status})"
    if listing.whole_decision not in (None, listing.decision):
        decision += f", listing: {listing.whole_decision}"
    for finding in listing.findings:
        altered = ", ".join(alteration_words(finding.alterations))
        reasons = (altered, *finding.reasons) if verbose else (altered or _shortest(finding),)
        yield name, decision, *_finding_cells(finding, (*reasons, listing.message))
    for text_finding in listing.text:
        changes = text_finding.changes if verbose else text_finding.changes[:1]
        hints = text_finding.hints if verbose else ()
        why = (f"“{text_finding.reading}”", *changes, *hints, listing.message)
        yield name, decision, *_finding_cells(text_finding, why)
    unshown, signs = unshown_words(listing, least), signs_words(listing, least)
    if unshown or signs or not listing.found:
        yield name, decision, "", "", _joined((unshown, signs, listing.message))


def _finding_cells(finding: Finding | TextFinding, why: Iterable[str]) -> tuple[str, str, str]:
    told = ": ".join(filter(None, (verdict_words(finding), _joined(why))))
    return finding_name(finding), f"{finding.score:.2f}", told


def _shortest(finding: Finding) -> str:
    """The first half-sentence of the first reason: on what the score rests most."""
    return re.split(r"[;,:] ", finding.reasons[0], maxsplit=1)[0] if finding.reasons else ""


def _joined(parts: Iterable[str]) -> str:
    return "; ".join(filter(None, parts))


def _texts(row: tuple[str, ...], decision: Decision) -> list[Text]:
    """Plain texts, so that a name such as `[red]` is never read as rich markup."""
    from rich.text import Text

    styles = ("", _STYLES[decision], "", "", "dim")
    return [Text(printable(cell), style) for cell, style in zip(row, styles, strict=True)]
