"""The HTML report: pages that show every finding with its proof.

A report is one self-contained page; one with many findings is the index of several. The pages need
no network, no framework and no server. File names and mark names are untrusted: everything is
escaped, unprintable characters are replaced, and the content security policy allows only the
report's own style, script and pictures.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from detector.pictures.worker import ReadWorker
from detector.records import Finding, Listing, Measures, View
from detector.report import wording
from detector.report.cards import PhotoCard, photo_card, thumbnail_card
from detector.report.finding_images import EmbeddedImage
from detector.report.measure_words import MEASURE_WORDS
from detector.report.page_files import PAGES, PageFiles
from detector.report.quote import quote
from detector.report.tables import printable, ranked
from detector.serialise.tally import Tally
from detector.settings import ReaderSettings

if TYPE_CHECKING:
    from jinja2 import Environment, Template

MAX_ON_ONE_PAGE = 200
"""Findings up to which a report is one file; one with more has pages, and pictures beside them."""

FINDINGS_A_PAGE = 100

MAX_THUMBNAILS = 200
"""Photos without a finding that are shown; any others are listed by name."""

_READING = ReaderSettings()


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One of several pages: its number from 1, and its photos; `first` are on pages before it."""

    number: int
    first: int
    listings: tuple[Listing, ...]

    @property
    def file(self) -> str:
        """The name of the page in the folder `PAGES`."""
        return f"page-{self.number}.html"


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
    reading: ReaderSettings = _READING,
) -> Path:
    """Write `report.html` into a folder, which is created if needed, and return its path.

    One with more than `MAX_ON_ONE_PAGE` findings is the index of pages in the folder `PAGES` beside
    it. `view_of` returns the view with an id of `Evidence.view`. `threshold` is the least score of
    the findings shown, `counted` that from which a finding counts for the decision, `block` that
    from which a photo is blocked, all 0..1: findings that count and are not shown are mentioned.
    Photos are read again from the paths of the listings, in a child process: one that crashes the
    decoder, cannot be read or has changed is replaced by a placeholder with the reason; `reading`
    limits what is read, and from which hosts. `made` is the date to print; without it the same
    input gives the same bytes. Pages are replaced atomically. Raises `OSError` when the folder
    cannot be written, `DiskFull` when there is no room.
    """
    ordered = ranked(listings)
    tally = _tally(ordered, counted, block)
    least, files = min(threshold, counted), PageFiles(folder)
    facts = {"title": title, "threshold": threshold, "index_name": index_name, "made": made}
    facts |= {"least": least, "tally": tally, **_inline_assets()}
    found = [listing for listing in ordered if listing.found or listing.unshown(least)]
    parts = _parts(found)
    with ReadWorker(reading) as reader:
        groups = _groups(ordered, found, reader)
        _write_parts(parts, files, facts, view_of, reader)
        cards = (photo_card(listing, view_of, reader) for listing in found if not parts)
        chunks = _template(_uri).generate(**facts, **groups, cards=cards, parts=parts, part=None)
        path = files.write_page("report.html", chunks)
    files.finish()
    return path


def _uri(image: EmbeddedImage) -> str:
    return image.uri


def _tally(listings: Iterable[Listing], counted: float, block: float) -> Tally:
    tally = Tally(review=counted, block=block)
    for listing in listings:
        tally.add(listing)
    return tally


def _parts(found: Sequence[Listing]) -> tuple[Part, ...]:
    """Divide the photos of a report with many findings; nothing where one page holds them."""
    counts = [max(1, len(listing.found)) for listing in found]
    if sum(counts) <= MAX_ON_ONE_PAGE:
        return ()
    starts, on_page = [0], 0
    for row, count in enumerate(counts):
        if on_page and on_page + count > FINDINGS_A_PAGE:
            starts.append(row)
            on_page = 0
        on_page += count
    ends = (*starts[1:], len(found))
    spans = enumerate(zip(starts, ends, strict=True), 1)
    return tuple(Part(number, start, tuple(found[start:end])) for number, (start, end) in spans)


def _write_parts(
    parts: Sequence[Part],
    files: PageFiles,
    facts: dict[str, Any],
    view_of: Callable[[int], View],
    reader: ReadWorker,
) -> None:
    """Write the pages of a report that has several."""
    page = _template(files.picture_beside)
    nothing = {"unexamined": (), "clean": (), "clean_cards": ()}  # is on the first page
    for part in parts:
        cards = (photo_card(listing, view_of, reader) for listing in part.listings)
        groups = {"found": part.listings, "cards": cards, **nothing}
        chunks = page.generate(**facts, **groups, parts=parts, part=part)
        files.write_page(f"{PAGES}/{part.file}", chunks)


def _groups(
    ordered: Sequence[Listing], found: Sequence[Listing], reader: ReadWorker
) -> dict[str, object]:
    """The groups of photos; cards are made one at a time, while the page is written."""
    shown = set(map(id, found))
    clean = [one for one in ordered if one.status == "ok" and id(one) not in shown]
    return {
        "found": found,
        "unexamined": [listing for listing in ordered if listing.status != "ok"],
        "clean": [listing.path for listing in clean],
        "clean_cards": (
            thumbnail_card(listing, reader) if number < MAX_THUMBNAILS else PhotoCard(listing)
            for number, listing in enumerate(clean)
        ),
    }


def _template(address: Callable[[EmbeddedImage], str]) -> Template:
    """The template of a page; `address` gives the address of a picture on it."""
    return _environment(address).get_template("report.html.j2")


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


def _environment(address: Callable[[EmbeddedImage], str]) -> Environment:
    """The templates' environment; `address` gives the address of a picture on the page."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("detector.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_printable_text,
    )
    environment.filters.update(
        address=address, points=_svg_points, quote=quote, measure_rows=_measure_rows
    )
    environment.filters.update(
        finding_name=wording.finding_name,
        verdict_words=wording.verdict_words,
        alteration_words=wording.alteration_words,
        meaning=wording.meaning,
    )
    environment.globals.update(pages=PAGES, wording=wording, measure_words=MEASURE_WORDS)
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
