"""Pieces of Markdown for docs/accuracy.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]


def columns(*names: str) -> Iterator[str]:
    """The head of a table."""
    yield f"| {' | '.join(names)} |"
    yield f"|{'---|' * len(names)}"


def head(words: str) -> Iterator[str]:
    """A heading with blank lines round it."""
    yield from ("", f"## {words}", "")


def share(value: float) -> str:
    """In whole per cent."""
    return f"{100 * value:.0f} %"


def span(one: Json, name: str) -> str:
    """The 95 % interval of a figure."""
    low, high = one[f"{name}_interval"]
    return f"{low:.3f} to {high:.3f}"


def figure(one: list[float | None]) -> str:
    """A figure with its interval, where it has one."""
    value, low, high = one
    if value is None:
        return "–"
    return f"{value:.3f}" if low is None else f"{value:.3f} ({low:.3f} to {high:.3f})"


def plain(value: float | None) -> str:
    """A figure, or a dash."""
    return "–" if value is None else f"{value:.3f}"
