"""Faults in one candidate, mark or channel: they cost no other its finding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self, TypeVar

from detector.errors import DetectorError, ReferenceIndexError

Item = TypeVar("Item")
Result = TypeVar("Result")

# Third-party C code runs on untrusted pixels: a fault in one candidate must not lose the others.
# What is not an Exception is a request to stop.
FAULTS = (Exception, MemoryError)


@dataclass(frozen=True, slots=True)
class Failure:
    """What could not be examined: the row of a mark, or else a channel; and the error."""

    mark: int | None
    error: str
    channel: str = ""

    @classmethod
    def of(cls, error: Exception, mark: int | None, channel: str = "") -> Self:
        """The failure with an exception."""
        return cls(mark, f"{type(error).__name__}: {error}", channel)


def isolated(
    work: Callable[[Sequence[Item]], Sequence[Result]],
    items: Sequence[Item],
    on_fault: Callable[[Item, Exception], Result],
) -> list[Result]:
    """The results of `work` on all items in one batch, or singly where the batch fails.

    `on_fault` gives the result of an item on which `work` fails alone. Raises
    `ReferenceIndexError`: a damaged index is no fault of a candidate.
    """
    if not items:
        return []
    try:
        return list(work(items))
    except ReferenceIndexError:
        raise
    except FAULTS as error:
        if len(items) == 1:
            return [on_fault(items[0], error)]
    return [result for item in items for result in isolated(work, [item], on_fault)]


def attempt(
    work: Callable[[], Result], on_fault: Callable[[Exception], Result | None]
) -> Result | None:
    """The result of `work`, or that of `on_fault` where it fails.

    Raises the errors of this package, which have their remedies: they are not the photo's fault.
    """
    try:
        return work()
    except DetectorError:
        raise
    except FAULTS as error:
        return on_fault(error)
