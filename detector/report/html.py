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
from detector.report.pictures import PHOTO_SIDE, Plate, Proof, plate, prove
from detector.report.quote import quote
from detector.report.tables import printable, ranked, verdict_words
from detector.serialise.tally import Tally

if TYPE_CHECKING:
    from jinja2 import Environment

MOST_PICTURED = 200
"""Photos with pictures in one report; those after them are listed in words. Bounds the file."""

THUMBNAIL_SIDE = 160

MEASURE_WORDS: dict[str, str] = {
    "inliers": "points of the photo that agree with one position of the mark",
    "spread": "share of the mark's area that these points span",
    "agreement": "how well edge directions agree with the mark's; 1 is the same edges",
    "weakest": "the agreement in the neighbourhood where it is lowest",
    "coverage": "share of the mark's edges that are found in the photo",
    "unexplained": "share of the photo's edges inside the outline that the mark does not have",
    "colour": "how well the colours agree; below 0 light and dark are swapped",
    "chroma": "correlation of hues under the outline; low when recoloured",
    "distance": "share of hash bits that differ; 0 is the same picture",
    "likeness": "how far the mark stands out from ordinary photos, in standard deviations",
    "cosine": "how near the mark is by the learned descriptors; 1 is the same, 0 nothing alike",
    "reading": "how alike a word in the photo is to one of the mark; 1 is the same letters",
    "edits": "about how many letters of that word are changed; what is overlooked counts less",
    "share": "the share of the letters of the mark's view that are in words that were read",
    "rarity": "how seldom that word is met in ordinary language; 0 is an everyday word",
}


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
    views: Callable[[int], View],
    folder: Path,
    *,
    title: str,
    threshold: float,
    index_name: str = "",
    made: str = "",
) -> Path:
    """Writes `report.html` in a folder, made if need be, and returns its path.

    `views` gives the reference view of an `Evidence.view`. Photos are read again from the paths
    of the listings, in a process of their own that may be killed: one that crashes the decoder,
    cannot be read or has changed since is shown by a placeholder that says so. `made` is the date
    to print; without it the same input gives the same bytes. The page is replaced in one step: a
    reader never sees half of it. Raises `OSError` when the folder cannot be written.
    """
    order = ranked(listings)
    tally = Tally()
    for listing in order:
        tally.add(listing)
    page = _environment().get_template("report.html.j2")
    known = {"title": title, "threshold": threshold, "index_name": index_name, "made": made}
    folder.mkdir(parents=True, exist_ok=True)
    with ReadWorker() as reader:
        groups = _groups(order, views, reader)
        chunks = page.generate(**groups, **known, tally=tally, **_inlined())
        return _replace(folder / "report.html", chunks)


def meaning(score: float) -> str:
    """What a score says, in words a person can check."""
    share = "more than 99" if score > 0.995 else f"about {round(score * 100)}"
    return f"of 100 such findings {share} show this mark or one a buyer may confuse with it"


def _groups(
    order: list[Listing], views: Callable[[int], View], reader: ReadWorker
) -> dict[str, object]:
    """The three groups of photos; cards are made while the page is written, one at a time."""
    found = [listing for listing in order if listing.found]
    rest = [listing for listing in order if not listing.found]
    clean = [listing for listing in rest if listing.status == "ok"]
    return {
        "found": found,
        "cards": (
            _card(listing, views, reader) if number < MOST_PICTURED else _card_in_words(listing)
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


def _card(listing: Listing, views: Callable[[int], View], reader: ReadWorker) -> Card:
    reading = reader.read(listing.path)
    missing = _missing(listing, reading)
    if missing:
        return _card_in_words(listing, missing)
    shown = listing.findings[0].frame if listing.findings else 0
    photo = _frame(reading, shown)
    exhibits = tuple(
        Exhibit(number, finding, prove(_frame(reading, finding.frame), finding, views))
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
    told = missing or f"Only the first {MOST_PICTURED} photos of a report have pictures."
    exhibits = (Exhibit(number, found, None) for number, found in enumerate(listing.findings, 1))
    return Card(listing, missing=told, exhibits=tuple(exhibits))


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
    environment.filters.update(
        points=_points, meaning=meaning, quote=quote, verdict_words=verdict_words
    )
    environment.filters["measure_rows"] = _measure_rows
    environment.globals["measure_words"] = MEASURE_WORDS
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
