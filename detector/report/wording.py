"""Every English word that the report and the command line share.

Records hold data; this module puts it into words. Mappings translate the closed vocabularies of the
records, functions make sentences. Another language is another module with the same names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from detector.pictures.sources import LeftOut
from detector.records import Alteration, Finding, Listing, Part, TextField, TextFinding, Verdict
from detector.report.quote import quote
from detector.serialise.alarms import FrequentAlarm

VERDICT_WORDS: dict[Verdict, str] = {
    "identical copy": "identical copy",
    "altered copy": "altered copy",
    "same word": "same word",
    "look-alike": "look-alike",
}

FIELD_WORDS: dict[TextField, str] = {
    "title": "title",
    "description": "description",
    "brand": "brand field",
}

COMPATIBLE_WORDS = "named as compatible"

ALTERATION_WORDS: dict[Alteration, str] = {
    Alteration.MIRRORED: "mirrored",
    Alteration.EMBLEM_ONLY: "only the emblem",
    Alteration.WORD_ONLY: "only the word",
    Alteration.INVERTED: "light and dark turned",
    Alteration.RECOLOURED: "recoloured",
    Alteration.PARTLY_HIDDEN: "partly hidden or changed",
    Alteration.PART_DIFFERS: "a part differs",
    Alteration.ADDED: "something added",
    Alteration.ROTATED: "rotated",
    Alteration.PERSPECTIVE: "seen at an angle",
    Alteration.OTHER_LETTERS: "other letters",
}

NOTHING_TO_DO = "Nothing needs to be done."

NOT_LEGAL = (
    "This compares pictures and words. It does not say whether anything is allowed, and it is not "
    "legal advice; a mark that is not in the index is not looked for."
)

_RESEMBLES: dict[Verdict, str] = {
    "identical copy": "a copy of it",
    "altered copy": "an altered copy of it",
    "same word": "its word in other lettering",
    "look-alike": "something that buyers may take for it",
}

_PART_OF: dict[Part, str] = {
    "whole": "",
    "emblem": "the emblem of ",
    "word": "the lettering of ",
}

_LIKELIHOODS = (
    (0.97, "almost certain"),
    (0.85, "very likely"),
    (0.6, "likely"),
    (0.3, "possible"),
)

_SIZES = (
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
_WHOLE = "nearly the whole picture"

_POSITIONS = (
    ("top left", "top centre", "top right"),
    ("middle left", "in the middle", "middle right"),
    ("bottom left", "bottom centre", "bottom right"),
)

_IN_PHOTO = (
    "What you can do: choose or take a photo without it; remove it, if it is not on the "
    "product itself; or ask the rights holder for authorisation and have it put on record."
)
_IN_TEXT = (
    "What you can do: take the word out of the {field}, also in another spelling; or "
    "ask the rights holder for authorisation and have it put on record."
)
_FITS = (
    "It is named as what the goods fit, which most marketplaces allow. Write it so that nobody "
    "takes the goods for those of its owner: “for” or “compatible with”, and after your own brand."
)


def finding_name(finding: Finding | TextFinding) -> str:
    """Name the mark of a finding; from the second place of a mark on, also number the place."""
    return f"{finding.name}{_instance_suffix(finding)}"


def ordinal(number: int) -> str:
    """Write a positive number as an ordinal: 1st, 2nd, 3rd, 4th."""
    teens = number % 100 in (11, 12, 13)
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def verdict_words(finding: Finding | TextFinding) -> str:
    """Write the verdict on a finding, and why it may not count.

    A finding in a text has its field instead of a verdict.
    """
    if isinstance(finding, Finding):
        words = VERDICT_WORDS[finding.verdict]
    else:
        words = FIELD_WORDS[finding.field]
        words += f", {COMPATIBLE_WORDS}" if finding.compatible else ""
    words += ", authorised" if finding.authorised else ""
    return f"{words}, expired" if finding.expired else words


def alteration_words(alterations: Iterable[Alteration]) -> list[str]:
    """Return each alteration in words, in the same order."""
    return [ALTERATION_WORDS[alteration] for alteration in alterations]


def unshown_words(listing: Listing, least: float) -> str:
    """Say how many findings with a score of `least` or more are not shown; empty for none."""
    count, more = len(listing.unshown(least)), "more " if listing.found else ""
    if count == 0:
        return ""
    return (
        f"1 {more}finding is not shown" if count == 1 else f"{count} {more}findings are not shown"
    )


def suppressed_words(count: int) -> str:
    """Say how many findings are suppressed by surer ones at the same place."""
    if count == 1:
        return "Not shown: 1 finding whose place a surer one explains"
    return f"Not shown: {count} findings whose places surer ones explain"


def explained_words(count: int) -> str:
    """Say how many findings ignored signs explain."""
    if count == 1:
        return "Not shown: 1 finding that is taken for an ignored sign"
    return f"Not shown: {count} findings that are taken for ignored signs"


def signs_words(listing: Listing, least: float) -> str:
    """Name the ignored signs that explain findings of `least` or more; empty for none."""
    explained = [score for score in listing.explained if score.score >= least]
    signs = dict.fromkeys(sign.mark for score in explained for sign in score.explained_by)
    return f"explained by: {', '.join(signs)}" if signs else ""


def frequent_alarm_words(alarm: FrequentAlarm, name: str) -> str:
    """Say that a mark is in doubt in conspicuously many photos."""
    return (
        f"“{name}” alarms in {alarm.share:.0%} of photos ({alarm.photos}), and seldom surely: "
        f"look at its reference (detector marks show {alarm.mark})."
    )


def left_out_words(left_out: LeftOut) -> Iterator[str]:
    """Yield a sentence about each kind of things that a search through folders left out."""
    drawings, thumbnails = left_out.drawings, left_out.thumbnails
    if thumbnails:
        folders = "folder" if len(thumbnails) == 1 else "folders"
        yield f"left out {len(thumbnails)} {folders} of thumbnails, such as {thumbnails[0]}"
    if drawings:
        kind = "SVG drawing" if len(drawings) == 1 else "SVG drawings"
        yield f"left out {len(drawings)} {kind}, such as {drawings[0]}: export as PNG to scan them"


def meaning(score: float) -> str:
    """Explain a probability, 0..1, as a frequency."""
    share = "more than 99" if score > 0.995 else f"about {round(score * 100)}"
    return f"of 100 such findings {share} show this mark or one a buyer may confuse with it"


def likelihood_words(score: float) -> str:
    """Write a probability, 0..1, in words and in per cent, and never as a certainty."""
    words = next((words for least, words in _LIKELIHOODS if score >= least), "unlikely")
    return f"{words} ({min(99, round(score * 100))} %)"


def location_words(box: tuple[float, float, float, float], width: int, height: int) -> str:
    """Say where a box x0, y0, x1, y1 lies in a picture, and how much of it the box covers.

    The box and the `width` and `height` of the picture are in pixels.
    """
    x0, y0, x1, y1 = box
    share = max(0.0, x1 - x0) * max(0.0, y1 - y0) / max(1, width * height)
    size = next((words for limit, words in _SIZES if share < limit), _WHOLE)
    if size == _WHOLE:
        return size
    position = _POSITIONS[_third((y0 + y1) / 2, height)][_third((x0 + x1) / 2, width)]
    return f"{position}, {size}"


def finding_words(finding: Finding, listing: Listing) -> str:
    """Say what in a photo resembles which mark, where, and how surely."""
    where = location_words(finding.box, listing.width, listing.height)
    mark = f"{_PART_OF[finding.part]}{_quoted(finding)}"
    altered = ", ".join(alteration_words(finding.alterations))
    kind = _RESEMBLES[finding.verdict] + (f" ({altered})" if altered else "")
    return f"{likelihood_words(finding.score).capitalize()}: {mark}, {where}. It looks like {kind}."


def text_finding_words(finding: TextFinding, listing: Listing) -> str:
    """Say which mark a text names, what was changed in its word, and how surely."""
    field = FIELD_WORDS[finding.field]
    heading = f"{likelihood_words(finding.score).capitalize()}: {_quoted(finding)}, in the {field}."
    if finding.exact:  # as the first of the changes says
        beyond = "".join(f" ({change})" for change in finding.changes[1:])
        statement = f"Its word stands there{beyond}"
    else:
        statement = f"What stands there is like its word “{finding.word}”"
        statement += f" ({', '.join(finding.changes)})"
    before, span, after = quote(finding, listing)
    hints = f" What speaks for or against it: {', '.join(finding.hints)}." if finding.hints else ""
    return f"{heading} {statement}: “{before}»{span}«{after}”.{hints}"


def remedy(finding: Finding | TextFinding) -> str:
    """Say what a seller can do about a finding."""
    if finding.authorised:
        use = "show" if isinstance(finding, Finding) else "use"
        return f"You are on record as authorised to {use} it. {NOTHING_TO_DO}"
    if finding.expired:
        return f"The registration of this mark has ended. {NOTHING_TO_DO}"
    if isinstance(finding, Finding):
        return _IN_PHOTO
    if finding.compatible:
        return _FITS
    return _IN_TEXT.format(field=FIELD_WORDS[finding.field])


def not_examined(listing: Listing) -> str:
    """Say that a photo was not fully examined, and why."""
    return f"The photo was not fully examined: {listing.message}"


def remark(listing: Listing) -> str:
    """Say what was not looked at closely in a photo that was examined."""
    return f"Please note: {listing.message}"


def nothing_found(listing: Listing) -> str:
    """Say that neither the photo nor the texts beside it resemble a mark."""
    texts = " or the text beside it" if listing.title or listing.description else ""
    return f"Nothing in this photo{texts} resembles a mark in the index. {NOTHING_TO_DO}"


def _quoted(finding: Finding | TextFinding) -> str:
    return f"“{finding.name}”{_instance_suffix(finding)}"


def _instance_suffix(finding: Finding | TextFinding) -> str:
    instance = finding.instance if isinstance(finding, Finding) else 1
    return "" if instance == 1 else f", {ordinal(instance)} place"


def _third(position: float, extent: int) -> int:
    """The third of an extent in which a position lies: 0, 1 or 2."""
    return min(2, max(0, int(3 * position / max(1, extent))))
