"""The advice of a pre-check: what findings mean to a seller."""

from __future__ import annotations

from collections.abc import Iterator

from detector.records import Listing
from detector.report import wording


def advise(listing: Listing, least: float = 0.0) -> Iterator[str]:
    """Yield the paragraphs of a pre-check of one photo and its texts, for its seller.

    `least` is the score, 0..1, from which a finding counts or would be shown.
    """
    if listing.status != "ok":
        yield wording.not_examined(listing)
    elif listing.message:
        yield wording.remark(listing)
    paragraphs = [wording.finding_words(finding, listing) for finding in listing.findings]
    paragraphs += [wording.text_finding_words(finding, listing) for finding in listing.text]
    numbered = enumerate(zip(paragraphs, listing.found, strict=True), 1)
    for number, (paragraph, finding) in numbered:
        yield f"{number}. {paragraph}\n   {wording.remedy(finding)}"
    if unshown := wording.unshown_words(listing, least):
        yield f"{unshown}."
    if listing.clean:
        yield wording.nothing_found(listing)
    yield wording.NOT_LEGAL
