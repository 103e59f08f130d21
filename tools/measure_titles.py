"""How well names of marks are told from ordinary words in the titles of listings.

    python tools/measure_titles.py [--part development|held-out] [--out FILE] [--page] [--misses]

Writes titles in ten languages after the wordings of `title_wordings.toml`: with the name of a mark
where titles carry a brand, in goods of its class, without any such hint, misspelt in seven ways,
named as what goods fit; and titles without a mark: plain, with words of marks as ordinary words,
with other brands and with names near to a mark's. Marks are invented names, rare dictionary words
and common ones. The two parts share no mark; weights are set on `development` alone. Counts what is
found at the thresholds of the shipped policy.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

import numpy as np
from invented_words import KINDS, cased, invent
from markdown_text import ROOT, Json, fill_file, header
from numpy.typing import NDArray
from title_wordings import Wording, languages, ordinary_uses, rare_words

from detector.evaluation.metrics.intervals import wilson_interval
from detector.pipeline.listing_text import ListingText, TextDetection
from detector.records import Mark, Rights, Submission
from detector.scoring.policy import Policy

PAGE = ROOT / "docs" / "words.md"
PARTS = ("development", "held-out")
DAY = date(2026, 11, 27)
INVENTED = 60  # marks of a part with an invented name
EDITS = (
    "letter dropped",
    "letter doubled or halved",
    "letters exchanged",
    "letter substituted",
    "look-alike characters",
    "leetspeak",
    "spacing and punctuation",
)
CLASSES = (9, 16, 25, 21, 3, 28)


@dataclass(frozen=True, slots=True)
class Title:
    """A title of one kind, with the mark that it names ("" for none)."""

    kind: str
    mark: str
    text: str
    category: str = ""


def main() -> None:
    """Print recall and false alarms by kind; leave a JSON when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=PARTS, default=PARTS[0])
    parser.add_argument("--out", type=Path)
    parser.add_argument("--page", action="store_true", help="write the table of docs/words.md")
    parser.add_argument("--misses", action="store_true", help="print what is wrong")
    options = parser.parse_args()
    random, uses = Random(options.part), ordinary_uses(options.part)
    marks = marks_of(random, [*rare_words(options.part), *uses])
    titles = list(titles_of(random, marks, uses))
    result = {"part": options.part, "marks": len(marks), **measured(marks, titles, options.misses)}
    print(json.dumps(result, indent=1, ensure_ascii=False))
    if options.out:
        options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    if options.page:
        fill_file(PAGE, "titles", table(result))


def marks_of(random: Random, words: Sequence[str]) -> list[Mark]:
    """Marks with one or two classes each: invented names, and words."""
    names = [*invent(random, INVENTED), *words]
    return [_mark(random, name.title()) for name in names]


def _mark(random: Random, name: str) -> Mark:
    classes = tuple(sorted(random.sample(CLASSES, random.randint(1, 2))))
    return Mark(name.lower(), name, "word", rights=Rights(nice_classes=classes))


def titles_of(
    random: Random, marks: Sequence[Mark], uses: Mapping[str, Sequence[str]]
) -> Iterator[Title]:
    """The titles of every kind; `uses` are those in which words of marks are ordinary."""
    for mark in marks:
        kinds = ["place", "goods", "category", "compatible", *(["no hint"] * (mark.id not in uses))]
        for kind in kinds * 3:
            yield _title(random, kind, mark, _written(random, mark.name))
        yield from _misspelt(random, mark) if mark.id not in uses else ()
    yield from _without_mark(random, marks, uses)


def _misspelt(random: Random, mark: Mark) -> Iterator[Title]:
    for edit in EDITS:
        shown = KINDS[edit](random, mark.name.lower())
        if shown != mark.name.lower():
            yield _title(random, "misspelt", mark, cased(random, shown))


def _without_mark(
    random: Random, marks: Sequence[Mark], uses: Mapping[str, Sequence[str]]
) -> Iterator[Title]:
    others = [name for name in invent(random, 400) if name not in {mark.id for mark in marks}]
    for _ in range(1800):
        yield _title(random, "no mark: plain", None, "")
        yield _title(random, "no mark: another brand", None, cased(random, random.choice(others)))
    for mark in marks:
        if mark.id not in uses:
            near = _near(random, mark.name)
            yield _title(random, "no mark: near name", None, cased(random, near))
    for use in (use for titles in uses.values() for use in titles):
        yield Title("no mark: ordinary word", "", _cased(random, use))


def _written(random: Random, name: str) -> str:
    return random.choice([name, name, name.lower(), name.upper()])


def _near(random: Random, name: str) -> str:
    """Another name: the first letter and one more are others."""
    letters = list(name.lower())
    for at in (0, random.randrange(2, len(letters))):
        letters[at] = random.choice([other for other in "bdfgklmnprstvz" if other != letters[at]])
    return "".join(letters)


