"""What a finding means to a seller, in plain words: what, where, how sure, what to do."""

from __future__ import annotations

from collections.abc import Iterator

from detector.records import Finding, Listing, TextFinding
from detector.report.quote import quote

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
NOTHING_TO_DO = "Nothing needs to be done."

NOT_LEGAL = (
    "This compares pictures and words. It does not say whether anything is allowed, and it is not "
    "legal advice; a mark that is not in the index is not looked for."
)


def advise(listing: Listing) -> Iterator[str]:
    """Give the paragraphs of a pre-check of one photo and its texts, for its seller."""
    if listing.status != "ok":
        yield f"The photo was not fully examined: {listing.message}"
    advice = [(describe(finding, listing), remedy(finding)) for finding in listing.findings]
    advice += [(describe_text(found, listing), remedy_in_text(found)) for found in listing.text]
    for number, (words, what_to_do) in enumerate(advice, 1):
        yield f"{number}. {words}\n   {what_to_do}"
    if not advice and listing.status == "ok":
        texts = " or the text beside it" if listing.title or listing.description else ""
        yield f"Nothing in this photo{texts} resembles a mark in the index. " + NOTHING_TO_DO
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
        return "You are on record as authorised to show it. " + NOTHING_TO_DO
    return (
        "What you can do: choose or take a photo without it; remove it, if it is not on the "
        "product itself; or ask the rights holder for authorisation and have it put on record."
    )


def describe_text(finding: TextFinding, listing: Listing) -> str:
    """Say what in a text names what, what was changed, and how surely."""
    words = f"{sureness(finding.score).capitalize()}: “{finding.name}”, in the {finding.field}."
    if finding.changes[:1] == ("same word",):
        words += " Its word stands there" + "".join(
            f" ({change})" for change in finding.changes[1:]
        )
    else:
        words += f" What stands there is like its word “{finding.word}”"
        words += f" ({', '.join(finding.changes)})"
    before, span, after = quote(finding, listing)
    return f"{words}: “{before}»{span}«{after}”."


def remedy_in_text(finding: TextFinding) -> str:
    """Say what the seller can do about a word in a text."""
    if finding.authorised:
        return "You are on record as authorised to use it. " + NOTHING_TO_DO
    return (
        f"What you can do: take the word out of the {finding.field}, also in another spelling; or "
        "ask the rights holder for authorisation and have it put on record."
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
