"""How well words of marks are found in product titles, and how rarely where there are none.

    python tools/measure_words.py [--seed 4] [--marks 200] [--titles 20000]
        [--out FILE] [--page] [--fit]

Invents word marks, hides ten kinds of changed words of each in product titles, and counts what the
matcher finds at the score that at most 1 % of the ordinary titles reach. Titles are made of the
words that people use, frequent and rare, from wordfreq's large lists; the matcher itself knows only
the small ones. One title in four also names another invented brand. `--page` writes the table of
docs/words.md. `--fit` prints the two constants of the likeness, fitted with scikit-learn on marks
and titles of the seed: fit with one seed, report with another.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from invented_words import KINDS, ORDINARY, Titles, cased, invent
from markdown_text import ROOT, Json, fill_file, header

from detector.evaluation.metrics.intervals import wilson_interval
from detector.records import Mark, WordMatch
from detector.scoring.scorer import default_scorer
from detector.words.matcher import MAX_LIKENESS, WordMatcher

PAGE = ROOT / "docs" / "words.md"
MANY = 1000
SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Hidden:
    """A changed word in a title: of which mark, by which kind of change, and where."""

    kind: str
    word: str
    shown: str
    title: str
    start: int

    def found(self, matches: Sequence[WordMatch]) -> float:
        """The best score of the mark's matches that overlap the hidden word, 0 without any."""
        end = self.start + len(self.shown)
        overlapping = (match for match in matches if match.start < end and match.end > self.start)
        return max((match.score for match in overlapping if match.word == self.word), default=0.0)


