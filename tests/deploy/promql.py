"""Queries of Prometheus, read by its own grammar."""

from __future__ import annotations

from collections.abc import Iterator

from promql_parser import Expr, VectorSelector, parse


def series_in(query: str) -> Iterator[tuple[str, set[str]]]:
    """The names of all series that a query reads, with the labels that it asks of them."""
    yield from _series(parse(query))


def _series(part: Expr) -> Iterator[tuple[str, set[str]]]:
    if isinstance(part, VectorSelector):
        yield part.name, {matcher.name for matcher in part.matchers.matchers}
    inner = [getattr(part, name, None) for name in ("lhs", "rhs", "expr", "vector_selector")]
    for one in (*inner, *getattr(part, "args", ())):
        if isinstance(one, Expr):
            yield from _series(one)
