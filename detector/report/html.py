"""The report: one self-contained page that shows every finding with its proof.

The page needs no network, no framework and no server. File names and mark names come from
strangers: everything is escaped, unprintable characters are replaced, and the content security
policy lets only this page's own style and script run.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from detector.pictures.worker import ReadWorker
from detector.records import Finding, Listing, Measures, Pixels, Reading, View
from detector.report import wording
from detector.report.pictures import PHOTO_SIDE, Plate, Proof, plate, prove
from detector.report.quote import quote
from detector.report.tables import printable, ranked
from detector.serialise.tally import Tally

if TYPE_CHECKING:
    from jinja2 import Environment

MOST_PICTURED = 200
"""Photos with pictures in one report; those after them are listed in words. Bounds the file."""

THUMBNAIL_SIDE = 160


@dataclass(frozen=True, slots=True, eq=False)
class Exhibit:
    """One finding as the page shows it. `number` counts within the photo, from 1."""

    number: int
    finding: Finding
    proof: Proof | None


@dataclass(frozen=True, slots=True, eq=False)
class Card:
    """One photo as the page shows it; `missing` says why there is no picture of it.

    `outlined` are the exhibits in the frame of the animation that `photo` shows; `width`,
    `height` are the frame of their outlines.
    """

    listing: Listing
    photo: Plate | None = None
    missing: str = ""
    width: int = 0
    height: int = 0
    exhibits: tuple[Exhibit, ...] = ()
    outlined: tuple[Exhibit, ...] = ()


def write_report(
    listings: Iterable[Listing],
    view_of: Callable[[int], View],
    folder: Path,
    *,
    title: str,
    threshold: float,
    counted: float = 1.0,
    index_name: str = "",
    made: str = "",
) -> Path:
    """Write `report.html` into a folder, made if need be, and return its path.

    `view_of` gives the view with an id of `Evidence.view`. `threshold` is the least score of the
    findings shown, `counted` that from which a finding counts for the decision, both 0..1: what is
    not shown and counts is said to be there. Photos are read again from the paths of the listings,
    in a process of their own that may be killed: one that crashes the decoder, cannot be read or
    has changed since is shown by a placeholder that says so. `made` is the date to print; without
    it the same input gives the same bytes. The page is replaced in one step: a reader never sees
    half of it. Raises `OSError` when the folder cannot be written.
    """
    order = ranked(listings)
    tally = Tally()
    for listing in order:
        tally.add(listing)
    page = _environment().get_template("report.html.j2")
    known = {"title": title, "threshold": threshold, "index_name": index_name, "made": made}
    least = min(threshold, counted)
    folder.mkdir(parents=True, exist_ok=True)
    with ReadWorker() as reader:
        groups = _groups(order, least, view_of, reader)
        chunks = page.generate(**groups, **known, least=least, tally=tally, **_inlined())
        return _replace(folder / "report.html", chunks)


def _groups(
    order: list[Listing], least: float, view_of: Callable[[int], View], reader: ReadWorker
) -> dict[str, object]:
    """The three groups of photos; cards are made while the page is written, one at a time."""
    found = [listing for listing in order if listing.found or listing.unshown(least)]
    rest = [listing for listing in order if not (listing.found or listing.unshown(least))]
    clean = [listing for listing in rest if listing.status == "ok"]
    return {
        "found": found,
        "cards": (
            _card(listing, view_of, reader) if number < MOST_PICTURED else _card_in_words(listing)
            for number, listing in enumerate(found)
        ),
        "unexamined": [listing for listing in order if listing.status != "ok"],
        "clean": [listing.path for listing in clean],
        "clean_cards": (
            _thumbnail(listing, reader) if number < MOST_PICTURED else Card(listing)
            for number, listing in enumerate(clean)
        ),
        "most_pictured": MOST_PICTURED,
    }


def _card(listing: Listing, view_of: Callable[[int], View], reader: ReadWorker) -> Card:
    reading = reader.read(listing.path)
    missing = _missing(listing, reading)
    if missing:
        return _card_in_words(listing, missing)
    shown = listing.findings[0].frame if listing.findings else 0
    photo = _frame(reading, shown)
    exhibits = tuple(
        Exhibit(number, finding, prove(_frame(reading, finding.frame), finding, view_of))
        for number, finding in enumerate(listing.findings, 1)
    )
    return Card(
        listing,
        photo=plate(photo, PHOTO_SIDE, quality=72),
        width=photo.shape[1],
        height=photo.shape[0],
        exhibits=exhibits,
        outlined=tuple(exhibit for exhibit in exhibits if exhibit.finding.frame == shown),
    )


def _card_in_words(listing: Listing, missing: str = "") -> Card:
    reason = missing or f"Only the first {MOST_PICTURED} photos of a report have pictures."
    numbered = enumerate(listing.findings, 1)
    exhibits = tuple(Exhibit(number, finding, None) for number, finding in numbered)
    return Card(listing, missing=reason, exhibits=exhibits)


def _thumbnail(listing: Listing, reader: ReadWorker) -> Card:
    reading = reader.read(listing.path)
    missing = _missing(listing, reading)
    if missing:
        return Card(listing, missing=missing)
    return Card(listing, photo=plate(reading.pictures[0].pixels, THUMBNAIL_SIDE, quality=70))


def _missing(listing: Listing, reading: Reading) -> str:
    """Why a photo cannot be shown; empty when it can."""
    if not reading.pictures:
        return reading.message or "The photo can no longer be read."
    if listing.digest and listing.digest != reading.digest:
        return "The file has changed since it was examined, so its picture would prove nothing."
    return ""


def _frame(reading: Reading, frame: int) -> Pixels:
    fitting = (picture for picture in reading.pictures if picture.frame == frame)
    return next(fitting, reading.pictures[0]).pixels


def _measure_rows(finding: Finding) -> list[tuple[str, list[str]]]:
    """A row for each measure that any evidence has, a cell for each piece of evidence."""
    columns = [dict(piece.measures.items()) for piece in finding.evidence]
    names = [field.name for field in fields(Measures)]
    return [
        (name, [_measured(name, column) for column in columns])
        for name in names
        if any(name in column for column in columns)
    ]


def _measured(name: str, column: dict[str, float]) -> str:
    if name not in column:
        return ""
    text = f"{column[name]:.0f}" if name == "inliers" else f"{column[name]:.2f}"
    return text.replace("-", "\N{MINUS SIGN}")


def _points(quad: NDArray[np.floating]) -> str:
    """An outline (4, 2) as the points of an SVG polygon; what is not finite becomes 0."""
    rows = np.nan_to_num(np.asarray(quad, np.float64), posinf=0.0, neginf=0.0)
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in rows)


def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("detector.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_printed,
    )
    environment.filters.update(points=_points, quote=quote, measure_rows=_measure_rows)
    environment.filters.update(
        finding_name=wording.finding_name,
        verdict_words=wording.verdict_words,
        alteration_words=wording.alteration_words,
        meaning=wording.meaning,
    )
    environment.globals.update(wording=wording, measure_words=wording.MEASURE_WORDS)
    return environment


def _printed(value: Any) -> Any:
    """Makes every text that is not our own markup printable before it is escaped."""
    return printable(value) if type(value) is str else value


def _inlined() -> dict[str, object]:
    """Style and script as trusted markup, and their hashes for the content security policy."""
    from markupsafe import Markup

    result: dict[str, object] = {}
    for name in ("css", "js"):
        text = Path(__file__).with_name("templates").joinpath(f"report.{name}").read_text("utf-8")
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
        result[name], result[f"{name}_hash"] = Markup(text), f"sha256-{digest}"
    return result


def _replace(path: Path, chunks: Iterator[str]) -> Path:
    """Writes beside the path and renames, so that a failure leaves the old page as it was."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as page:
            page.writelines(chunks)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return path
