"""The HTML report: one self-contained page that shows every finding with its proof.

The page needs no network, no framework and no server. File names and mark names are untrusted:
everything is escaped, unprintable characters are replaced, and the content security policy allows
only this page's own style and script.
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
from detector.report.finding_images import PHOTO_SIDE, EmbeddedImage, Proof, embed_image, make_proof
from detector.report.quote import quote
from detector.report.tables import printable, ranked
from detector.serialise.tally import Tally

if TYPE_CHECKING:
    from jinja2 import Environment

MAX_PICTURED = 200
"""Photos with pictures in one report; any others are listed in words. This limits the file size."""

THUMBNAIL_SIDE = 160


@dataclass(frozen=True, slots=True, eq=False)
class FindingCard:
    """One finding on the page. `number` counts within the photo, from 1."""

    number: int
    finding: Finding
    proof: Proof | None


@dataclass(frozen=True, slots=True, eq=False)
class PhotoCard:
    """One photo on the page; `missing` says why there is no picture of it.

    `outlined` are the findings in the frame of the animation that `photo` shows; `width` and
    `height` are the size of that frame, in which their outlines are given.
    """

    listing: Listing
    photo: EmbeddedImage | None = None
    missing: str = ""
    width: int = 0
    height: int = 0
    finding_cards: tuple[FindingCard, ...] = ()
    outlined: tuple[FindingCard, ...] = ()


def write_report(
    listings: Iterable[Listing],
    view_of: Callable[[int], View],
    folder: Path,
    *,
    title: str,
    threshold: float,
    counted: float = 1.0,
    block: float = 1.0,
    index_name: str = "",
    made: str = "",
) -> Path:
    """Write `report.html` into a folder, which is created if needed, and return its path.

    `view_of` returns the view with an id of `Evidence.view`. `threshold` is the least score of the
    findings shown, `counted` that from which a finding counts for the decision, `block` that from
    which a photo is blocked, all 0..1: findings that count and are not shown are mentioned. Photos
    are read again from the paths of the listings, in a child process: one that crashes the decoder,
    cannot be read or has changed is replaced by a placeholder with the reason. `made` is the date
    to print; without it the same input gives the same bytes. The page is replaced atomically.
    Raises `OSError` when the folder cannot be written.
    """
    ordered = ranked(listings)
    tally = Tally(review=counted, block=block)
    for listing in ordered:
        tally.add(listing)
    page = _environment().get_template("report.html.j2")
    facts = {"title": title, "threshold": threshold, "index_name": index_name, "made": made}
    least = min(threshold, counted)
    folder.mkdir(parents=True, exist_ok=True)
    with ReadWorker() as reader:
        groups = _groups(ordered, least, view_of, reader)
        chunks = page.generate(**groups, **facts, least=least, tally=tally, **_inline_assets())
        return _write_atomically(folder / "report.html", chunks)


def _groups(
    ordered: list[Listing], least: float, view_of: Callable[[int], View], reader: ReadWorker
) -> dict[str, object]:
    """The three groups of photos; cards are made one at a time, while the page is written."""
    found = [listing for listing in ordered if listing.found or listing.unshown(least)]
    rest = [listing for listing in ordered if not (listing.found or listing.unshown(least))]
    clean = [listing for listing in rest if listing.status == "ok"]
    return {
        "found": found,
        "cards": (
            _card(listing, view_of, reader) if number < MAX_PICTURED else _text_card(listing)
            for number, listing in enumerate(found)
        ),
        "unexamined": [listing for listing in ordered if listing.status != "ok"],
        "clean": [listing.path for listing in clean],
        "clean_cards": (
            _thumbnail(listing, reader) if number < MAX_PICTURED else PhotoCard(listing)
            for number, listing in enumerate(clean)
        ),
        "most_pictured": MAX_PICTURED,
    }


def _card(listing: Listing, view_of: Callable[[int], View], reader: ReadWorker) -> PhotoCard:
    reading = reader.read(listing.path)
    missing = _missing_reason(listing, reading)
    if missing:
        return _text_card(listing, missing)
    shown = listing.findings[0].frame if listing.findings else 0
    photo = _frame_pixels(reading, shown)
    cards = tuple(
        FindingCard(number, item, make_proof(_frame_pixels(reading, item.frame), item, view_of))
        for number, item in enumerate(listing.findings, 1)
    )
    return PhotoCard(
        listing,
        photo=embed_image(photo, PHOTO_SIDE, quality=72),
        width=photo.shape[1],
        height=photo.shape[0],
        finding_cards=cards,
        outlined=tuple(card for card in cards if card.finding.frame == shown),
    )


def _text_card(listing: Listing, missing: str = "") -> PhotoCard:
    reason = missing or f"Only the first {MAX_PICTURED} photos of a report have pictures."
    numbered = enumerate(listing.findings, 1)
    cards = tuple(FindingCard(number, finding, None) for number, finding in numbered)
    return PhotoCard(listing, missing=reason, finding_cards=cards)


def _thumbnail(listing: Listing, reader: ReadWorker) -> PhotoCard:
    reading = reader.read(listing.path)
    missing = _missing_reason(listing, reading)
    if missing:
        return PhotoCard(listing, missing=missing)
    thumbnail = embed_image(reading.pictures[0].pixels, THUMBNAIL_SIDE, quality=70)
    return PhotoCard(listing, photo=thumbnail)


def _missing_reason(listing: Listing, reading: Reading) -> str:
    """The reason why a photo cannot be shown; empty when it can."""
    if not reading.pictures:
        return reading.message or "The photo can no longer be read."
    if listing.digest and listing.digest != reading.digest:
        return "The file has changed since it was examined, so its picture would prove nothing."
    return ""


def _frame_pixels(reading: Reading, frame: int) -> Pixels:
    matching = (picture for picture in reading.pictures if picture.frame == frame)
    return next(matching, reading.pictures[0]).pixels


def _measure_rows(finding: Finding) -> list[tuple[str, list[str]]]:
    """A row for each measure that any evidence has, with a cell for each piece of evidence."""
    columns = [dict(piece.measures.items()) for piece in finding.evidence]
    names = [field.name for field in fields(Measures)]
    return [
        (name, [_format_measure(name, column) for column in columns])
        for name in names
        if any(name in column for column in columns)
    ]


def _format_measure(name: str, column: dict[str, float]) -> str:
    if name not in column:
        return ""
    text = f"{column[name]:.0f}" if name == "inliers" else f"{column[name]:.2f}"
    return text.replace("-", "\N{MINUS SIGN}")


def _svg_points(quad: NDArray[np.floating]) -> str:
    """An outline (4, 2) as the points of an SVG polygon; non-finite values become 0."""
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
        finalize=_printable_text,
    )
    environment.filters.update(points=_svg_points, quote=quote, measure_rows=_measure_rows)
    environment.filters.update(
        finding_name=wording.finding_name,
        verdict_words=wording.verdict_words,
        alteration_words=wording.alteration_words,
        meaning=wording.meaning,
    )
    environment.globals.update(wording=wording, measure_words=wording.MEASURE_WORDS)
    return environment


def _printable_text(value: Any) -> Any:
    """Make any text that is not trusted markup printable, before it is escaped."""
    return printable(value) if type(value) is str else value


def _inline_assets() -> dict[str, object]:
    """Style and script as trusted markup, and their hashes for the content security policy."""
    from markupsafe import Markup

    result: dict[str, object] = {}
    for name in ("css", "js"):
        text = Path(__file__).with_name("templates").joinpath(f"report.{name}").read_text("utf-8")
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
        result[name], result[f"{name}_hash"] = Markup(text), f"sha256-{digest}"
    return result


def _write_atomically(path: Path, chunks: Iterator[str]) -> Path:
    """Write a temporary file and rename it, so that a failure leaves the old page as it was."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as page:
            page.writelines(chunks)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path