def _title(random: Random, kind: str, mark: Mark | None, shown: str) -> Title:
    wording = random.choice(list(languages().values()))
    number = random.choice(mark.rights.nice_classes if mark and kind != "no hint" else CLASSES)
    text = random.choice(_patterns(random, kind, wording)).format(
        b=shown,
        m=random.choice(["XT-{}", "M{}", "{}", "HL{}W"]).format(random.randint(100, 9999)),
        g=random.choice(wording.goods[number]),
        p=random.choice(wording.properties),
        q=random.choice(wording.properties),
    )
    category = wording.category[number] if kind == "category" else ""
    if kind in ("goods", "category", "place", "compatible") or not shown:
        text = _cased(random, text)
    return Title(kind, mark.id if mark else "", text, category)


def _patterns(random: Random, kind: str, wording: Wording) -> Sequence[str]:
    if kind == "compatible":
        return wording.compatible
    if kind == "place":
        return random.choice([wording.first, wording.first, wording.by])
    if kind in ("goods", "category"):
        return random.choice([wording.middle, wording.first])
    if kind == "no mark: plain":
        return wording.plain
    return wording.middle if kind == "no hint" else (*wording.first, *wording.middle, *wording.by)


def _cased(random: Random, text: str) -> str:
    return random.choice([text, text, text.lower(), text.title(), text.upper()])


def measured(marks: Sequence[Mark], titles: Sequence[Title], misses: bool) -> Json:
    """Recall and alarms by kind, at review and at block, and milliseconds a title."""
    policy = Policy()
    known = {kind: _finder(marks, kind) for kind in dict.fromkeys(title.kind for title in titles)}
    rows = dict[str, list[tuple[float, float]]]()
    began = time.process_time()
    for title in titles:
        found = known[title.kind].find(Submission("", title.text, category=title.category), DAY)
        scores = _scores(title, found)
        rows.setdefault(title.kind, []).append(scores)
        wrong = scores[0] < policy.review if title.mark else scores[1] >= policy.review
        if misses and wrong:
            print(title.kind, repr(title.text), title.mark, *(f"{score:.2f}" for score in scores))
    seconds = time.process_time() - began
    named = {
        kind: np.array([row[0] for row in rows[kind]]) for kind in rows if "no mark" not in kind
    }
    clean = {kind: np.array([row[1] for row in rows[kind]]) for kind in rows if "no mark" in kind}
    every = np.concatenate(list(clean.values()))
    others = np.concatenate([np.array([row[1] for row in rows[kind]]) for kind in named])
    return {
        "titles": len(titles),
        "found": {kind: _share(scores >= policy.review) for kind, scores in named.items()},
        "false alarms at review": {
            **{kind: _share(scores >= policy.review) for kind, scores in clean.items()},
            "all without a mark": _share(every >= policy.review),
            "another mark": _share(others >= policy.review),
        },
        "false alarms at block": _share(every >= policy.block),
        "milliseconds a title": round(1000 * seconds / len(titles), 2),
    }


def _finder(marks: Sequence[Mark], kind: str) -> ListingText:
    """Without classes where nothing but the letters is to speak."""
    if kind == "no hint":
        marks = [Mark(mark.id, mark.name, "word") for mark in marks]
    return ListingText(marks)


def _scores(title: Title, found: Sequence[TextDetection]) -> tuple[float, float]:
    """The best score of the title's mark, in its use, and that of any other."""
    standing = [one.finding for one in found if not one.suppressed_by]
    fits = title.kind == "compatible"
    named = [one.score for one in standing if one.mark == title.mark and one.compatible == fits]
    other = [one.score for one in standing if one.mark != title.mark and not one.compatible]
    return max(named, default=0.0), max(other, default=0.0)


def _share(hits: NDArray[np.bool_]) -> Json:
    low, high = wilson_interval(hits)
    share = round(float(hits.mean()), 4)
    return {"of": len(hits), "share": share, "interval": [round(low, 4), round(high, 4)]}


def table(result: Json) -> str:
    """The figures as Markdown."""
    shares = {**result["found"], **result["false alarms at review"]}
    rows = [
        f"| {kind} | {one['of']} | {one['share']:.1%} ({one['interval'][0]:.1%} to "
        f"{one['interval'][1]:.1%}) |"
        for kind, one in shares.items()
    ]
    return "\n".join(
        [*header("titles", "number", "found, or alarmed"), *rows, "", _sentence(result)]
    )


def _sentence(result: Json) -> str:
    return (
        f"{result['titles']:,} titles, {result['marks']} marks, part {result['part']}. At the "
        f"threshold for block {result['false alarms at block']['share']:.2%} of the titles without "
        f"a mark alarm. {result['milliseconds a title']:.1f} ms a title."
    )


if __name__ == "__main__":
    main()
