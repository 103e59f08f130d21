"""Markdown that is written by programs: tables, figures with intervals, and marked passages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS_PAGE = ROOT / "docs" / "results.md"
RESULTS = ROOT / "benchmarks" / "results"
Json = dict[str, Any]


def header(*names: str) -> Iterator[str]:
    """The two lines at the head of a table."""
    yield f"| {' | '.join(names)} |"
    yield f"|{'---|' * len(names)}"


def heading(words: str) -> Iterator[str]:
    """A heading of the second level with blank lines around it."""
    yield from ("", f"## {words}", "")


def percent(value: float) -> str:
    """A share 0..1 in whole per cent."""
    return f"{100 * value:.0f} %"


def number(value: float | None) -> str:
    """A figure with three digits, or a dash where there is none."""
    return "–" if value is None else f"{value:.3f}"


def interval(ends: Sequence[float], digits: int = 3) -> str:
    """The two ends of an interval in words."""
    low, high = ends
    return f"{low:.{digits}f} to {high:.{digits}f}"


def with_interval(figure: Sequence[float | None]) -> str:
    """A figure [value, low, high] with its interval, where it has one."""
    value, low, high = figure
    if low is None or high is None:
        return number(value)
    return f"{number(value)} ({interval((low, high))})"


def fill(text: str, name: str, body: str) -> str:
    """The text with `body` between its markers `name:begin` and `name:end`.

    Raises ValueError when the text does not have each of them once.
    """
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    if text.count(begin) != 1 or text.count(end) != 1:
        raise ValueError(f"the text must have {begin} and {end} once each")
    before, rest = text.split(begin)
    _, after = rest.split(end)
    return f"{before}{begin}\n{body}\n{end}{after}"


def fill_file(path: Path, name: str, body: str) -> None:
    """Write `body` between the markers `name` of a file."""
    path.write_text(fill(path.read_text(encoding="utf-8"), name, body), encoding="utf-8")


def read_result(name: str) -> Json:
    """A result of benchmarks/results."""
    result: Json = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    return result
