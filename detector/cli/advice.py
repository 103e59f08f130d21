"""What a finding means to a seller, in plain words: what, where, how sure, what to do."""

from __future__ import annotations

from collections.abc import Iterator

from detector.records import Finding, Listing

_ROWS, _COLUMNS = ("top", "middle", "bottom"), ("left", "centre", "right")
_SHARES = (
    (0.005, "less than a hundredth of the picture"),
    (0.015, "about a hundredth of the picture"),
    (0.035, "about a fortieth of the picture"),
    (0.075, "about a twentieth of the picture"),
    (0.15, "about a tenth of the picture"),
    (0.29, "about a fifth of the picture"),
    (0.42, "about a third of the picture"),
    (0.6, "about half of the picture"),
    (0.85, "most of the picture"),
)
_SURE = (
    (0.97, "almost certain"),
    (0.85, "very likely"),
    (0.6, "likely"),
    (0.3, "possible"),
)
NOT_LEGAL = (
    "This compares pictures. It does not say whether anything is allowed, and it is not legal "
    "advice; a mark that is not in the index is not looked for."
)


def advise(listing: Listing) -> Iterator[str]:
    """Give the paragraphs of a pre-check of one photo, for its seller."""
    if listing.status != "ok":
        yield f"The photo was not fully examined: {listing.message}"
    if listing.findings:
        for number, finding in enumerate(listing.findings, 1):
            yield f"{number}. {describe(finding, listing)}\n   {remedy(finding)}"
    elif listing.status == "ok":
        yield "Nothing in this photo resembles a mark in the index. Nothing needs to be done."
    yield NOT_LEGAL


def describe(finding: Finding, listing: Listing) -> str:
    """Say what resembles what, where, and how surely."""
    shown = {"whole": "", "emblem": "the emblem of ", "word": "the lettering of "}[finding.part]
    where = place(finding.box, listing.width, listing.height)
    text = f"{sureness(finding.score).capitalize()}: {shown}“{finding.name}”, {where}."
    text += f" It looks like {_KINDS[finding.verdict]}"
    return text + (f" ({', '.join(finding.alterations)})." if finding.alterations else ".")


_KINDS = {
    "identical copy": "a copy of it",
    "altered copy": "an altered copy of it",
    "same word": "its word in other lettering",
    "look-alike": "something that buyers may take for it",
}


def remedy(finding: Finding) -> str:
    """Say what the seller can do."""
    if finding.authorised:
        return "You are on record as authorised to show it. Nothing needs to be done."
    return (
        "What you can do: choose or take a photo without it; remove it, if it is not on the "
        "product itself; or ask the rights holder for authorisation and have it put on record."
    )


def place(box: tuple[float, float, float, float], width: int, height: int) -> str:
    """Say in words where a box x0 y0 x1 y1 lies in a picture, and how much of it it takes."""
    x0, y0, x1, y1 = box
    share = max(0.0, x1 - x0) * max(0.0, y1 - y0) / max(1, width * height)
    size = next((words for limit, words in _SHARES if share < limit), "nearly the whole picture")
    if share >= _SHARES[-1][0]:
        return size
    column = _third((x0 + x1) / 2, width, _COLUMNS)
    row = _third((y0 + y1) / 2, height, _ROWS)
    corner = "in the middle" if (row, column) == ("middle", "centre") else f"{row} {column}"
    return f"{corner}, {size}"


def sureness(score: float) -> str:
    """Say a probability, 0..1, in words and in per cent."""
    words = next((words for limit, words in _SURE if score >= limit), "unlikely")
    return f"{words} ({min(99, round(score * 100))} %)"


def _third(position: float, extent: int, words: tuple[str, str, str]) -> str:
    return words[min(2, max(0, int(3 * position / max(1, extent))))]
