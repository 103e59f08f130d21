"""Faults in candidates: one that cannot be verified costs no other its finding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

# Third-party C code runs on untrusted pixels: a fault in one candidate must not lose the others.
# What is not an Exception is a request to stop.
FAULTS = (Exception, MemoryError)


@dataclass(frozen=True, slots=True)
class Failure:
    """A candidate that could not be verified: the row of its mark, and the error."""

    mark: int
    error: str


def isolated(
    work: Callable[[Sequence[Item]], Sequence[Result]],
    items: Sequence[Item],
    on_fault: Callable[[Item, Exception], Result],
) -> list[Result]:
    """The results of `work` on all items in one batch, or singly where the batch fails.

    `on_fault` gives the result of an item on which `work` fails alone.
    """
    if not items:
        return []
    try:
        return list(work(items))
    except FAULTS as error:
        if len(items) == 1:
            return [on_fault(items[0], error)]
    return [result for item in items for result in isolated(work, [item], on_fault)]
