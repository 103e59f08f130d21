"""Listings as lines of JSON: the contract with other programs, and the way back.

One line a photo, one last line for the summary, each in plain ASCII and strict JSON.
docs/listing.schema.json describes both; `detector.serialise.schema` makes it.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from detector.errors import UsageError
from detector.records import SCHEMA, Listing
from detector.serialise.decode import listing_of
from detector.serialise.encode import Json, listing_value
from detector.serialise.tally import Tally

_WRONG = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)
_REMEDY = "Take lines of type image from the output of: detector scan --format jsonl"
_OTHER_VERSION = "Scan the photo again, or read the line with the version that wrote it."


def listing_to_json(listing: Listing) -> str:
    """Write a listing as one line of JSON, without a line end.

    Scores and log odds keep every digit, so that a decision can be made again from the line. What
    is measured is rounded: boxes, outlines and matches to 0.1 pixel, measures to 4 decimals,
    homographies to 7 significant digits. At most `MOST_MATCHES` matches a piece are written.
    """
    return _line({"type": "image", **listing_value(listing), "schema": SCHEMA})


def listing_from_json(line: str) -> Listing:
    """Read a listing from its line of JSON.

    It equals the listing that was written up to rounding; written again it is the same line.

    Raises `UsageError` when `listing_to_json` did not write the line, or when another version of
    the schema did.
    """
    try:
        value = json.loads(line)
        _check(value)
        return listing_of(value)
    except _WRONG as error:
        trouble = f"{type(error).__name__}: {error}"
        raise UsageError(
            f"this is not a result line of a scan ({trouble})", remedy=_REMEDY
        ) from error


def summary_to_json(
    tally: Tally,
    *,
    index: str = "",
    threshold: float | None = None,
    words: bool = False,
    complete: bool = True,
) -> str:
    """Write the last line of a scan: its counts, and what they were made with.

    Findings are counted by place: a mark that a photo shows twice counts twice. `index` is the
    generation of the reference index, `threshold` the least score of a finding, 0..1; `words` says
    whether words were read in photos, `complete` is False for a scan that was interrupted.
    `frequent_alarms` are the marks whose references deserve a look.
    """
    return _line(
        {
            "type": "summary",
            "complete": complete,
            "images": tally.images,
            "listings": tally.listings,
            "statuses": dict(tally.statuses),
            "decisions": dict(tally.decisions),
            "findings": tally.findings,
            "frequent_alarms": [asdict(alarm) for alarm in tally.frequent_alarms],
            "index": index,
            "threshold": threshold,
            "words": words,
            "schema": SCHEMA,
        }
    )


def _line(value: Json) -> str:
    return json.dumps(value, allow_nan=False, separators=(",", ":"))


def _check(value: Any) -> None:
    """Raises `ValueError` for what is no image line, `UsageError` for one of another schema."""
    if value["type"] != "image":
        raise ValueError(f"its type is {value['type']!r}")
    version = value.get("schema", 1)  # the first lines did not say theirs
    if version != SCHEMA:
        message = f"this result line has schema {version}, and only schema {SCHEMA} can be read"
        raise UsageError(message, remedy=_OTHER_VERSION)
