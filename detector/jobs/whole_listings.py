"""Listings with several pictures: one decision for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import get_args

from detector.records import Decision, Listing

_STRICTNESS: tuple[Decision, ...] = get_args(Decision)


def with_whole_decisions(listings: Iterable[Listing]) -> Iterator[Listing]:
    """Give the pictures of a listing, which follow each other, the decision on the whole listing.

    They are yielded when the last of them is there; photos alone are yielded as they come. Pictures
    may be missing, where they were left out of a scan.
    """
    together: list[Listing] = []
    for listing in listings:
        if together and not _follows(listing, together[-1]):
            yield from _decided(together)
            together = []
        if not listing.pictures:
            yield listing
            continue
        together.append(listing)
        if listing.picture == listing.pictures:
            yield from _decided(together)
            together = []
    yield from _decided(together)


def _follows(listing: Listing, last: Listing) -> bool:
    """Whether a picture belongs to the listing of the last one."""
    same = (listing.external_id, listing.pictures) == (last.external_id, last.pictures)
    return same and listing.picture > last.picture


def _decided(pictures: Sequence[Listing]) -> Iterator[Listing]:
    """Yield pictures of one listing with the strictest of their decisions."""
    strictest = max((one.decision for one in pictures), key=_STRICTNESS.index, default=None)
    for picture in pictures:
        yield replace(picture, whole_decision=strictest)