def main() -> None:
    """Print machine, seed, recall by kind, misses and milliseconds; leave a JSON when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--marks", type=int, default=200)
    parser.add_argument("--titles", type=int, default=20_000)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--page", action="store_true", help="write the table of docs/words.md")
    parser.add_argument("--fit", action="store_true")
    options = parser.parse_args()
    random = Random(options.seed)
    names = invent(random, options.marks)
    titles = Titles(random, names)
    clean = [titles.title()[0] for _ in range(options.titles)]
    hidden = [word for name in names for word in changed(random, titles, name)]
    if options.fit:
        print(*fit(names, clean, hidden))
        return
    result = {
        "machine": platform.processor() or platform.machine(),
        "seed": options.seed,
        "marks": len(names),
        "titles": len(clean),
        **recall(names, clean, hidden),
        "ordinary": ordinary(random, titles),
        "milliseconds": milliseconds(random, clean),
    }
    text = json.dumps(result, indent=1, ensure_ascii=False)
    print(text)
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")
    if options.page:
        fill_file(PAGE, "words", table(result))


def table(result: Json) -> str:
    """The figures as Markdown."""
    kinds = {**result["recall by kind"], "all": result["recall"]}
    rows = [f"| {kind} | {share['of']} | {_percent(share)} |" for kind, share in kinds.items()]
    return "\n".join([*header("change", "words", "found"), *rows, "", _sentences(result)])


def _sentences(result: Json) -> str:
    title, photo = (result["milliseconds"][of][0] for of in ("a title", "a photo of ten lines"))
    ordinary = result["ordinary"]
    return (
        f"Found at a score of {result['score at 1 % false alarms']:.2f}, which "
        f"{result['false alarms there']:.2%} of {result['titles']:,} ordinary titles reach. At the "
        f"threshold for review ({result['review threshold']}): found "
        f"{_percent(result['recall at review'])}, false alarms in "
        f"{result['false alarms at review']:.2%} of the titles. The highest score of "
        f"{ordinary['words']} ordinary words in {ordinary['titles']:,} titles is "
        f"{ordinary['highest score']:.2f}. With {result['milliseconds']['marks']:,} marks a title "
        f"takes {title:.1f} ms of one {result['machine']} core, a photo of ten lines {photo:.1f} "
        f"ms. {result['marks']} marks, seed {result['seed']}."
    )


def _percent(share: Json) -> str:
    low, high = share["interval"]
    return f"{share['found']:.1%} ({low:.1%} to {high:.1%})"


def changed(random: Random, titles: Titles, word: str) -> list[Hidden]:
    """The word changed in each of the ten ways that applies to it, each in a title."""
    found = []
    for kind, change in KINDS.items():
        shown = change(random, word)
        if shown != word:
            shown = shown if kind.startswith("misread") else cased(random, shown)
            found.append(Hidden(kind, word, shown, *titles.title(shown)))
    return found


def matcher(names: Sequence[str], **options: float) -> WordMatcher:
    """The matcher of word marks of these names."""
    return WordMatcher([Mark(name, name, "word") for name in names], **options)


def recall(names: Sequence[str], clean: Sequence[str], hidden: Sequence[Hidden]) -> Json:
    """Recall by kind at the score that `SHARE` of clean titles reach, and at that for review."""
    words = matcher(names)
    alarms = words.match_all(clean)
    tops = np.array([_top(matches) for matches in alarms])
    limit = max(float(np.quantile(tops, 1 - SHARE, method="higher")) + 1e-9, words.floor)
    answers = words.match_all([word.title for word in hidden])
    scores = np.array([word.found(matches) for word, matches in zip(hidden, answers, strict=True)])
    kinds = np.array([word.kind for word in hidden])
    review = default_scorer().threshold
    missed = [word for word, score in zip(hidden, scores, strict=True) if score < limit]
    worst = sorted(zip(tops, alarms, strict=True), key=lambda pair: -pair[0])[:20]
    return {
        "score at 1 % false alarms": round(limit, 4),
        "false alarms there": float((tops >= limit).mean()),
        "recall": _recalled(scores >= limit),
        "recall by kind": {kind: _recalled(scores[kinds == kind] >= limit) for kind in KINDS},
        "review threshold": review,
        "false alarms at review": float((tops >= review).mean()),
        "recall at review": _recalled(scores >= review),
        "misses": [[word.word, word.shown, word.kind] for word in missed[:30]],
        "alarms": [
            [matches[0].word, matches[0].reading, round(float(top), 3)]
            for top, matches in worst
            if top
        ],
    }


def _top(matches: Sequence[WordMatch]) -> float:
    return max((match.score for match in matches), default=0.0)


def _recalled(hits: np.ndarray[Any, np.dtype[np.bool_]]) -> Json:
    low, high = wilson_interval(hits)
    return {
        "of": len(hits),
        "found": round(float(hits.mean()), 4),
        "interval": [round(low, 4), round(high, 4)],
    }


def ordinary(random: Random, titles: Titles) -> Json:
    """The highest score of brand-like ordinary words, as they are and changed, in many titles."""
    words = matcher(ORDINARY)
    plain = [titles.title(cased(random, word))[0] for word in ORDINARY * 20]
    other = [hidden.title for word in ORDINARY * 5 for hidden in changed(random, titles, word)]
    tops = [_top(matches) for matches in words.match_all(plain + other)]
    return {"words": len(ORDINARY), "titles": len(tops), "highest score": round(max(tops), 4)}


def milliseconds(random: Random, clean: Sequence[str]) -> Json:
    """Of one core, for one title and for a photo of ten lines, with 1,000 marks: 50 %, 95 %."""
    words = matcher(invent(random, MANY))
    titles = [_timed(words, [title]) for title in clean[:500]]
    photos = [_timed(words, clean[at : at + 10]) for at in range(500, 3500, 10)]
    return {
        "marks": MANY,
        "a title": [round(float(np.quantile(titles, q)), 3) for q in (0.5, 0.95)],
        "a photo of ten lines": [round(float(np.quantile(photos, q)), 3) for q in (0.5, 0.95)],
    }


def _timed(words: WordMatcher, texts: Sequence[str]) -> float:
    began = time.process_time()
    words.match_all(texts)
    return 1000 * (time.process_time() - began)


def fit(
    names: Sequence[str], clean: Sequence[str], hidden: Sequence[Hidden]
) -> tuple[float, float]:
    """Steepness and middle of the likeness: half of the titles show a mark, half do not.

    The likeness is a logistic curve of the cost a letter, so a logistic regression on its own
    log-odds gives better constants from the present ones.
    """
    from sklearn.linear_model import LogisticRegression

    from detector.words import matcher as module

    words = matcher(names, floor=0.0)
    answers = words.match_all([word.title for word in hidden])
    used = [
        match.likeness
        for word, matches in zip(hidden, answers, strict=True)
        for match in matches
        if match.word == word.word and not match.ordinary
    ]
    others = (match for matches in words.match_all(clean) for match in matches)
    idle = [match.likeness for match in others if not match.ordinary]
    odds = np.array([[_log_odds(likeness)] for likeness in [*used, *idle]])
    weights = [1 / len(hidden)] * len(used) + [1 / len(clean)] * len(idle)
    model = LogisticRegression(C=1e6).fit(
        odds, [1] * len(used) + [0] * len(idle), np.array(weights) * len(hidden)
    )
    slope, offset = float(model.coef_[0, 0]), float(model.intercept_[0])
    steepness = slope * module.STEEPNESS
    return steepness, module.MIDDLE + offset / steepness


def _log_odds(likeness: float) -> float:
    from detector.words.matcher import MIDDLE, STEEPNESS

    share = likeness / (MAX_LIKENESS * (1 + math.exp(-STEEPNESS * MIDDLE)))
    return math.log(share / (1 - share))


if __name__ == "__main__":
    main()
